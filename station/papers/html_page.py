"""A report as one HTML page that prints on A4: no script, nothing from elsewhere, the chart as SVG."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from station.papers.paper import Paper


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return environment.get_template("report.html")


def write_html(paper: Paper) -> bytes:
    """*paper* as a page of its own."""
    chart = paper.chart
    most = 0 if chart is None else max((max(pair) for pair in chart.hours), default=0)
    return _template().render(paper=paper, most=max(1, most), numbers=_is_number).encode("utf-8")


def _is_number(cell: object) -> bool:
    return isinstance(cell, int)
