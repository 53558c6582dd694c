"""Reports from entries: each figure once, gaps with their cause, and nothing guessed."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import pytest

from station.report import Counts, Noted, day_period, make_report, survey
from tests.station.report_kit import DAY, ZONE, Chain, at, ordinary_day, quiet_day, reading

HOUR_MS = 3_600_000


def causes(chain: Chain, day: str = DAY) -> list[tuple[str, int]]:
    """Each gap with its minutes."""
    return [(gap.cause, (gap.to_ms - gap.from_ms) // 60_000) for gap in chain.report(day).gaps]


def test_an_ordinary_day_is_counted() -> None:
    found = ordinary_day().report().counts
    assert found == Counts(
        inward=1 + 5 + 1 + 1 + 3 + 1,
        outward=11,
        measured=10 + 1 + 5 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1,
        turned_back=1,
        referred=2,
        abnormal=1,
        to_community=1,
        retaken=1,
        left=1,
        vehicles_in=1,
        goods=1,
        emergency=3,
        returnees=1,
        overdue=1,
        by_hand=1,
        cases_opened=1,
        cases_closed=1,
        readings=10 + 2 + 5 + 1 + 1 + 1 + 1 + 1 + 2 + 1 + 1,
    )


def test_hours_peak_cases_and_outsiders() -> None:
    report = ordinary_day().report()
    assert report.hours[7] == (6, 10)
    assert report.peak == (7, 16)
    assert (report.cases_open, report.outsiders_inside) == (0, 0)
    assert sum(map(sum, report.hours)) == report.counts.inward + report.counts.outward


def test_the_total_holds_the_days_before() -> None:
    chain = ordinary_day()
    chain.passes(at("08:00", "2020-11-23"))
    next_day = chain.report("2020-11-23")
    assert next_day.counts.inward == 1
    assert next_day.total.inward == chain.report().counts.inward + 1
    assert chain.report().total.inward == chain.report().counts.inward, "the day after is not in it"


def test_what_was_taken_back_does_not_count_even_days_later() -> None:
    chain = ordinary_day()
    before = chain.report()
    wrong = next(noted for noted in chain.noted if noted.facts.get("vehicle"))
    chain.add("09:00", "entry.voided", "2020-11-24", voids=[wrong.epoch, wrong.seq], visit="x", reason="operator")
    after = chain.report()
    assert (after.counts.inward, after.counts.vehicles_in) == (before.counts.inward - 5, 0)
    assert after.counts.measured == before.counts.measured - 5
    assert after.sha256() != before.sha256(), "a correction is another version"
    assert chain.report("2020-11-24").counts.voided == 1


def test_what_was_written_down_from_paper_counts_on_its_day() -> None:
    chain = ordinary_day()
    before = chain.report().counts
    late = at("00:30", "2020-11-23")
    chain.passes(late, observed_at_ms=at("19:15"), source="paper", day="2020-11-23")
    found = chain.report()
    assert (found.counts.inward, found.counts.paper) == (before.inward + 1, 1)
    assert found.hours[19] == (1, 0)
    assert chain.report("2020-11-23").counts.inward == 0


def test_entries_of_a_boot_without_a_clock_are_counted_apart_and_never_guessed() -> None:
    chain = ordinary_day()
    chain.reboots("boot-2", "00:00", "2020-11-22")
    chain.clock = "restored"
    chain.passes("23:30")
    chain.clock = "synced"
    chain.reboots("boot-3", "00:30", "2020-11-23")
    chain.add("00:40", "service.started", "2020-11-23", last_seq=9)
    for day in ("2020-11-22", "2020-11-23"):
        report = chain.report(day)
        assert report.unknown_day.inward == (1 if day == "2020-11-23" else 0)
    assert chain.report().counts == ordinary_day().report().counts
    assert ("clock_unknown", 10) in causes(chain, "2020-11-23")


def test_an_anchor_gives_its_boot_the_time_also_to_what_came_before_it() -> None:
    chain = ordinary_day()
    chain.reboots("boot-2", "01:00", "2020-11-23")
    chain.clock = "restored"
    early = chain.passes(at("07:05", "2020-11-23"))
    chain.noted[-1] = replace(early, at_ms=5)  # what the clock of that moment said
    chain.clock = "synced"
    booted = chain.booted_ms
    now = at("07:06", "2020-11-23")
    chain.add(now, "clock.anchored", "", boot_id="boot-2", boottime_ns=(now - booted) * 1_000_000, at_ms=now)
    report = chain.report("2020-11-23")
    assert (report.counts.inward, report.unknown_day.inward) == (1, 0)
    assert report.hours[7] == (1, 0)


def test_what_was_told_of_an_ambulance_later_counts_with_it() -> None:
    chain = ordinary_day()
    before = chain.report().counts
    (wagon,) = [noted for noted in chain.noted if noted.facts.get("reason") == "emergency"]
    of = [wagon.epoch, wagon.seq]
    chain.add("09:00", "details.added", "2020-11-23", of=of, visit="x", complete=False, service="ambulance", people=4)
    chain.add("09:01", "details.added", "2020-11-23", of=of, visit="x", complete=True, people=5)
    after = chain.report().counts
    assert (after.emergency, after.inward) == (5, before.inward + 2)
    assert after.vehicles_in == before.vehicles_in + 1


def test_who_comes_on_foot_is_no_vehicle() -> None:
    chain = ordinary_day()
    before = chain.report().counts.vehicles_in
    chain.passes("12:00", vehicle="none", people=2)
    chain.passes("12:01", vehicle="taxi", people=2)
    assert chain.report().counts.vehicles_in == before + 1


def test_a_drill_never_counts() -> None:
    chain = ordinary_day()
    chain.epoch, chain.seq = 2 << 32, 0
    chain.add("01:10", "epoch.opened", "2020-11-23", reason="drill")
    chain.passes(at("01:11", "2020-11-23"), "refer", reason="fever")
    chain.add("01:12", "case.opened", "2020-11-23", case="drill", cause="fever")
    report = chain.report("2020-11-23")
    assert (report.counts.referred, report.cases_open) == (0, 0)


@pytest.mark.parametrize(
    ("boot", "stopped", "cause"),
    [("boot-2", False, "power"), ("boot-1", False, "crash"), ("boot-1", True, "stopped"), ("boot-2", True, "stopped")],
)
def test_the_cause_of_a_stop(boot: str, stopped: bool, cause: str) -> None:
    chain = ordinary_day()
    chain.passes(at("01:12", "2020-11-23"))
    if stopped:
        chain.add("01:12", "service.stopped", "2020-11-23")
    if boot != chain.boot:
        chain.reboots(boot, "01:20", "2020-11-23")
    chain.starts("01:21", "2020-11-23")
    assert causes(chain, "2020-11-23")[0] == (cause, 9)


def test_a_card_in_another_machine_is_a_gap_with_that_cause() -> None:
    chain = ordinary_day()
    chain.epoch, chain.seq = 2 << 32, 0
    chain.reboots("boot-9", "02:20", "2020-11-23")
    chain.add("02:30", "epoch.opened", "2020-11-23", reason="machine")
    chain.starts("02:30", "2020-11-23")
    assert causes(chain, "2020-11-23")[0] == ("card", 120)
    assert [each.epoch >> 32 for each in chain.report("2020-11-23").ranges] == [1, 2]


def test_a_failing_card_and_a_lost_road_are_gaps() -> None:
    chain = ordinary_day()
    chain.add("00:40", "road.lost", "2020-11-23")
    chain.add("00:41", "storage.failed", "2020-11-23")
    chain.add("01:10", "road.back", "2020-11-23")
    found = causes(chain, "2020-11-23")
    assert ("network", 30) in found
    assert "storage" in dict(found)


def test_missing_entries_are_said_and_make_no_zero_report() -> None:
    chain = quiet_day()
    assert chain.report().is_zero
    del chain.noted[20:23]
    report = chain.report()
    assert [(gap.cause, gap.detail) for gap in report.gaps if gap.cause == "missing"] == [("missing", "3")]
    assert not report.is_zero


@pytest.mark.parametrize("minutes", [180, -180])
def test_a_clock_that_jumps_is_said(minutes: int) -> None:
    chain = ordinary_day()
    chain.passes(at("01:00", "2020-11-23"))
    chain.booted_ms += minutes * 60_000  # the wall clock was set, the machine runs on
    chain.passes(at("01:01", "2020-11-23") + minutes * 60_000)
    found = chain.report("2020-11-23")
    assert "clock_jump" in [gap.cause for gap in found.gaps]
    assert found.online_ms < 70 * 60_000
    hasty = chain.report("2020-11-23", steady=False)
    assert "clock_jump" not in [gap.cause for gap in hasty.gaps]


def test_devices_and_how_long_they_were_away() -> None:
    chain = Chain()
    chain.starts("00:00")
    chain.add("06:00", "device.lost", device="gun", role="thermometer")
    chain.add("06:06", "device.back", device="gun", role="thermometer")
    chain.add("06:10", "device.lost", device="gun", role="thermometer")
    chain.add("06:14", "device.back", device="gun", role="thermometer")
    chain.add("23:00", "device.lost", device="eye", role="camera")
    eye, gun = chain.report().devices
    assert (gun.role, gun.total_ms, gun.times, gun.still) == ("thermometer", 600_000, 2, False)
    assert (eye.total_ms, eye.still) == (HOUR_MS, True)
    assert chain.report("2020-11-23").devices[0].total_ms == 24 * HOUR_MS


def test_a_device_lost_tomorrow_changes_nothing_of_today() -> None:
    chain = quiet_day()
    before = chain.report()
    chain.add("03:00", "device.lost", "2020-11-23", device="gun", role="thermometer")
    chain.add("03:01", "road.lost", "2020-11-23")
    assert chain.report().sha256() == before.sha256()
    chain.add("04:00", "device.back", "2020-11-23", device="gun", role="thermometer")
    assert chain.report().sha256() == before.sha256()
    assert (before.devices, before.gaps) == ((), ())


def test_a_gap_that_reaches_a_moment_into_the_day_is_told_of_the_day_before() -> None:
    chain = Chain()
    chain.starts("19:00", "2020-11-21")
    chain.passes(at("00:00") + 400)
    chain.checks("00:30", "23:59")
    assert chain.report().gaps == ()
    assert [gap.cause for gap in chain.report("2020-11-21").gaps] == ["before_first", "silent"]


def test_a_quiet_day_is_a_zero_report_with_its_proof() -> None:
    report = quiet_day().report()
    assert report.is_zero
    assert report.online_ms == 24 * HOUR_MS
    assert (report.checks, report.gaps, report.entries) == (48, (), 48)
    (proof,) = report.ranges
    assert proof.last - proof.first + 1 == report.entries
    assert proof.head == quiet_day().noted[proof.last - 1].hash.hex()


@pytest.mark.parametrize("trouble", ["fever", "case", "refer", "open"])
def test_a_day_with_trouble_is_no_zero_report(trouble: str) -> None:
    chain = quiet_day()
    last = chain.noted.pop()
    chain.seq -= 1
    if trouble == "fever":
        chain.passes("12:00", "refer", reason="fever")
    elif trouble == "refer":
        chain.passes("12:00", "refer", reason="yellow_code")
    elif trouble == "case":
        chain.add("12:00", "case.opened", case="7", cause="symptoms")
        chain.add("12:30", "case.step", case="7", step="ruled_out", ends=True)
    else:
        chain.add("12:00", "case.opened", "2020-11-21", case="7", cause="fever")
    assert last.kind == "gate.checked"
    assert not chain.report().is_zero


def test_today_is_no_zero_report_before_it_is_over() -> None:
    assert not quiet_day().report(now=at("23:58")).is_zero


def test_a_day_without_any_entry_is_a_gap_and_no_zero_report() -> None:
    chain = Chain()
    chain.starts("08:00", "2020-11-20")
    report = chain.report()
    assert (report.entries, report.online_ms, report.ranges, report.is_zero) == (0, 0, (), False)
    assert causes(chain) == [("silent", 24 * 60)]
    assert Chain().report().gaps[0].cause == "no_entries"


def test_before_the_gate_was_there_is_said() -> None:
    chain = Chain()
    chain.starts("08:00")
    chain.checks("08:30", "23:59")
    assert causes(chain) == [("before_first", 480)]
    assert chain.report().online_ms == 15 * HOUR_MS + 30 * 60_000


def test_many_gaps_are_counted_beyond_the_page() -> None:
    chain = Chain()
    for minute in range(100):
        chain.starts(f"{minute // 60:02d}:{minute % 60:02d}")
    report = chain.report()
    assert (len(report.gaps), report.more_gaps) == (40, 99 + 1 - 40), "each stop, and the silence after the last"


def test_more_gaps_than_are_listed_prove_no_zero() -> None:
    for stops, proven in ((40, True), (41, False)):
        chain = Chain()
        chain.checks("00:00", "00:30")
        for minute in range(31, 31 + stops):
            chain.starts(f"{minute // 60:02d}:{minute % 60:02d}")
        chain.checks("01:30", "23:59")
        report = chain.report()
        assert (len(report.gaps) + report.more_gaps, report.is_zero) == (stops, proven)


def test_the_same_entries_give_the_same_digest_later() -> None:
    chain = ordinary_day()
    first = chain.report(now=at("00:05", "2020-11-23")).sha256()
    chain.passes(at("09:00", "2020-11-23"))
    assert chain.report(now=at("10:00", "2020-11-23")).sha256() == first


@pytest.mark.parametrize("day", ["2020-11-31", "tomorrow", "2021-11-22"])
def test_a_day_that_is_none_or_has_not_begun_is_refused(day: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the parser's where it is no day
        day_period(day, ZONE, at("12:00"))


def test_tens_of_thousands_of_entries_stream_through_in_little_memory() -> None:
    def entries(count: int) -> object:
        for number in range(count):
            at_ms = at("00:00", "2020-10-01") + number * 60_000
            facts = {
                "visit": str(number),
                "outcome": "retake" if number % 50 == 0 else "admit",
                "direction": "in",
                "people": 1,
                "readings": [reading()],
            }
            running = number * 60_000_000_000
            yield Noted(1 << 32, number + 1, "visit.decided", at_ms, "synced", "b", running, "wang", facts, b"h" * 32)

    period = day_period(DAY, ZONE, at("00:00", "2020-12-31"))
    surveyed = survey(())
    tracemalloc.start()
    report = make_report("east", period, ZONE, surveyed, entries(20_000))  # type: ignore[arg-type]  # a generator of entries
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.total.inward == 20_000 - 400
    assert most < 1_000_000, most
