"""请看屏幕通知: the office's notices are announced by day, once and now and then, and never into somebody's verdict."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from drivers.patterns import Meaning
from drivers.signals import open_signals
from drivers.signals_config import SignalsConfig
from drivers.spoken import Line
from drivers.voice import Voice
from drivers.voice_config import VoiceConfig
from station.config.file import load
from station.config.values import ConfigError
from station.desk.announcing import Announcer
from station.desk.fitting import announcer
from station.desk.outputs import Outputs
from station.lane.effects import Signal

ZONE = ZoneInfo("Asia/Shanghai")
ONE, TWO = frozenset({"tests"}), frozenset({"tests", "water"})


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"2020-11-22T{text}").replace(tzinfo=ZONE).timestamp() * 1000)


def test_a_new_notice_is_announced_once_and_then_every_hour() -> None:
    announced = Announcer(ZONE)
    assert announced.due(ONE, at("09:00"), True)
    assert not announced.due(ONE, at("09:01"), True)
    assert announced.due(TWO, at("09:02"), True)  # another one
    assert not announced.due(ONE, at("09:03"), True)  # one ended
    assert not announced.due(ONE, at("10:01"), True)
    assert announced.due(ONE, at("10:02"), True)


def test_nothing_is_said_at_night_and_what_came_then_is_said_in_the_morning() -> None:
    announced = Announcer(ZONE)
    assert not announced.due(ONE, at("07:59"), True)
    assert announced.due(ONE, at("08:00"), True)
    assert not announced.due(TWO, at("20:00"), True)
    late = Announcer(ZONE, every_minutes=0)
    assert late.due(ONE, at("19:59"), True)
    assert not late.due(ONE, at("19:59:59"), True)


def test_while_somebody_is_here_it_waits() -> None:
    announced = Announcer(ZONE)
    assert not announced.due(ONE, at("09:00"), False)
    assert announced.due(ONE, at("09:05"), True)


def test_once_only_and_a_notice_that_comes_again_is_new() -> None:
    announced = Announcer(ZONE, every_minutes=0)
    assert announced.due(ONE, at("09:00"), True)
    assert not announced.due(ONE, at("19:00"), True)
    assert not announced.due(frozenset(), at("19:01"), True)
    assert announced.due(ONE, at("19:02"), True)


def test_a_clock_that_was_set_back_does_not_silence_it_for_a_day() -> None:
    announced = Announcer(ZONE)
    assert announced.due(ONE, at("19:00"), True)
    assert announced.due(ONE, at("09:00"), True)


def made(notices: frozenset[str], knows: bool = True) -> Outputs:
    outputs = Outputs(
        lambda after: open_signals(SignalsConfig(backend="null"), after_burst=after),
        Voice(VoiceConfig(player=""), None),
        1.0,
    )
    outputs.announce(Announcer(ZONE), lambda: notices if knows else frozenset())
    return outputs


def lines(outputs: Outputs) -> list[Line]:
    return [line for line, _ in outputs.voice.history]


def test_the_voice_says_the_recorded_line_when_the_gate_is_empty_and_nothing_sounds() -> None:
    outputs = made(ONE)
    outputs.ticked(at("09:00"), False)
    assert lines(outputs) == []
    outputs.ticked(at("09:01"), True)
    assert lines(outputs) == [Line.NOTICE]
    outputs.carry_out(Signal(Meaning.FEVER), False, at("11:00"))
    outputs.ticked(at("11:00"), True)
    assert lines(outputs).count(Line.NOTICE) == 1
    outputs.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", (8, 20, 60)), ("notices_from = 9\nnotices_to = 18\nnotices_every_minutes = 0", (9, 18, 0))],
)
def test_the_settings_say_when(tmp_path: Path, text: str, expected: tuple[int, int, int]) -> None:
    path = tmp_path / "station.toml"
    path.write_text(f'[station]\nid = "east"\nname = "东门"\n[voice]\n{text}\n', encoding="utf-8")
    found = announcer(load(path))
    assert (found.begins, found.ends, found.every_minutes) == expected


def test_what_is_unspoken_at_night_is_said_by_day_and_a_fever_always() -> None:
    outputs = Outputs(
        lambda after: open_signals(SignalsConfig(backend="null"), after_burst=after),
        Voice(VoiceConfig(player=""), None),
        1.0,
        (Line.ADMIT, Line.FEVER),
    )
    for night in (False, True):
        for meaning in (Meaning.ADMIT, Meaning.RETAKE, Meaning.FEVER):
            outputs.carry_out(Signal(meaning), night, at("03:00"))
            outputs._speak(meaning, 1)  # what the buzzer's thread calls after its burst
    said = lines(outputs)
    assert said.count(Line.ADMIT) == 1
    assert said.count(Line.RETAKE) == said.count(Line.FEVER) == 2
    outputs.close()


@pytest.mark.parametrize("text", ['unspoken = "fever"', 'unspoken_at_night = "admit+sing"'])
def test_a_line_that_must_be_said_or_that_nobody_knows_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "station.toml"
    path.write_text(f'[station]\nid = "east"\nname = "东门"\n[voice]\n{text}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"voice\.unspoken"):
        load(path)
