"""The figures of a report against a recount that shares nothing with it, over journals made at random."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station import kinds
from station.clock import Moment
from station.commands.report import report as command
from station.journal.draft import Draft
from station.journal.writer import Journal
from station.report import SURVEYED, Noted
from station.reporting import report_day
from station.wire.entry import ClockState
from tests.station.journal_kit import counted, identity
from tests.station.report_kit import ZONE, Chain, at, reading

DAYS = ("2020-11-21", "2020-11-22", "2020-11-23")
BEGINS_MS, MINUTES = at("00:00", DAYS[0]), 3 * 24 * 60
#: Examples take as long to draw as the machine is busy with other things.
BUSY = (HealthCheck.too_slow,)
#: What changes a day that is over; without them it is finished.
CHANGING = {*SURVEYED, "paper"}

PASSAGE = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(("admit", "admit", "admit", "refer", "deny", "retake")),
        "direction": st.sampled_from(("in", "out")),
        "people": st.integers(1, 5),
        "class": st.sampled_from(("resident", "visitor", "worker", "official", "returnee", "emergency")),
        "reason": st.sampled_from(("resident", "fever", "symptoms", "risk_area")),
        "vehicle": st.sampled_from(("none", "car", True, "")),
        "notes": st.lists(st.sampled_from(("overdue_7", "no_mask")), max_size=2, unique=True),
        "exception": st.booleans(),
        "readings": st.lists(st.builds(reading, st.integers(3300, 4000), st.booleans()), max_size=6),
        "visit": st.sampled_from("abcdefgh"),
    }
)
#: Kind and facts; ``back`` names an earlier entry by how far back it is.
EVENT = st.one_of(
    st.tuples(st.just(kinds.VISIT_DECIDED), PASSAGE),
    st.tuples(st.just(kinds.VISIT_DECIDED), PASSAGE),
    st.tuples(st.just("paper"), PASSAGE.map(lambda facts: facts | {"outcome": "admit"})),
    st.tuples(
        st.just(kinds.VISIT_LEFT), st.builds(lambda n: {"people": n, "readings": [reading()] * 2}, st.integers(1, 3))
    ),
    st.tuples(st.just(kinds.WAITING_LEFT), st.just({"people": 1, "readings": [reading()]})),
    st.tuples(st.just(kinds.GOODS_HANDED), st.builds(lambda n: {"pieces": n}, st.integers(1, 4))),
    st.tuples(st.just(kinds.ENTRY_VOIDED), st.builds(lambda n: {"back": n}, st.integers(1, 6))),
    st.tuples(st.just(kinds.DETAILS_ADDED), st.builds(lambda b, n: {"back": b, "people": n}, *[st.integers(1, 6)] * 2)),
    st.tuples(st.just(kinds.CASE_OPENED), st.just({"cause": "fever"})),
    st.tuples(st.just("ends"), st.just({})),
    st.tuples(st.just("drill"), st.just({})),
    st.tuples(
        st.sampled_from((kinds.DEVICE_LOST, kinds.DEVICE_BACK)), st.just({"device": "gun", "role": "thermometer"})
    ),
    st.tuples(st.sampled_from((kinds.ROAD_LOST, kinds.ROAD_BACK)), st.just({})),
)
#: Long ones: what is alone on a day is seldom wrong.
JOURNAL = st.lists(st.tuples(st.integers(0, MINUTES - 1), EVENT), min_size=15, max_size=60)


def chain_of(events: list[tuple[int, Any]]) -> Chain:
    """A chain of *events* in the order of their minutes, with the desk's own marks between them."""
    chain, cases = Chain(booted_ms=BEGINS_MS), 0
    chain.starts("00:00", DAYS[0])
    marks = [(minute, ("mark", {})) for minute in range(30, MINUTES + 60, 30)]
    for minute, (kind, given_facts) in sorted([*events, *marks], key=lambda one: one[0]):
        at_ms, facts = BEGINS_MS + minute * 60_000, dict(given_facts)
        back = chain.noted[-min(facts.pop("back", 1), len(chain.noted))]
        match kind:
            case "mark":
                chain.add(at_ms, kinds.GATE_CHECKED, devices=1, working=1)
            case "paper":
                written_ms = max(BEGINS_MS, at_ms - 9 * 3_600_000)
                chain.add(at_ms, kinds.VISIT_DECIDED, **facts, source="paper", observed_at_ms=written_ms)
            case kinds.ENTRY_VOIDED | kinds.DETAILS_ADDED:
                _later(chain, kind, facts, back, at_ms)
            case kinds.CASE_OPENED:
                cases += 1
                chain.add(at_ms, kind, case=str(cases), **facts)
            case "ends":
                if cases:
                    chain.add(at_ms, kinds.CASE_STEP, case=str(cases), step="closed", ends=True)
                    cases -= 1
            case "drill":
                _drill(chain, at_ms)
            case _:
                chain.add(at_ms, kind, **facts)
    return chain


