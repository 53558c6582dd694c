"""A day's report at the gate: drawn up, asked for, confirmed, or gone by itself; and what changes it afterwards."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from station import kinds
from station.clock import Moment
from station.config.file import parse
from station.config.values import ConfigError
from station.desk.health import Device
from station.drafting import Drafting
from station.journal.draft import Draft
from station.lane.action import Act, Action, ActionError
from station.presence import Presence
from station.report import Sent, newest
from station.report.day import DayReport, Drafted, drafted_of
from station.report.due import Stage, Times, stage
from station.wire.entry import ClockState
from tests.station.journal_kit import MORNING_MS, journal_at, passage
from tests.station.report_kit import ZONE, Chain, at, ordinary_day, quiet_day
from tests.station.test_recorder import eventually

DAY, NEXT = "2020-11-22", "2020-11-23"
A, B = "a" * 64, "b" * 64


def on(clock: str) -> int:
    """A time on the day after the one that is reported."""
    return at(clock, NEXT)


def report(now: str = "00:00", sha256: str = A, sent: Sent | None = None) -> DayReport:
    """A gate's report whose figures have been counted."""
    made = DayReport(Times(), ZONE, on(now))
    assert made.wants(max(on("08:00"), on(now) + 10_000)) == DAY
    made.drafted(Drafted(DAY, sha256, False, (("inward", 5),), sent))
    return made


def press(sha256: str = A, day: str = DAY) -> Action:
    return Action(Act.CONFIRM_REPORT, "nonce-12", (("day", day), ("sha256", sha256)))


def stage_at(made: DayReport, clock: str) -> str:
    line = made.line(on(clock))
    assert line is not None
    return line.stage


@pytest.mark.parametrize(
    ("clock", "sent", "expected"),
    [
        ("00:40", None, Stage.DRAFT),
        ("09:29", None, Stage.DRAFT),
        ("09:30", None, Stage.DUE),
        ("10:24", None, Stage.DUE),
        ("10:25", None, Stage.OVERDUE),
        ("11:00", Sent(DAY, 1, A, "station", "wang", False), Stage.CONFIRMED),
        ("11:00", Sent(DAY, 1, A, "station", "", False), Stage.AUTOMATIC),
        ("08:00", Sent(DAY, 1, B, "station", "wang", False), Stage.CHANGED),
    ],
)
def test_where_a_report_is(clock: str, sent: Sent | None, expected: Stage) -> None:
    minute = int(clock[:2]) * 60 + int(clock[3:])
    assert stage(minute, A, sent, Times.of("09:30", "10:25")) is expected
    assert stage(minute, None, sent, Times()) is Stage.DRAFTING


def test_the_table_has_every_stage() -> None:
    from station.report import due

    assert set(re.findall(r"^\| ``(\w+)``", due.__doc__ or "", re.MULTILINE)) == set(Stage)


def test_the_badge_shows_from_the_reminder_until_it_is_confirmed() -> None:
    made = report()
    assert made.badge(on("09:29")) is None
    badge = made.badge(on("09:30"))
    assert badge is not None
    assert badge.word.code == "report_due"
    made.confirm(press(), "wang", on("09:40"))
    assert made.badge(on("09:41")) is None


def test_confirming_names_the_figures_and_who_checked_them() -> None:
    draft = report().confirm(press(), "wang", on("09:40"))
    assert (draft.kind, draft.actor) == (kinds.REPORT_CONFIRMED, "wang")
    assert draft.facts == {
        "day": DAY,
        "version": 1,
        "sha256": A,
        "prepared_by": "station",
        "checked_by": "wang",
        "zero": False,
        "late": False,
    }


def test_nobody_confirms_figures_that_are_not_on_the_screen_any_more() -> None:
    made = report()
    for wrong in (press(B), press(day="2020-11-21")):
        with pytest.raises(ActionError) as refused:
            made.confirm(wrong, "wang", on("09:40"))
        assert refused.value.code == "report_changed"


def test_a_report_is_confirmed_once() -> None:
    made = report()
    made.confirm(press(), "wang", on("09:40"))
    assert made.ticked(on("10:25")) is None
    with pytest.raises(ActionError) as refused:
        made.confirm(press(), "wang", on("09:41"))
    assert refused.value.code == "report_not_open"


def test_at_the_hour_it_goes_by_itself_once_and_says_so() -> None:
    made = report()
    assert made.ticked(on("10:24")) is None
    gone = made.ticked(on("10:25"))
    assert gone is not None
    assert gone.kind == kinds.REPORT_SENT
    assert "checked_by" not in gone.facts
    assert gone.facts["late"] is False
    assert made.ticked(on("10:26")) is None
    assert stage_at(made, "10:26") == Stage.AUTOMATIC


