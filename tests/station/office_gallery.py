"""States of the screen that the office brings about: letting the gate in, its word on a case, old records."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.enrolment.enrolment import LASTS_MS, Enrolment, Self
from station.lane.action import Act
from station.screen.beside import CaseLine, CaseStep
from station.screen.elements import Badge, Key, Level, Word
from station.screen.sheets import EnrolLine
from station.screen.view import View
from station.wire.entrance import ASKING, GIVEN, REFUSED, Outcome, Request
from station.wire.invitation import Invitation, encode_invitation, root_mark
from station.wire.keyring import encode_keys
from station.wire.order import Order, OrderKind, sign_order

KEY, ROOT = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
PUBLIC = ROOT.public_key().public_bytes_raw()


class Played:
    """The folder between desk and road, in memory."""

    def __init__(self) -> None:
        self.request: Request | None = None
        self.said: Outcome | None = None

    def ask(self, request: Request | None) -> None:
        self.request = request

    def asked(self) -> Request | None:
        return self.request

    def outcome(self) -> Outcome | None:
        return self.said

    def pin(self, root: bytes) -> None:
        del root


def enrolling(now_ms: int, url: str = "https://hub.xingfuli.example.cn") -> dict[str, EnrolLine]:
    """The sheet in each of its states."""
    found: dict[str, EnrolLine] = {}

    def take(name: str, state: str | None = None, code: str = "", clock_ms: int | None = now_ms, **other: str) -> None:
        files = Played()
        door = Enrolment(Self("dongmen-1", "东门", KEY), files, None, lambda *_: None, lambda: "1")
        door.open(now_ms)
        if name != "enrol_show":
            mark = root_mark(PUBLIC)
            invited = replace(Invitation("dongmen-1", url, "A" * 22, mark, now_ms + LASTS_MS), **other)
            door.scanned(encode_invitation(invited).encode(), now_ms, clock_ms)
        if state is not None:
            door.answer(True, now_ms)
            keys = sign_order(Order(OrderKind.KEYS, 1, ("*",), "o", 0, encode_keys([])), ROOT)
            files.said = Outcome("1", state, code, PUBLIC, keys)
            door.ticked(now_ms, clock_ms, "")
        line = door.line()
        assert line is not None
        found[name] = line

    take("enrol_show")
    take("enrol_compare")
    take("enrol_compare_clock", clock_ms=None)
    take("enrol_asking", ASKING, "unreachable")
    take("enrol_used", REFUSED, "invitation")
    take("enrol_other_gate", station="ximen-nanjie-2")
    take("enrol_done", GIVEN)
    return found


def told_cases(case: CaseLine, now_ms: int) -> tuple[CaseLine, ...]:
    """A case that the office took up, and one that it closed."""
    taken = replace(case, office=("case_taken", "王医生", now_ms - 120_000))
    over = Key(Act.CASE_STEP, Word("step_office_closed"), "action", "", (("case", "9"), ("step", "office_closed")))
    steps = (CaseStep("answered", now_ms - 300_000), CaseStep("office_closed", None, next=True))
    closed = replace(case, case=9, masked="曾**", steps=steps, keys=(over, *case.keys))
    return taken, replace(closed, office=("case_office_closed", "qian.zhuren", now_ms - 60_000))


def office_gallery(idle: View, fever: View, case: CaseLine) -> dict[str, View]:
    """What the gallery shows of it; *idle* and *fever* are its plain states, *case* is its case."""
    taken, closed = told_cases(case, idle.now_ms)
    enrol_key = Key(Act.ENROL, Word("enrol_key"), arguments=(("do", "open"),))
    old = (
        Badge(Word("old_chain", (("n", "512"),)), Level.WARN),
        Badge(Word("old_chain_held"), Level.NOTE),
    )
    reasons = (Word("office_closed_unanswered"), *fever.panel.reasons)
    return {
        **{name: replace(idle, enrol=line) for name, line in enrolling(idle.now_ms).items()},
        "more_enrol": replace(idle, keys=(*idle.keys, enrol_key)),
        "case_taken": replace(idle, cases=(taken, closed)),
        "case_office_closed": replace(idle, cases=(closed,)),
        "fever_office_closed": replace(fever, panel=replace(fever.panel, reasons=reasons)),
        "idle_old_chain": replace(idle, badges=(*idle.badges, *old)),
    }
