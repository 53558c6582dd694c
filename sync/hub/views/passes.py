"""Gate passes: issue one or a list, print, revoke."""

from __future__ import annotations

import csv
import io
import secrets

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from station.credential import gate_pass, pass_request, pass_sheet
from station.credential.pass_book import IssuedPass
from station.errors import StationError
from station.wire.order import EVERY_STATION, OrderKind
from sync.hub.errors import HubFault
from sync.hub.office.acts import PASS_ISSUED, PASS_REVOKED
from sync.hub.office.pass_shelf import MOST_CHOSEN, book_of, keep, page_of, passes_of, revoke
from sync.hub.site import For, access, here
from sync.hub.unit.scope import Scope
from sync.hub.views.doing import act, give_order, me, pass_key, scope_of
from sync.hub.views.pages import asked_page

passes = Blueprint("passes", __name__)

#: A compound of 3,000 in one file.
MAX_LINES = 5_000
#: A sheet has a style of its own inside it, and is printed from where it was made; nothing else may run there.
_SHEET_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"


@passes.get("/passes")
@access(For.OFFICE)
def show() -> str:
    """The newest passes, or those with the words of ``?q=``; ``?page=2`` turns the page."""
    return _page("")


@passes.post("/passes/issue")
@access(For.OFFICE)
def issue() -> AnyResponse | str:
    """Issue one pass from the form, or one for each line of a CSV: all or none."""
    site = here()
    try:
        number = request.form.get("site", "")
        if not (number.isascii() and number.isdecimal() and len(number) <= 10):
            raise HubFault("site: a whole number")
        issuing = pass_request.Issuing(int(number), site.office.zone, site.now_ms() // 1000)
        common = {name: request.form.get(name, "") for name in pass_request.FIELDS}
        upload = request.files.get("list")
        if upload is not None and upload.filename:
            made, broken = pass_request.request_many(_rows(upload.read(), common), issuing, _new_id)
            if broken:
                raise HubFault("; ".join(f"line {fault.line}: {fault.problem}" for fault in broken[:20]))
        else:
            made = [pass_request.request(common, issuing, _new_id())]
        key = pass_key()
        issued = [IssuedPass(claims, gate_pass.issue(claims, key)) for claims in made]
        with site.store.writing() as connection:
            keep(connection, issued, me().unit, site.now_ms())
            act(connection, PASS_ISSUED, {"passes": len(issued), "first": issued[0].claims.pass_id.hex()})
            _give_passes(connection, scope_of(connection))
    except (HubFault, StationError) as error:
        return _page(str(error))
    return redirect(url_for("passes.show"), 303)


@passes.post("/passes/revoke")
@access(For.OFFICE)
def take_back() -> AnyResponse | str:
    """Revoke the passes that are ticked; every gate is told."""
    site, ids = here(), request.form.getlist("id")[:MOST_CHOSEN]
    try:
        with site.store.writing() as connection:
            scope = scope_of(connection)
            revoked = revoke(connection, scope, ids, site.now_ms())
            give_order(connection, OrderKind.REVOCATIONS, revoked, (EVERY_STATION,))
            act(connection, PASS_REVOKED, {"passes": ids})
            _give_passes(connection, scope)
    except (HubFault, StationError) as error:
        return _page(str(error))
    return redirect(url_for("passes.show"), 303)


@passes.post("/passes/sheet")
@access(For.OFFICE)
def sheet() -> Response:
    """The passes that are ticked, to be printed."""
    site, ids = here(), request.form.getlist("id")[:MOST_CHOSEN]
    form = request.form.get("paper", "a6")
    with site.store.reading() as connection:
        chosen = [one for one, revoked in book_of(connection, scope_of(connection), ids) if revoked is None and ids]
    known = pass_sheet.Form(form) if form in {str(each) for each in pass_sheet.Form} else pass_sheet.Form("a6")
    page = pass_sheet.page(chosen, known, site.office.name, site.office.zone)
    return Response(page, mimetype="text/html", headers={"Content-Security-Policy": _SHEET_CSP})


def _give_passes(connection: Connection, scope: Scope) -> None:
    give_order(connection, OrderKind.PASSES, passes_of(connection, scope, here().now_ms()), scope.audience)


def _rows(source: bytes, common: dict[str, str]) -> dict[int, dict[str, str]]:
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise HubFault("list: save it as CSV UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    unknown = [head for head in reader.fieldnames or [""] if head not in pass_request.FIELDS]
    if unknown:
        raise HubFault(f"list line 1: {unknown[0][:40]!r}: expected columns of {', '.join(pass_request.FIELDS)}")
    rows = {}
    for number, line in enumerate(reader, 2):
        if number > MAX_LINES:
            raise HubFault(f"list: more than {MAX_LINES} lines; divide it")
        cells = {name: (value or "").strip() for name, value in line.items() if name is not None}
        rows[number] = {name: cells.get(name) or common[name] for name in pass_request.FIELDS}
    if not rows:
        raise HubFault("list: no lines")
    return rows


def _new_id() -> bytes:
    return secrets.token_bytes(8)


def _page(trouble: str) -> str:
    sought, page = " ".join(request.args.get("q", "").split()), asked_page()
    with here().store.reading() as connection:
        scope = scope_of(connection)
        book, newest = page_of(connection, scope, sought, page), page_of(connection, scope)
    forms = [str(form) for form in pass_sheet.Form]
    site = newest.passes[0][0].claims.site if newest.passes else 1
    return render_template(
        "passes.html",
        book=book,
        sought=sought,
        trouble=trouble,
        forms=forms,
        now_s=here().now_ms() // 1000,
        site_number=site,
    )
