"""What gates ask for: batches in, receipts and orders out.  docs/hub.md lists every request and answer."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator

from flask import Blueprint, Response, g, jsonify, request

from station.wire.batch import MAX_SIZE
from station.wire.canonical import MAX_INTEGER
from station.wire.receipt import Receipt, sign_receipt
from sync.hub.access.tries import Tries
from sync.hub.database.store import WAIT_S
from sync.hub.errors import HubBusy, Refusal
from sync.hub.gates.enrolment import MAX_REQUEST, admit
from sync.hub.gates.stations import heard, station_of
from sync.hub.intake.ingest import URGENT, ingest, receipt
from sync.hub.office.orders import newer_orders, order_document
from sync.hub.site import For, access, here

api = Blueprint("api", __name__, url_prefix="/api/v1")

#: A batch that does not compress at all grows by less than a thousandth.
MAX_BODY = MAX_SIZE + MAX_SIZE // 1000 + 1024
#: Large batches in memory at once: some being written, others being inflated and verified.  Each takes up to 30 MiB,
#: 3 MiB as gates send them.
_AT_ONCE = 6
#: Small ones, which wait behind no large one: a fever of the moment overtakes the backlogs of all gates.  One that
#: inflates to far more takes as much.
_SMALL_AT_ONCE = 4
#: Often enough to tell a gate that is silent for a minute, seldom enough for a disk with 184 gates.
_HEARD_EVERY_MS = 15_000
#: Eleven kinds with twelve digits each.
_MAX_HAVE = 400
_HAVE = re.compile(r"([a-z-]{1,32}):([0-9]{1,12})")
#: Of tokens; a door of its own, so that whoever guesses here does not keep the office out of its pages.
_guesses = Tries()
_slots = threading.BoundedSemaphore(_AT_ONCE)
_small_slots = threading.BoundedSemaphore(_SMALL_AT_ONCE)


@api.post("/batches")
@access(For.STATION)
def take_batch() -> Response:
    """A batch in, the receipt for its epoch out."""
    site = here()
    size = request.content_length
    with _slot(_slots if size is None or size >= URGENT else _small_slots):
        source = request.get_data(cache=False)
        held = ingest(site.store, g.station, source, site.now_ms(), site.office.zone, site.reader)
    return _signed(held)


@api.get("/receipts/<int:epoch>")
@access(For.STATION)
def give_receipt(epoch: int) -> Response:
    """The receipt for an epoch as things stand."""
    if epoch > MAX_INTEGER:
        raise Refusal("epoch", "epoch: too large")
    site = here()
    with site.store.reading() as connection:
        return _signed(receipt(connection, g.station, epoch, site.now_ms()))


@api.get("/orders")
@access(For.STATION)
def list_orders() -> Response:
    """Which orders the gate needs beyond those it says it has."""
    have = _have(request.args.get("have", ""))
    with here().store.reading() as connection:
        return jsonify(newer_orders(connection, g.station, have))


@api.get("/orders/<kind>/<int:number>")
@access(For.STATION)
def give_order(kind: str, number: int) -> Response:
    """One order as it was signed."""
    with here().store.reading() as connection:
        document = order_document(connection, g.station, kind, min(number, MAX_INTEGER))
    if document is None:
        raise Refusal("order", f"order: there is no {kind[:32]} {number} for this station", 404)
    return Response(document, mimetype="application/octet-stream")


@api.post("/enrol")
@access(For.ANYBODY)
def let_in() -> Response:
    """The token and the keys for a gate that was shown a code, once."""
    site, address, now_s = here(), request.remote_addr or "", time.monotonic()
    wait_s = _guesses.wait_s(address, now_s)
    if wait_s > 0:
        raise HubBusy("enrol: too many codes that are not open; wait some minutes")
    if site.keys is None or (request.content_length or 0) > MAX_REQUEST:
        raise Refusal("enrol", "enrol: nobody is let in here, or the request is too long")
    try:
        welcome = admit(site.store, request.get_data(cache=False), site.now_ms())
    except Refusal:
        _guesses.failed(address, now_s)
        raise
    return Response(welcome.body(), mimetype="application/json")


def identify_station() -> str:
    """Whose token came with the request; noted as a sign of life.

    :raises Refusal: if it is nobody's.
    """
    site = here()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    with site.store.reading() as connection:
        known = station_of(connection, token) if scheme.lower() == "bearer" else None
    if known is None:
        raise Refusal("token", "token: not known here, or revoked; enrol the station again", 401)
    now_ms = site.now_ms()
    unsent = request.args.get("unsent", type=_small)
    silent = known.last_word_ms is None or abs(now_ms - known.last_word_ms) >= _HEARD_EVERY_MS * site.rate
    if silent or unsent not in {None, known.unsent}:
        # A gate is not sent away because a note about it could not be made.
        with contextlib.suppress(HubBusy):
            site.store.write_together(lambda connection: heard(connection, known.id, now_ms, unsent), small=True)
    return known.id


def _small(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MAX_INTEGER:
        raise ValueError("out of range")
    return number


def _have(text: str) -> dict[str, int]:
    if len(text) > _MAX_HAVE:
        raise Refusal("have", f"have: at most {_MAX_HAVE} characters")
    have = {}
    for part in text.split(",") if text else ():
        found = _HAVE.fullmatch(part)
        if found is None:
            raise Refusal("have", "have: expected kind:number,kind:number")
        have[found[1]] = int(found[2])
    return have


def _signed(held: Receipt) -> Response:
    return Response(sign_receipt(held, here().receipt_key), mimetype="application/octet-stream")


@contextlib.contextmanager
def _slot(slots: threading.BoundedSemaphore) -> Iterator[None]:
    if not slots.acquire(timeout=WAIT_S):
        raise HubBusy("hub: too many batches at once")
    try:
        yield
    finally:
        slots.release()
