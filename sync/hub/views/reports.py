"""The unit's daily report: which gates are in it, confirmed by somebody, taken away as a file; and the figures now."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from station.errors import StationError
from station.papers.paper import Paper
from station.papers.words import words as paper_words
from station.papers.write import WRITERS
from sync.hub.board.figures import by_day, since_ever
from sync.hub.errors import HubFault
from sync.hub.office.acts import REPORT_CONFIRMED
from sync.hub.report.unit_paper import Standing, lay_out_unit
from sync.hub.report.unit_report import UnitReport
from sync.hub.report.unit_reports import CONFIRMED, Confirmed, confirmed_reports, is_late, unit_report
from sync.hub.site import For, access, here
from sync.hub.unit.scope import Scope
from sync.hub.views.board_of import board_of
from sync.hub.views.doing import act, scope_of
from sync.hub.views.pages import again_soon, spoken_language
from sync.hub.words import load_words, say

reports = Blueprint("reports", __name__)

_TYPES = {
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: The counts that the page shows also where they are 0: those that a street asks for.
_ALWAYS = 9


@reports.get("/reports")
@access(For.VIEWER)
def show() -> AnyResponse:
    """Yesterday's report, or that of ``?day=2020-11-21``, of everything or of ``?unit=``; and the figures of now."""
    page, unfinished = _page("")
    return again_soon(page, unfinished)


@reports.post("/reports/confirm")
@access(For.OFFICE)
def confirm() -> AnyResponse | str:
    """Confirm the report as it was seen: the figures that the form names, or none."""
    site, unit = here(), request.form.get("unit", "")
    try:
        scope, day = _scope(unit), _day(request.form.get("day"))
        report = unit_report(site, scope, day.isoformat())
        if report.period.until_ms is not None or report.waits:
            raise HubFault("report: the day is not over, or a gate is still being counted")
        sha256 = report.sha256()
        if request.form.get("sha256") != sha256:
            raise HubFault("report: the figures have changed meanwhile; look at them again and confirm then")
        with site.store.writing() as connection:
            before = confirmed_reports(connection, site.office.unit, report.period.day).get(scope.unit, [])
            if before and before[-1].sha256 == sha256:
                raise HubFault("report: these figures are confirmed already")
            act(
                connection,
                REPORT_CONFIRMED,
                {
                    "unit": scope.unit,
                    "day": report.period.day,
                    "version": len(before) + 1,
                    "sha256": sha256,
                    "zero": report.is_zero,
                    "late": is_late(report.period.day, _now()),
                    "lacking": [line.station for line in report.lacking],
                    "counts": {name: report.counts[name] for name in CONFIRMED},
                },
            )
    except HubFault as error:
        return _page(str(error))[0]
    return redirect(url_for("reports.show", day=day.isoformat(), unit=unit or None), 303)


@reports.get("/reports/file/<any(txt, csv, xlsx, pdf):form>")
@access(For.VIEWER)
def take(form: str) -> Response:
    """The report as a file; a PDF is drawn by a process of its own."""
    scope, day = _scope(request.args.get("unit", "")), _day(request.args.get("day"))
    report = unit_report(here(), scope, day.isoformat())
    if report.waits:
        raise HubFault("report: gates are still being counted; look at the page and take it once that is whole")
    try:
        content = WRITERS[form](_paper(report, _versions(scope, report)))
    except StationError as error:
        raise HubFault(str(error)) from None
    name = f"report-{scope.unit or 'all'}-{day}.{form}".encode("ascii", "ignore").decode()
    return Response(content, content_type=_TYPES[form], headers={"Content-Disposition": f"attachment; filename={name}"})


def _versions(scope: Scope, report: UnitReport) -> Sequence[Confirmed]:
    with here().store.reading() as connection:
        return confirmed_reports(connection, here().office.unit, report.period.day).get(scope.unit, [])


def _paper(report: UnitReport, versions: Sequence[Confirmed]) -> Paper:
    site, language = here(), spoken_language()
    words, catalogue = load_words(), paper_words("zh-Hans" if language == "zh" else "en")
    newest = versions[-1] if versions else None
    same = newest is not None and newest.sha256 == report.sha256()
    standing = Standing(
        site.now_ms(),
        site.office.zone,
        "draft" if newest is None else "confirmed" if same else "changed",
        len(versions) + (0 if same else 1),
        newest.by if newest is not None and same else "",
        newest.late if newest is not None and same else False,
        site.office.demo,
    )

    def hub_word(key: str, **gaps: object) -> str:
        return say(words, language, key, gaps)

    return lay_out_unit(report, standing, catalogue.language, catalogue.say, hub_word)


def _page(trouble: str) -> tuple[str, bool]:
    """The page, and whether gates are still being counted."""
    site = here()
    unit = request.values.get("unit", "")
    scope, day = _scope(unit), _day(request.values.get("day"), strict=False)
    report = unit_report(site, scope, day.isoformat())
    with site.store.reading() as connection:
        board = board_of(connection, scope)
        ever, days = since_ever(connection, scope.only), by_day(connection, scope.only)
        confirmed = confirmed_reports(connection, site.office.unit, day.isoformat())
        whole = scope_of(connection)
    versions = confirmed.get(scope.unit, [])
    below = list(dict.fromkeys(id_ for _, id_ in whole.tree.walk(whole.unit) if id_ in whole.tree.units))
    below = [id_ for id_ in below if id_ not in whole.tree.gates]
    paper = _paper(report, versions)
    page = render_template(
        "reports.html",
        day=day,
        report=report,
        paper=paper,
        figures=[row for at, row in enumerate(paper.tables[0].rows) if at < _ALWAYS or row[-1]],
        lines=list(zip(report.gates, paper.tables[3].rows, strict=True)),
        versions=versions,
        confirmed=confirmed,
        below=below,
        late=is_late(day.isoformat(), _now()),
        board=board,
        ever=ever,
        days=days,
        scope=scope,
        trouble=trouble,
    )
    return page, report.waits


def _scope(unit: str) -> Scope:
    with here().store.reading() as connection:
        return scope_of(connection, unit or None)


def _now() -> datetime.datetime:
    return datetime.datetime.fromtimestamp(here().now_ms() / 1000, here().office.zone)


def _day(text: str | None, strict: bool = True) -> datetime.date:
    """The day that is asked for, yesterday if none is; never one that has not begun.

    :raises HubFault: if it is none, where somebody is *strict*.
    """
    today = _now().date()
    try:
        day = datetime.date.fromisoformat(text) if text else today - datetime.timedelta(days=1)
        if day > today or day.year < 2000:
            raise ValueError("day")
    except ValueError:
        if strict:
            raise HubFault(f"day: {(text or '')[:20]!r}: a day as 2020-11-21 that has begun") from None
        return today - datetime.timedelta(days=1)
    return day