def _drill(chain: Chain, at_ms: int) -> None:
    """A chain of its own, and what is played in it, up to the one that follows."""
    for reason in ("drill", "drill_ended"):
        chain.epoch, chain.seq = chain.epoch + (1 << 32), 0
        chain.add(at_ms, kinds.EPOCH_OPENED, reason=reason)
        if reason == "drill":
            chain.add(at_ms, kinds.VISIT_DECIDED, outcome="refer", reason="fever", visit="d", drill=True)


def _later(chain: Chain, kind: str, facts: dict[str, Any], back: Noted, at_ms: int) -> None:
    """An entry about an earlier one, where that can be taken back or told of."""
    if kind == kinds.ENTRY_VOIDED and back.kind in (kinds.VISIT_DECIDED, kinds.VISIT_LEFT, kinds.GOODS_HANDED):
        chain.add(at_ms, kind, voids=[back.epoch, back.seq])
    elif kind == kinds.DETAILS_ADDED and back.kind == kinds.VISIT_DECIDED:
        chain.add(at_ms, kind, of=[back.epoch, back.seq], **facts)


def recounted(entries: list[Noted], day: str) -> Counter[str]:
    """What docs/reports.md says of *day*, entry by entry, in the plainest way."""
    drills = {one.epoch for one in entries if one.kind == "epoch.opened" and one.facts["reason"] == "drill"}
    voided = {tuple(one.facts["voids"]) for one in entries if one.kind == "entry.voided" and one.epoch not in drills}
    told = {tuple(one.facts["of"]): one.facts["people"] for one in entries if one.kind == "details.added"}
    sums: Counter[str] = Counter()
    retaken: set[str] = set()
    for one in entries:
        facts, at_ms = one.facts, one.facts.get("observed_at_ms", one.at_ms)
        if one.epoch in drills or (one.epoch, one.seq) in voided:
            continue
        first_retake = facts.get("outcome") == "retake" and facts["visit"] not in retaken
        if first_retake:
            retaken.add(facts["visit"])
        if datetime.fromtimestamp(at_ms / 1000, ZONE).date().isoformat() != day:
            continue
        people = told.get((one.epoch, one.seq), facts.get("people", 1))
        sums["paper"] += facts.get("source") == "paper"
        sums["voided"] += one.kind == "entry.voided"
        sums["goods"] += facts.get("pieces", 0)
        sums["cases_opened"] += one.kind == "case.opened"
        sums["cases_closed"] += one.kind == "case.step"
        if one.kind in ("visit.left", "waiting.left"):
            sums["left"] += 1
        if one.kind in ("visit.decided", "visit.left", "waiting.left") and facts.get("outcome") != "retake":
            sums["measured"] += min(people, len(facts["readings"]))
            sums["readings"] += len(facts["readings"])
            sums["by_hand"] += any(each["by_hand"] for each in facts["readings"])
        if one.kind != "visit.decided":
            continue
        inward, outcome = facts["direction"] == "in", facts["outcome"]
        sums["retaken"] += first_retake
        if outcome in ("admit", "refer") and inward and facts["class"] == "returnee":
            sums["returnees"] += people
        if outcome == "admit":
            sums["inward" if inward else "outward"] += people
            sums["vehicles_in" if inward else "vehicles_out"] += facts["vehicle"] not in ("none", "")
            sums["emergency"] += people if facts["class"] == "emergency" else 0
            sums["exceptions"] += facts["exception"]
            sums["overdue"] += inward and "overdue_7" in facts["notes"]
        elif outcome == "refer":
            sums["referred"] += people
            fever = facts["reason"] in ("fever", "symptoms")
            sums["abnormal"] += fever
            sums["to_community"] += 0 if fever else people
        elif outcome == "deny":
            sums["turned_back"] += people
    return sums


@settings(max_examples=40, suppress_health_check=BUSY)
@given(JOURNAL)
def test_every_figure_equals_a_recount(events: list[tuple[int, Any]]) -> None:
    chain, total = chain_of(events), Counter[str]()
    for day in DAYS:
        made, again = chain.report(day), recounted(chain.noted, day)
        assert {name: n for name, n in made.counts.body().items() if n} == {name: n for name, n in again.items() if n}
        total += again
        assert {name: n for name, n in made.total.body().items() if n} == {name: n for name, n in total.items() if n}
        assert sum(map(sum, made.hours)) == made.counts.inward + made.counts.outward
        from_ms, to_ms = made.period.from_ms, made.period.to_ms
        assert made.entries == sum(from_ms <= one.at_ms < to_ms for one in chain.noted)