def test_a_gate_that_was_off_at_the_hour_sends_late() -> None:
    gone = report("12:00").ticked(on("12:01"))
    assert gone is not None
    assert gone.facts["late"] is True


def test_what_went_by_itself_can_still_be_confirmed_as_the_next_version_late() -> None:
    made = report()
    made.ticked(on("10:25"))
    draft = made.confirm(press(), "wang", on("11:00"))
    assert (draft.facts["version"], draft.facts["late"]) == (2, True)
    assert stage_at(made, "11:01") == Stage.CONFIRMED


def test_a_void_afterwards_asks_for_the_next_version() -> None:
    made = report()
    made.confirm(press(), "wang", on("09:40"))
    assert made.wants(on("09:50")) is None
    made.noticed(Draft(kinds.ENTRY_VOIDED, {"voids": [1, 2], "visit": "7", "reason": "operator"}))
    assert made.wants(on("09:51")) == DAY
    made.drafted(Drafted(DAY, B))
    line = made.line(on("09:52"))
    assert line is not None
    assert (line.stage, line.version, line.can_confirm) == (Stage.CHANGED, 2, True)
    assert made.ticked(on("10:30")) is None, "a correction never goes unchecked"
    assert made.confirm(press(B), "wang", on("10:31")).facts["version"] == 2


def test_a_paper_entry_counts_again_and_a_passage_does_not() -> None:
    made = report()
    made.noticed(Draft(kinds.VISIT_DECIDED, {"visit": "1", "outcome": "admit"}))
    assert made.wants(on("08:10")) is None
    made.noticed(Draft(kinds.VISIT_DECIDED, {"visit": "1", "outcome": "admit", "observed_at_ms": 5}))
    assert made.wants(on("08:10")) == DAY
    made.noticed(Draft(kinds.VISIT_DECIDED, {"visit": "2", "outcome": "admit", "observed_at_ms": 5}))
    assert made.wants(on("08:10")) is None, "one at a time"
    made.drafted(Drafted(DAY, B))
    assert made.wants(on("08:10")) is None, "a pile of paper is entered in one go"
    assert made.wants(on("08:12")) == DAY


def test_what_could_not_be_counted_is_tried_again() -> None:
    made = report()
    made.noticed(Draft(kinds.ENTRY_VOIDED, {}))
    assert made.wants(on("08:10")) == DAY
    made.drafted(Drafted(DAY, ""))
    assert made.line(on("08:10")) is not None, "the figures of before stay"
    assert made.wants(on("08:12")) == DAY


def test_nothing_is_counted_before_the_new_day_has_an_entry_of_its_own() -> None:
    made = DayReport(Times(), ZONE, at("22:00"))
    assert made.wants(on("00:34")) is None
    assert made.wants(on("00:35")) == DAY
    restarted = DayReport(Times(), ZONE, on("08:00"))
    assert restarted.wants(on("08:00")) is None, "what it writes when it starts is not on the disk yet"


def test_a_new_day_begins_anew() -> None:
    made = report()
    made.confirm(press(), "wang", on("09:40"))
    assert made.wants(at("00:40", "2020-11-24")) == NEXT
    assert made.line(at("00:40", "2020-11-24")) is None
    made.drafted(Drafted(DAY, A))
    assert made.line(at("00:41", "2020-11-24")) is None, "an answer of yesterday's"


def test_after_a_restart_the_journal_says_what_went() -> None:
    made = report(sent=Sent(DAY, 3, A, "station", "wang", False))
    assert stage_at(made, "11:00") == Stage.CONFIRMED
    assert made.ticked(on("11:00")) is None


def test_of_a_day_before_the_gate_was_there_nothing_is_reported() -> None:
    chain = Chain()
    chain.starts("08:00", NEXT)
    body = chain.report().body()
    drafted = drafted_of(DAY, body, A, None)
    assert not drafted.there
    made = DayReport(Times(), ZONE, on("08:00"))
    made.wants(on("10:30"))
    made.drafted(drafted)
    assert made.ticked(on("10:31")) is None
    chain = quiet_day()
    assert drafted_of(DAY, chain.report().body(), A, None).there


