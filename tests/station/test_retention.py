"""The nightly job: when it runs, how it gives way, and what it does when the card or the clock fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from station.commands.journal import journal as command
from station.journal.recorder import Recorder, Standing, Written
from station.journal.retention import CHUNK, DAY_MS, Retention, next_night_ms
from station.journal.writer import Journal
from station.wire.entry import ClockState
from tests.station.journal_kit import passage, verdict
from tests.station.test_forgetting import Wall, covered, kept, opened
from tests.station.test_recorder import eventually

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def old(tmp_path: Path, wall: Wall) -> Iterator[Journal]:
    """A journal with passages of three weeks ago, all of which the hub has."""
    made = opened(tmp_path, wall)
    for number in range(CHUNK + 5):
        made.append(passage(number))
    covered(made)
    wall.at_ms += 22 * DAY_MS
    yield made
    made.close()


def steps(retention: Retention) -> int:
    count = 0
    while retention.step():
        count += 1
        assert count < 100
    return count


def test_it_forgets_in_pieces_and_then_rests_until_the_night(old: Journal, wall: Wall) -> None:
    retention = Retention(old, wall, 21, False, ZONE)
    assert steps(retention) == 2
    assert kept(old) == []
    old.append(passage(1))
    covered(old)
    wall.at_ms += 10 * 3_600_000
    assert steps(retention) == 0
    wall.at_ms += 22 * DAY_MS
    assert steps(retention) == 1
    assert kept(old) == []


def test_while_the_clock_is_not_set_nothing_is_forgotten(old: Journal, wall: Wall) -> None:
    wall.state = ClockState.RESTORED
    before = kept(old)
    assert steps(Retention(old, wall, 21, False, ZONE)) == 0
    assert kept(old) == before


def test_a_failing_card_is_left_in_peace_for_an_hour(old: Journal, wall: Wall) -> None:
    retention = Retention(old, wall, 21, False, ZONE)
    before = kept(old)
    old.rows("PRAGMA query_only = ON")
    assert not retention.step()
    old.rows("PRAGMA query_only = OFF")
    assert not retention.step()
    assert kept(old) == before
    wall.at_ms += 3_600_000
    assert retention.step()


def test_the_recorder_does_it_when_nobody_writes(old: Journal, wall: Wall) -> None:
    told: list[Standing] = []
    written: list[Written] = []
    recorder = Recorder(
        old, written.append, told.append, wall().at_ms.__int__, Retention(old, wall, 21, False, ZONE).step
    )
    recorder.start()
    eventually(lambda: len([one for one in told if one.recent and not one.recent[0][5]]) > 0)
    assert recorder.submit(passage(7), "new")
    eventually(lambda: written)
    recorder.close()
    assert kept(old) == [old.seq]


@pytest.mark.parametrize(("now", "night"), [("02:59", "22T03:00"), ("03:00", "23T03:00"), ("23:00", "23T03:00")])
def test_the_next_night(now: str, night: str) -> None:
    at_ms = int(datetime.fromisoformat(f"2020-11-22T{now}+08:00").timestamp() * 1000)
    assert next_night_ms(at_ms, ZONE) == int(datetime.fromisoformat(f"2020-11-{night}+08:00").timestamp() * 1000)


def test_the_command_forgets_while_the_desk_is_stopped(tmp_path: Path, wall: Wall) -> None:
    settings = tmp_path / "station.toml"
    settings.write_text(
        f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{tmp_path}"\n[retention]\nalone = true\n'
    )
    first = CliRunner().invoke(command, ["forget", "--config", str(settings)], catch_exceptions=False)
    assert "forgotten: 0" in first.output
    journal = opened(tmp_path, wall)
    journal.append(passage(1))
    journal.close()
    done = CliRunner().invoke(command, ["forget", "--config", str(settings)], catch_exceptions=False)
    # A machine whose own clock is not set forgets nothing by itself; here somebody asked for it.
    assert "forgotten: 1; older ones that wait for a receipt: 0" in done.output
    found = verdict(tmp_path, key=None)
    assert found.sound, found.fault
    assert found.forgotten == 1


def test_a_damaged_journal_that_was_put_aside_is_not_kept_for_ever(old: Journal, wall: Wall) -> None:
    before_ms = wall.at_ms - 21 * DAY_MS
    names = [f"journal.db.damaged-{at_ms}{end}" for at_ms in (before_ms - 1, before_ms) for end in ("", "-wal")]
    for name in names:
        old.path.with_name(name).write_bytes("李建国".encode())
    steps(Retention(old, wall, 21, False, ZONE))
    assert sorted(path.name for path in old.path.parent.glob("*.damaged-*")) == names[2:]
