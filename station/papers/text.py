"""A report as plain text, short enough to be pasted into a chat.  Pure."""

from __future__ import annotations

from station.papers.paper import Paper


def write_text(paper: Paper) -> bytes:
    """The lines of *paper* that somebody asks for by telephone."""
    return ("\n".join(paper.chat) + "\n").encode("utf-8")
