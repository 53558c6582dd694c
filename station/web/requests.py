"""Parse at the door: whatever reaches the desk is an act it knows with arguments it can read.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from station.case.symptom_codes import SYMPTOMS
from station.errors import StationError
from station.lane.action import Act, Action
from station.lane.declared import VALUES
from station.notebook.incidents import ENDS, WHAT
from station.notebook.incidents import STEPS as INCIDENT_STEPS
from station.notebook.inspections import BY, FINDINGS
from station.notebook.isolation import BY as MEASURED_BY
from station.notebook.rounds import AGENTS, PLACES, ROUNDS
from station.notebook.supplies import ITEMS, MOST
from station.notebook.travel import WHERE
from station.roster.plate import PROVINCES

#: The largest body of a press, in bytes; the largest real one has some hundred.
MAX_BODY = 16 * 1024
#: Longer than any name, plate or remark that a key sends.
MAX_TEXT = 200
#: As long as the name of somebody on duty may be, and as an id in an office's own roster.
MAX_NAME, MAX_ID = 32, 64
#: More arguments than any step of a case asks for.
MAX_ARGUMENTS = 12
#: Longer than any name with its place; the search itself looks at no more (station/register/query.py).
MAX_QUERY = 40
#: What may stand between letters and digits: in rooms, in names of several parts, on number plates.
_BETWEEN = frozenset(" -·•.")
#: No code is shorter, and none is longer than the largest QR code (bytes).
MIN_SCAN, MAX_SCAN = 6, 2_953
#: Typed temperatures outside of this are slips of the finger (hundredths of a degree), refused, never bent.
MIN_TYPED, MAX_TYPED = 3000, 4500
#: A bus is the largest thing that comes in one go.
MAX_PEOPLE = 60
#: Whole numbers that every browser and every JSON reader keeps exactly.
MAX_WHOLE = 2**53 - 1

Check = Callable[[str], bool]


class RequestError(StationError, ValueError):
    """A request that cannot be read; ``code`` is what the page shows."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _matches(pattern: str) -> Check:
    whole = re.compile(pattern)
    return lambda value: whole.fullmatch(value) is not None


def _whole(low: int, high: int) -> Check:
    digits = re.compile(r"[0-9]{1,16}")
    return lambda value: digits.fullmatch(value) is not None and low <= int(value) <= high


def _one_of(*values: str) -> Check:
    return lambda value: value in values


def _text(value: str) -> bool:
    return 0 < len(value) <= MAX_TEXT and value.isprintable() and value == value.strip()


def _name(value: str) -> bool:
    return _text(value) and len(value) <= MAX_NAME


def _id(value: str) -> bool:
    return _text(value) and len(value) <= MAX_ID


_ascii = _matches(r"[ -~]+")
_nonce = _matches(r"[A-Za-z0-9-]{8,64}")
_code = _matches(r"[a-z][a-z0-9_.-]{0,63}")
_number = _whole(0, MAX_WHOLE)
#: An entry, EPOCH-SEQ.
_entry = _matches(r"[0-9]{1,16}-[0-9]{1,16}")
#: A whole plate or its end, as the page's own keys write it: no blanks, no dots.
_pin = _matches(r"[0-9]{4,8}")
#: Who signs in: somebody of the rota or of the roster.
_WHO = {"operator": (False, _name), "resident": (False, _id), "pin": (False, _pin)}
_plate = _matches(rf"[{PROVINCES}使领]?[A-Z0-9]{{1,8}}[挂学警港澳]?")