@settings(max_examples=25, suppress_health_check=BUSY)
@given(JOURNAL)
def test_a_day_that_is_over_is_the_same_ever_after(events: list[tuple[int, Any]]) -> None:
    chain = chain_of([one for one in events if one[1][0] not in CHANGING])
    for day in DAYS[:2]:
        tomorrow_ms = at("00:35", (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat())
        then = [one for one in chain.noted if one.at_ms <= tomorrow_ms]
        later = Chain(then).report(day)
        assert later.body() == chain.report(day).body()


@settings(max_examples=25, suppress_health_check=BUSY)
@given(JOURNAL, st.integers(60, MINUTES - 200), st.integers(31, 170), st.booleans())
def test_a_period_with_a_gap_says_so_and_its_cause(
    events: list[tuple[int, Any]], begins: int, minutes: int, rebooted: bool
) -> None:
    gone = range(begins, begins + minutes)
    quiet = ("drill", kinds.ROAD_LOST, kinds.ROAD_BACK)
    chain = chain_of([one for one in events if one[0] not in gone and one[1][0] not in quiet])
    from_ms, to_ms = (BEGINS_MS + minute * 60_000 for minute in (gone.start, gone.stop))
    after = [one for one in chain.noted if one.at_ms >= to_ms]
    cut = Chain([one for one in chain.noted if one.at_ms < from_ms], booted_ms=BEGINS_MS)
    cut.seq = len(cut.noted)
    last_ms = cut.noted[-1].at_ms
    if rebooted:
        cut.reboots("boot-2", "00:00", DAYS[0])
    cut.add(to_ms, kinds.SERVICE_STARTED, last_seq=cut.seq)
    for one in after:
        cut.add(one.at_ms, one.kind, **one.facts)
    told = [gap for day in DAYS for gap in cut.report(day).gaps]
    assert {gap.cause for gap in told} == {"power" if rebooted else "crash"}
    reached = (min(gap.from_ms for gap in told), max(gap.to_ms for gap in told))
    # What of it reaches less than a minute into a day is told of the other alone.
    assert reached[0] <= last_ms + 60_000
    assert reached[1] >= to_ms - 60_000
    assert not any(cut.report(day).gaps for day in DAYS if not any(_on(gap.from_ms, day) for gap in told))


def _on(at_ms: int, day: str) -> bool:
    return datetime.fromtimestamp(at_ms / 1000, ZONE).date().isoformat() == day


# -- what went out, through a real journal ---------------------------------------------------------------------------


class Wall:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at_ms = at("08:00")

    def __call__(self) -> Moment:
        return Moment(self.at_ms, ClockState.SYNCED, "boot", self.at_ms * 1_000_000)


@pytest.mark.parametrize(
    ("kind", "mark"), [(kinds.REPORT_SENT, "系统自动报送 未经审核"), (kinds.REPORT_CONFIRMED, "已确认上报")]
)
def test_what_went_out_is_marked_and_a_correction_is_the_next_version(tmp_path: Path, kind: str, mark: str) -> None:
    wall, day = Wall(), "2020-11-22"
    journal = Journal(tmp_path / "journal.db", identity(), wall, counted())
    facts = {"direction": "in", "people": 2, "readings": [], "reason": "resident", "class": "resident", "visit": "1"}
    passage = journal.append(Draft(kinds.VISIT_DECIDED, {"outcome": "admit", "tag": 1, **facts}))
    wall.at_ms = at("10:25", "2020-11-23")

    def report() -> str:
        done = CliRunner().invoke(command, ["daily", "--day", day, "--config", str(settings_)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    settings_ = tmp_path / "station.toml"
    settings_.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{tmp_path}"\n')
    assert "第1版 · 草稿 未确认" in report()
    made = report_day(tmp_path / "journal.db", ZONE, day, wall.at_ms)
    body = {"day": day, "version": 1, "sha256": made.sha256(), "prepared_by": "station", "zero": False, "late": False}
    checked = {"checked_by": "wang"} if kind == kinds.REPORT_CONFIRMED else {}
    journal.append(Draft(kind, body | checked, "wang" if checked else "station"))
    sent = report()
    assert f"第1版 · {mark}" in sent
    assert ("审核 wang" if checked else "审核 未审核") in sent
    journal.append(
        Draft(kinds.ENTRY_VOIDED, {"voids": [passage.epoch, passage.seq], "visit": "1", "reason": "operator"})
    )
    journal.close()
    corrected = report()
    assert "第2版 · 有更正 待重新确认" in corrected
    assert "进0 出0" in corrected
    assert "进2 出0" in sent
