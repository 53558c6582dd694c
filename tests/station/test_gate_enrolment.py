"""A hub's code is read only while the sheet is open, compared by a person, and believed no further than it fits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station import kinds
from station.duty.post import OnDuty, Post
from station.duty.rota import Operator, Role, Rota
from station.enrolment import screen as enrol_screen
from station.enrolment.enrolment import LASTS_MS, OPEN_MS, SILENT_MS, Enrolment, Self, Stage
from station.enrolment.files import OUTCOME_FILE, EnrolmentFiles
from station.lane.action import Act, Action, ActionError
from station.wire.entrance import (
    ASKING,
    GIVEN,
    REFUSED,
    Outcome,
    encode_outcome,
    parse_outcome,
    parse_request,
)
from station.wire.errors import WireError
from station.wire.invitation import Invitation, encode_invitation, root_mark
from station.wire.keyring import encode_keys
from station.wire.order import Order, OrderKind, sign_order
from tests.station.storyboard import MORNING_MS

KEY, ROOT, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
PUBLIC = ROOT.public_key().public_bytes_raw()
CODE = Invitation("east", "https://hub.example.cn", "A" * 22, root_mark(PUBLIC), MORNING_MS + LASTS_MS)


def keys_by(root: Ed25519PrivateKey, kind: OrderKind = OrderKind.KEYS) -> bytes:
    return sign_order(Order(kind, 3, ("*",), "office", MORNING_MS, encode_keys([])), root)


@dataclass
class Gate:
    """The desk's half on a real folder; the road's half is played."""

    folder: Path
    root: bytes | None = None
    url: str = ""
    by_folder: bool = False
    granted: list[tuple[bytes, int]] = field(default_factory=list)
    now_ms: int = MORNING_MS
    tries: int = 0

    def __post_init__(self) -> None:
        (self.folder / "sync").mkdir(exist_ok=True)
        self.files = EnrolmentFiles(self.folder / "request.json", self.folder / "sync", self.folder / "root.pub")
        gate = Self("east", "东门", KEY, self.url, self.by_folder)
        self.door = Enrolment(gate, self.files, self.root, self.grant, self.id)

    def grant(self, root: bytes, _source: bytes, order: Order) -> None:
        self.granted.append((root, order.number))

    def id(self) -> str:
        self.tries += 1
        return f"try-{self.tries}"

    def reads(self, code: Invitation = CODE, clock_ms: int | None = MORNING_MS) -> Gate:
        assert self.door.scanned(encode_invitation(code).encode(), self.now_ms, clock_ms)
        return self

    def compared(self, same: bool = True) -> Gate:
        self.door.open(self.now_ms)
        self.reads().door.answer(same, self.now_ms)
        return self

    def road_says(self, state: str, code: str = "", root: bytes = b"", keys: bytes = b"", id: str = "") -> list[str]:
        outcome = Outcome(id or f"try-{self.tries}", state, code, root, keys)
        (self.folder / "sync" / OUTCOME_FILE).write_bytes(encode_outcome(outcome))
        return [draft.kind for draft in self.door.ticked(self.now_ms, self.now_ms, "wang")]

    @property
    def word(self) -> str:
        line = self.door.line()
        return line.word.code if line is not None and line.word is not None else ""


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path)


def test_a_code_is_nobodys_while_the_sheet_is_closed(gate: Gate) -> None:
    code = encode_invitation(CODE).encode()
    assert not gate.door.scanned(code, MORNING_MS, MORNING_MS)
    gate.door.open(MORNING_MS)
    assert not gate.door.scanned(b"VG1:6BF", MORNING_MS, MORNING_MS), "a pass is for the lane, sheet or not"
    gate.door.close()
    assert not gate.door.scanned(code, MORNING_MS, MORNING_MS)
    assert gate.door.line() is None


def test_a_sheet_that_was_forgotten_reads_nothing_any_more(gate: Gate) -> None:
    gate.door.open(MORNING_MS)
    gate.door.ticked(MORNING_MS + OPEN_MS, None, "")
    assert not gate.door.scanned(encode_invitation(CODE).encode(), MORNING_MS + OPEN_MS, None)


def test_nobody_is_asked_before_somebody_has_compared(gate: Gate) -> None:
    gate.door.open(MORNING_MS)
    gate.reads()
    line = gate.door.line()
    assert line is not None
    assert (line.stage, line.fingerprint) == (Stage.COMPARE, CODE.fingerprint)
    assert gate.files.asked() is None
    gate.door.answer(False, MORNING_MS)
    assert gate.files.asked() is None
    assert gate.word == "enrol_not_the_same"
    with pytest.raises(ActionError):
        gate.door.answer(True, MORNING_MS)


def test_what_the_hub_gives_is_pinned_once_it_fits(gate: Gate) -> None:
    gate.compared()
    assert (gate.folder / "request.json").stat().st_mode & 0o777 == 0o640, "the road is another user"
    assert gate.road_says(GIVEN, "", PUBLIC, keys_by(ROOT)) == [kinds.STATION_ENROLLED]
    assert gate.granted == [(PUBLIC, 3)]
    assert (gate.folder / "root.pub").read_text().strip() == PUBLIC.hex()
    assert gate.files.asked() is None
    assert gate.door.enrolled
    line = gate.door.line()
    assert line is not None
    assert line.stage == Stage.DONE


@pytest.mark.parametrize(
    ("root", "keys"),
    [
        (OTHER.public_key().public_bytes_raw(), keys_by(OTHER)),
        (PUBLIC, keys_by(OTHER)),
        (PUBLIC, keys_by(ROOT, OrderKind.POLICY)),
        (PUBLIC, b"keys"),
    ],
)
def test_the_road_is_not_believed(gate: Gate, root: bytes, keys: bytes) -> None:
    gate.compared()
    assert gate.road_says(GIVEN, "", root, keys) == []
    assert gate.word == "enrol_unfit"
    assert not (gate.folder / "root.pub").exists()
    assert gate.granted == []


def test_an_answer_to_another_try_counts_for_nothing(gate: Gate) -> None:
    gate.compared()
    assert gate.road_says(GIVEN, "", PUBLIC, keys_by(ROOT), id="try-0") == []
    gate.door.close()
    assert gate.road_says(GIVEN, "", PUBLIC, keys_by(ROOT)) == []
    assert not (gate.folder / "root.pub").exists()


@pytest.mark.parametrize(
    ("state", "code", "word"),
    [
        (REFUSED, "invitation", "enrol_used"),
        (REFUSED, "not_enrolled", "enrol_unfit"),
        (REFUSED, "url", "enrol_url"),
        (REFUSED, "disk", "enrol_disk"),
        (ASKING, "unreachable", "enrol_no_line"),
        (ASKING, "portal", "enrol_portal"),
        (ASKING, "no_hub", "enrol_no_hub"),
        (ASKING, "busy", "enrol_busy"),
        (ASKING, "tls", "enrol_tls"),
    ],
)
def test_what_went_wrong_is_said_in_words(gate: Gate, state: str, code: str, word: str) -> None:
    gate.compared()
    gate.road_says(state, code)
    assert gate.word == word
    # the road goes on asking, or another code is needed
    assert (gate.files.asked() is not None) is (state == ASKING)
    if state == REFUSED:
        gate.reads()
        assert gate.word == ""


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (replace(CODE, station="west"), "enrol_other_gate"),
        (replace(CODE, root=root_mark(bytes(32))), "enrol_other_hub"),
        (replace(CODE, url="https://other.example.cn"), "enrol_other_address"),
    ],
)
def test_a_code_that_is_not_for_this_gate_is_refused_here(tmp_path: Path, code: Invitation, word: str) -> None:
    gate = Gate(tmp_path, PUBLIC, "https://hub.example.cn")
    gate.door.open(MORNING_MS)
    gate.reads(code)
    assert gate.word == word
    gate.reads()
    assert gate.word == ""


def test_a_damaged_code_and_a_gate_that_uses_a_share(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.door.open(MORNING_MS)
    assert gate.door.scanned(b"STATION-ENROL-1:e30", MORNING_MS, MORNING_MS)
    assert gate.word == "enrol_damaged"
    by_stick = Gate(tmp_path, by_folder=True)
    by_stick.door.open(MORNING_MS)
    assert by_stick.word == "enrol_by_stick"


@pytest.mark.parametrize("clock_ms", [None, MORNING_MS - 2 * LASTS_MS, MORNING_MS + 3 * LASTS_MS])
def test_a_clock_that_may_be_wrong_is_said_and_stops_nothing(gate: Gate, clock_ms: int | None) -> None:
    gate.door.open(MORNING_MS)
    gate.reads(CODE, clock_ms)
    assert gate.word == "enrol_clock"
    gate.door.answer(True, MORNING_MS)
    gate.road_says(ASKING, "tls")
    assert gate.word == "enrol_clock"


def test_a_code_that_is_over_by_a_good_clock_is_called_too_old(gate: Gate) -> None:
    gate.compared()
    outcome = encode_outcome(Outcome("try-1", REFUSED, "invitation"))
    (gate.folder / "sync" / OUTCOME_FILE).write_bytes(outcome)
    gate.door.ticked(MORNING_MS + 1, CODE.until_ms + 1, "wang")
    assert gate.word == "enrol_over"


def test_a_road_that_does_not_run_is_named(gate: Gate) -> None:
    gate.compared()
    gate.door.ticked(MORNING_MS + SILENT_MS, None, "")
    assert gate.word == "enrol_no_road"


def test_a_power_cut_before_the_last_file_is_made_good_at_the_next_start(gate: Gate, tmp_path: Path) -> None:
    gate.compared()
    (tmp_path / "sync" / OUTCOME_FILE).write_bytes(encode_outcome(Outcome("try-1", GIVEN, "", PUBLIC, keys_by(ROOT))))
    again = Gate(tmp_path)
    assert [draft.kind for draft in again.door.ticked(MORNING_MS, None, "")] == [kinds.STATION_ENROLLED]
    assert (again.door.enrolled, again.files.asked()) == (True, None)
    # and one before the hub's answer is no enrolment
    gate.compared()
    third = Gate(tmp_path)
    assert third.door.ticked(MORNING_MS, None, "") == []
    assert third.files.asked() is None


# -- who may ---------------------------------------------------------------------------------------------------------

CHIEF = Operator("chief", "李主任", Role.ADMIN, pin="set")
ROTA = Rota({"chief": CHIEF, "wang": Operator("wang", "王芳", Role.LEADER)})


def press(do: str, **more: str) -> Action:
    return Action(Act.ENROL, "n", tuple({"do": do, **more}.items()))


def test_a_gate_that_is_not_let_in_is_opened_by_whoever_is_there(gate: Gate) -> None:
    post = Post(Rota)
    (key,) = enrol_screen.keys(post, gate.door, MORNING_MS)
    assert key.arguments == (("do", "open"),)
    enrol_screen.act(post, gate.door, press("open"), MORNING_MS)
    enrol_screen.act(post, gate.reads().door, press("same"), MORNING_MS)
    assert gate.door.stage is Stage.ASKING
    enrol_screen.act(post, gate.door, press("close"), MORNING_MS)
    assert gate.files.asked() is None


def test_one_that_is_takes_an_admin(tmp_path: Path) -> None:
    door = Gate(tmp_path, PUBLIC).door
    post = Post(lambda: ROTA, OnDuty("wang"))
    (key,) = enrol_screen.keys(post, door, MORNING_MS)
    assert [choice.act for choice in key.choices] == ["page:pin"]
    asked: tuple[tuple[dict[str, str], str], ...] = (
        ({}, "admin_needed"),
        ({"operator": "wang"}, "admin_needed"),
        ({"operator": "chief"}, "pin_needed"),
    )
    for more, code in asked:
        with pytest.raises(ActionError) as refused:
            enrol_screen.act(post, door, press("open", **more), MORNING_MS)
        assert refused.value.code == code
    enrol_screen.act(post, door, press("open", operator="chief", proven="pin"), MORNING_MS)
    assert door.stage is Stage.SHOW
    post.on = OnDuty("chief")
    assert enrol_screen.keys(post, door, MORNING_MS)[0].choices == ()
    assert enrol_screen.keys(Post(Rota), door, MORNING_MS) == (), "no admin on the rota: by the command line"
    assert enrol_screen.keys(post, None, MORNING_MS) == ()
    with pytest.raises(ActionError):
        enrol_screen.act(post, None, press("open"), MORNING_MS)


@pytest.mark.parametrize("source", [b"", b"{}", b'{"v":1}', b'{"id":"a","v":1}', b"[]"])
def test_a_file_that_is_none_of_ours_is_none(source: bytes) -> None:
    for read in (parse_request, parse_outcome):
        with pytest.raises(WireError):
            read(source)