#: Act → argument → (must it be there, what it may be).
ARGUMENTS: Mapping[Act, Mapping[str, tuple[bool, Check]]] = {
    Act.DIRECTION: {"to": (True, _one_of("in", "out"))},
    Act.IDENTIFY: {"resident": (True, _id)},
    Act.HOLDER: {"same": (True, _one_of("yes", "no"))},
    Act.CODE_SEEN: {"colour": (True, _one_of("green", "yellow", "red"))},
    Act.MASK: {"mask": (True, _one_of("none", "given", "worn", "refused"))},
    Act.COMPANION: {},
    Act.FEWER: {},
    Act.VEHICLE: {"kind": (False, _code), "plate": (False, _plate)},
    Act.SEAT: {"seat": (True, _whole(1, MAX_PEOPLE))},
    Act.TOGETHER: {},
    Act.REMEASURE: {},
    Act.PARK: {},
    Act.RESUME: {"waiting": (True, _number)},
    Act.READING_OF: {"person": (True, _one_of("0", "1"))},
    Act.BY_HAND: {
        "centi_celsius": (True, _whole(MIN_TYPED, MAX_TYPED)),
        "site": (True, _one_of("forehead", "wrist", "neck", "contact")),
    },
    Act.EMERGENCY: {"people": (False, _whole(1, MAX_PEOPLE))},
    Act.DETAILS: {
        "of": (True, _entry),
        "people": (False, _matches(r"[+-]1|[0-9]{1,2}")),
        "service": (False, _one_of("ambulance", "fire", "police", "other")),
        "plate": (False, _plate),
        "resident": (False, _id),
        "complete": (False, _one_of("1")),
    },
    Act.DELIVERY: {"pieces": (False, _one_of("-1"))},
    Act.PAPER: {
        "time": (True, _matches(r"[0-9]{4}")),
        "to": (True, _one_of("in", "out")),
        "centi_celsius": (True, _whole(MIN_TYPED, MAX_TYPED)),
        "resident": (False, _id),
        "who": (False, _name),
    },
    Act.TRIP: {"trip": (True, _code)},
    Act.EXCEPTION: {"reason": (True, _text), "of": (False, _number)},
    Act.DECLARE: {"fact": (True, _one_of("person", *VALUES)), "value": (True, _code)},
    Act.UNDO: {"epoch": (False, _number), "seq": (False, _number), "reason": (False, _text)},
    Act.CANCEL: {},
    Act.CALL_LEADER: {},
    Act.ANSWER: {"case": (True, _number), "step": (False, _code)},
    Act.CASE_STEP: {"case": (True, _number), "step": (True, _code)},
    Act.CALLED: {"case": (True, _number)},
    Act.SYMPTOMS: {"which": (True, _one_of(*SYMPTOMS))},
    Act.ROUND: {
        "what": (True, _one_of(*ROUNDS)),
        "place": (False, _one_of(*PLACES)),
        "agent": (False, _one_of(*AGENTS)),
    },
    Act.SUPPLIES: {
        "item": (True, _one_of(*ITEMS)),
        "left": (False, _whole(0, MOST)),
        "per_day": (False, _whole(1, MOST)),
    },
    Act.INCIDENT: {
        "what": (False, _one_of(*WHAT)),
        "incident": (False, _number),
        "step": (False, _one_of(*INCIDENT_STEPS, *ENDS)),
        "time": (False, _matches(r"[0-9]{4}")),
    },
    Act.INSPECTION: {
        "by": (False, _one_of(*BY)),
        "inspection": (False, _number),
        "finding": (False, _one_of(*FINDINGS)),
        "right": (False, _number),
        "close": (False, _one_of("1")),
    },
    Act.ISOLATION: {
        "subject": (True, _id),
        "centi_celsius": (False, _whole(MIN_TYPED, MAX_TYPED)),
        "site": (False, _one_of("forehead", "wrist", "neck", "contact")),
        "by": (False, _one_of(*MEASURED_BY)),
        "symptom": (False, _one_of(*SYMPTOMS)),
        "no_answer": (False, _one_of("1")),
        "step": (False, _one_of("told", "closed")),
    },
    Act.TRAVEL: {
        "where": (True, _one_of(*WHERE)),
        "days": (True, _whole(1, 365)),
        "resident": (True, _id),
    },
    Act.UNDO_NOTE: {"note": (True, _entry)},
    Act.SILENCE: {},
    Act.SIGN_IN: _WHO,
    Act.HAND_OVER: _WHO,
    Act.READ_CASE: {"case": (True, _number)},
    Act.SELF_TEST: {},
    Act.SELF_TEST_SEEN: {"result": (True, _one_of("ok", "faulty"))},
    Act.OWN_TEMPERATURE: {
        "centi_celsius": (False, _whole(MIN_TYPED, MAX_TYPED)),
        "site": (False, _one_of("forehead", "wrist", "neck", "contact")),
    },
    Act.DRILL: {"to": (True, _one_of("on", "off")), "operator": (False, _name), "pin": (False, _pin)},
    Act.ENROL: {
        "do": (True, _one_of("open", "same", "other", "close")),
        "operator": (False, _name),
        "pin": (False, _pin),
    },
    Act.WIPE: {},
    Act.CONFIRM_REPORT: {"day": (True, _matches(r"\d{4}-\d{2}-\d{2}")), "sha256": (True, _matches(r"[0-9a-f]{64}"))},
}