def test_the_digest_does_not_change_with_what_happens_the_day_after() -> None:
    chain = quiet_day()
    del chain.noted[-4:]
    chain.seq -= 4
    chain.add("23:40", "device.lost", device="gun", role="thermometer")
    chain.add("23:41", "road.lost")
    chain.add("00:10", "gate.checked", NEXT, devices=1, working=0)
    first = chain.report(now=on("00:35"))
    chain.add("00:50", "device.back", NEXT, device="gun", role="thermometer")
    chain.add("00:51", "road.back", NEXT)
    chain.add("02:50", "device.lost", NEXT, device="eye", role="camera")
    chain.add("02:51", "road.lost", NEXT)
    chain.reboots("boot-2", "03:00", NEXT)
    chain.starts("08:00", NEXT)
    chain.passes(on("09:00"), "refer", reason="fever")
    assert chain.report(now=on("10:00")).body() == first.body()
    assert ordinary_day().report().sha256() != first.sha256()


def test_the_newest_version_counts() -> None:
    chain = Chain()
    facts = {"day": DAY, "sha256": A, "prepared_by": "station", "zero": False, "late": False}
    chain.add("10:25", kinds.REPORT_SENT, NEXT, version=1, **facts)
    chain.add("11:00", kinds.REPORT_CONFIRMED, NEXT, version=2, checked_by="wang", **facts)
    assert newest(chain.noted)[DAY] == Sent(DAY, 2, A, "station", "wang", False)


def test_it_is_counted_in_a_process_of_its_own(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    for number in range(3):
        journal.append(passage(number, people=1, readings=[]))
    facts = {"day": DAY, "version": 1, "sha256": A, "prepared_by": "station", "checked_by": "wang", "late": False}
    journal.append(Draft(kinds.REPORT_CONFIRMED, facts))
    found: list[Drafted] = []
    drafting = Drafting(tmp_path / "journal.db", "Asia/Shanghai", True, found.append)
    drafting.ask(DAY, MORNING_MS + 86_400_000)
    eventually(lambda: found)
    assert dict(found[0].figures)["inward"] == 3
    assert found[0].sent == Sent(DAY, 1, A, "station", "wang", False)
    assert len(found[0].sha256) == 64
    missing = Drafting(tmp_path / "nothing.db", "Asia/Shanghai", True, found.append)
    missing.ask(DAY, MORNING_MS + 86_400_000)
    eventually(lambda: len(found) == 2)
    assert found[1] == Drafted(DAY, "")
    journal.close()
    drafting.close()


def moment(at_ms: int, clock: ClockState = ClockState.SYNCED) -> Moment:
    return Moment(at_ms, clock, "boot", at_ms * 1_000_000)


def test_the_desk_marks_every_half_hour_that_it_is_there() -> None:
    presence = Presence(at("08:00"), anchored=True)
    gun = Device("gun", "thermometer", True, 0)
    devices = [gun, replace(gun, name="eye", working=False)]
    marks = [
        draft.facts
        for minute in range(1, 121)
        for draft in presence.ticked(at("08:00") + minute * 60_000, devices, "ok", moment(0))
    ]
    assert marks == [{"devices": 2, "working": 1}] * 4
    assert len(presence.ticked(at("07:00"), devices, "ok", moment(0))) == 1, "also after the clock was set back"


def test_a_road_lost_for_a_minute_is_noted_and_its_return() -> None:
    presence = Presence(0, anchored=True)

    def written(second: int, road: str) -> list[str]:
        return [draft.kind for draft in presence.ticked(second * 1000, [], road, moment(0))]

    assert written(1, "offline") == []
    assert written(59, "offline") == []
    assert written(60, "ok") == [], "a flicker"
    assert written(61, "offline") == []
    assert written(121, "offline") == ["road.lost"]
    assert written(300, "offline") == []
    assert written(301, "ok") == ["road.back"]
    assert written(302, "ok") == []


def test_a_clock_that_becomes_known_anchors_its_boot_once() -> None:
    presence = Presence(0, anchored=False)
    assert presence.ticked(1, [], "none", moment(1, ClockState.RESTORED)) == []
    (draft,) = presence.ticked(2, [], "none", moment(2, ClockState.SYNCED))
    assert draft.facts == {"boot_id": "boot", "boottime_ns": 2_000_000, "at_ms": 2}
    assert presence.ticked(3, [], "none", moment(3)) == []


@pytest.mark.parametrize("table", [{"remind": "9:30"}, {"send": "24:00"}, {"remind": "10:25"}, {"send": "x"}])
def test_times_that_cannot_be_are_refused(table: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="report"):
        parse({"station": {"id": "east", "name": "东门"}, "report": table}, "station.toml")
