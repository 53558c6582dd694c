"""Pages that only show: units, gates, people, the record of what the office did."""

from __future__ import annotations

import datetime
import threading
import time

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from station.papers.words import words as paper_words
from station.report import Gap
from sync.hub.access.sessions import digest_of
from sync.hub.access.tries import Tries
from sync.hub.board.figures import by_unit
from sync.hub.custody.keys import KeyFolder
from sync.hub.custody.names import OpenNames
from sync.hub.custody.sealing import open_key
from sync.hub.errors import HubFault
from sync.hub.office.acts import NAMES_OPENED
from sync.hub.office.chain import read_acts
from sync.hub.office.record_words import details_of
from sync.hub.people.full_names import full_names
from sync.hub.people.people import Which, count_people, list_people
from sync.hub.report.gate_day import GateDay
from sync.hub.report.gate_days import DRAW_S, draw_day
from sync.hub.site import For, access, here, open_names
from sync.hub.views.board_of import board_of
from sync.hub.views.doing import act, make_room, me, scope_of
from sync.hub.views.pages import again_soon, age_against, asked_page, spoken_language

watch = Blueprint("watch", __name__)
#: A reason is a few words; longer than a phone number, shorter than a letter.
MAX_REASON = 200
_LEAST_REASON = 4
#: Today is drawn up at each look, a tenth of a second a gate; with more gates somebody chooses a unit first.
MOST_TODAY = 24
#: What is shorter was cut off by midnight, or is a restart that nobody noticed.
_LEAST_AWAY_MS = 60_000
_opening = threading.Lock()


@watch.get("/gates")
@access(For.VIEWER)
def gates() -> AnyResponse | str:
    """Every gate: how old its word is, what of its record is missing and why, what troubled it since yesterday."""
    site = here()
    with site.store.reading() as connection:
        scope = scope_of(connection, request.args.get("unit"))
        board = board_of(connection, scope)
    today = datetime.datetime.fromtimestamp(site.now_ms() / 1000, site.office.zone).date()
    yesterday = today - datetime.timedelta(days=1)
    many = len(scope.gates) > MOST_TODAY
    days = [
        draw_day(
            site.store, scope.gates, day.isoformat(), site.office.zone, site.now_ms(), site.rate == 1.0, DRAW_S / 2
        )
        for day in ((yesterday,) if many else (today, yesterday))
    ]
    still = {station for day in days for station in day.waiting}
    page = render_template(
        "gates.html",
        board=board,
        age=age_against(board.now_ms),
        scope=scope,
        gaps=[(station, gap) for day in days for station, made in sorted(day.gates.items()) for gap in _told(made)],
        devices=[
            (station, device, day is not days[-1])
            for day in days
            for station, made in sorted(day.gates.items())
            for device in made.devices
        ],
        counting=[gate.name for gate in board.gates if gate.station in still],
        many=many,
        cause=paper_words("zh-Hans" if spoken_language() == "zh" else "en").say,
    )
    return again_soon(page, bool(still))


def _told(made: GateDay) -> list[Gap]:
    """The gaps of a day that somebody can do something about; what is missing stands in a list of its own."""
    return [
        gap
        for gap in made.gaps
        if gap.cause not in ("missing", "before_first", "no_entries") and gap.to_ms - gap.from_ms >= _LEAST_AWAY_MS
    ]


@watch.get("/units")
@access(For.VIEWER)
def units() -> str:
    """The tree, with today's counts of every node."""
    return show_units("")


def show_units(trouble: str) -> str:
    """The page, with what kept the last import from being done."""
    with here().store.reading() as connection:
        scope = scope_of(connection)
        board = board_of(connection, scope)
    rows = by_unit(scope.tree, scope.unit, board.gates)
    return render_template("units.html", rows=rows, tree=scope.tree, trouble=trouble)


@watch.get("/people")
@access(For.VIEWER)
def people() -> str:
    """Who is inside, who is out for too long, which visitors have not left."""
    return _people("")


@watch.post("/names")
@access(For.OFFICE)
def names() -> AnyResponse | str:
    """Open names in full for this session, with a reason that is recorded; or close them again."""
    site = here()
    own = digest_of(str(session.get("in", "")))
    opened: OpenNames = open_names()
    if request.form.get("close"):
        opened.close(own)
        return redirect(url_for("watch.people"), 303)
    reason = " ".join(request.form.get("reason", "").split())
    try:
        if not _LEAST_REASON <= len(reason) <= MAX_REASON:
            raise HubFault(f"reason: {_LEAST_REASON} to {MAX_REASON} characters; it is recorded")
        if me().unit:
            raise HubFault("names: only an account that sees everything can open them")
        if site.keys is None:
            raise HubFault("keys: this hub runs without them")
        keys = _open_keys(site.keys, request.form.get("passphrase", ""))
        make_room()
        with site.store.writing() as connection:
            act(connection, NAMES_OPENED, {"minutes": 30}, reason)
    except HubFault as error:
        return _people(str(error))
    opened.open(own, keys, site.now_ms())
    return redirect(url_for("watch.people"), 303)


@watch.get("/record")
@access(For.OFFICE)
def record() -> str:
    """What the office did, as its own chain has it."""
    before = None
    if "before" in request.args:
        epoch, _, seq = request.args["before"].partition(".")
        if epoch.isdecimal() and seq.isdecimal() and len(epoch) <= 19 and len(seq) <= 19:
            before = (int(epoch), int(seq))
    with here().store.reading() as connection:
        acts, called = read_acts(connection, here().office.unit, before), scope_of(connection).tree.name
    language = spoken_language()
    return render_template("record.html", acts=acts, details_of=lambda act: details_of(act.facts, language, called))


def _open_keys(folder: KeyFolder, passphrase: str) -> list[X25519PrivateKey]:
    """The seal keys; guessing is slowed down as it is at the door.

    :raises HubFault: if *passphrase* does not open them, or too many did not.
    """
    tries: Tries = current_app.extensions["tries"]
    who = f"seal:{me().name}"
    # One at a time: each takes 64 MiB.
    with _opening:
        if tries.wait_s(who, time.monotonic()) > 0:
            raise HubFault("passphrase: too many tries; wait some minutes")
        try:
            return [open_key(closed, passphrase) for closed in folder.closed_keys()]
        except HubFault:
            tries.failed(who, time.monotonic())
            raise


def _people(trouble: str) -> str:
    site, sought = here(), " ".join(request.args.get("q", "").split())
    keys = open_names().keys(digest_of(str(session.get("in", ""))), site.now_ms())
    asked = next((each for each in Which if each == request.args.get("list")), None)
    with site.store.reading() as connection:
        scope = scope_of(connection, request.args.get("unit"))
        people = count_people(connection, scope.gates, site.now_ms())
        # Who is overdue is looked for; where nobody is, who is still here.
        which = asked or (Which.OVERDUE if people.overdue else Which.VISITORS)
        listed = list_people(connection, scope.gates, site.now_ms(), which, sought, asked_page())
        full = full_names(connection, scope, keys, site.now_ms()) if keys else {}
        board = board_of(connection, scope)
    return render_template(
        "people.html",
        people=people,
        listed=listed,
        lists=list(Which),
        which=which,
        sought=sought,
        full=full,
        are_open=bool(keys),
        board=board,
        age=age_against(site.now_ms()),
        scope=scope,
        trouble=trouble,
    )
