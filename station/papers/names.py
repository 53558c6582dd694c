"""Who an actor is, on paper: the name that the rota has, never a bare id where there is a name.  Pure."""

from __future__ import annotations

from collections.abc import Mapping

from station.web.words import Catalogue

#: Actors that are nobody in particular, and the papers' words for them.
_NOBODY = {"": "nobody", "station": "system", "unsigned": "unsigned", "stand-in": "stand_in"}


def named(actor: str, names: Mapping[str, str], words: Catalogue) -> str:
    """*actor* as a paper says it; the id itself where the rota in force does not know it any more."""
    return words.say(_NOBODY[actor]) if actor in _NOBODY else names.get(actor, actor)