#: Acts that may come with more than they must: what a step of a case asks for is the case's business.
OPEN_ENDED = frozenset({Act.CASE_STEP})


def parse_act(body: object) -> Action:
    """The action in a decoded JSON *body* ``{"act", "nonce", "arguments", "visit"}``.

    :raises RequestError: at the first thing that is wrong, with a code for the screen.
    """
    if not isinstance(body, dict) or body.keys() - {"act", "nonce", "arguments", "visit"}:
        raise RequestError("bad_request", "expected an object of act, nonce, arguments and visit")
    nonce, visit = body.get("nonce"), body.get("visit", 0)
    if not isinstance(nonce, str) or not _nonce(nonce):
        raise RequestError("bad_nonce", "nonce: expected 8 to 64 letters, digits or hyphens")
    if not isinstance(visit, int) or isinstance(visit, bool) or not 0 <= visit <= MAX_WHOLE:
        raise RequestError("bad_request", "visit: expected a whole number")
    name = body.get("act")
    if not isinstance(name, str) or name not in set(Act):
        raise RequestError("unknown_act", f"act: {name!r} is none of ours")
    act = Act(name)
    return Action(act, nonce, _arguments(act, body.get("arguments", {})), visit)


def _arguments(act: Act, given: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, dict) or len(given) > MAX_ARGUMENTS:
        raise RequestError("bad_request", f"{act}: expected an object of at most {MAX_ARGUMENTS} arguments")
    known = ARGUMENTS[act]
    for name, value in given.items():
        if name not in known and (act not in OPEN_ENDED or not _code(name)):
            raise RequestError("unknown_argument", f"{act}: unknown argument {name[:40]!r}")
        check = known[name][1] if name in known else _text
        if not isinstance(value, str) or not check(value):
            code = "bad_temperature" if name == "centi_celsius" else "bad_argument"
            raise RequestError(code, f"{act}: argument {name[:40]}: this value cannot be")
    for name, (needed, _) in known.items():
        if needed and name not in given:
            raise RequestError("missing_argument", f"{act}: argument {name} is missing")
    return tuple(sorted(given.items()))


def parse_scan(body: object) -> bytes:
    """The payload in a decoded JSON *body* ``{"payload"}``: what a scanner types, printable ASCII.

    :raises RequestError: when it is anything else.
    """
    payload = body.get("payload") if isinstance(body, dict) and body.keys() == {"payload"} else None
    if not isinstance(payload, str) or not MIN_SCAN <= len(payload) <= MAX_SCAN or not _ascii(payload):
        raise RequestError("bad_request", f"payload: expected {MIN_SCAN} to {MAX_SCAN} printable ASCII characters")
    return payload.encode()


def parse_query(text: str) -> str:
    """What to search for: 1 to 40 letters of any script or digits, lower case; hyphens, dots and blanks between.

    :raises RequestError: when it is anything else.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text.strip(" ")).lower().split(" "))
    known = all(sign in _BETWEEN or unicodedata.category(sign)[0] in "LN" for sign in plain)
    if not (known and any(sign not in _BETWEEN for sign in plain) and len(plain) <= MAX_QUERY):
        raise RequestError("bad_argument", f"q: expected 1 to {MAX_QUERY} letters or digits")
    return plain


def parse_version(text: str | None) -> int | None:
    """The version a page has, or None for a page that has none.

    :raises RequestError: when it is no number.
    """
    if text is None:
        return None
    if not _number(text):
        raise RequestError("bad_argument", "version: expected a whole number")
    return int(text)
