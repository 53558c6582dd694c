"""A report as one HTML page that prints on A4: no script, nothing from elsewhere, the chart as SVG."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from station.papers.paper import Paper, Table


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["numbers"] = _is_number
    return environment


def write_html(paper: Paper) -> bytes:
    """*paper* as a page of its own."""
    chart = paper.chart
    most = 0 if chart is None else max((max(pair) for pair in chart.hours), default=0)
    return _templates().get_template("report.html").render(paper=paper, most=max(1, most)).encode("utf-8")


def write_table(table: Table) -> Markup:
    """*table* with its title and its note, for a page that shows a paper in its own way."""
    macros: Any = _templates().get_template("table.html").module
    return Markup(macros.table(table))


def _is_number(cell: object) -> bool:
    return isinstance(cell, int)
