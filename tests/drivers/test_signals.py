"""The signals of a gate with remembering pins, with none, and with pins that break."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from drivers.output_health import OutputHealth, OutputState
from drivers.patterns import Meaning
from drivers.showing import Drive, Volume
from drivers.signals import Signals, SignalsBusyError, SignalsRangeError, open_signals
from drivers.signals_config import Backend, SignalsConfig
from drivers.trace import Trace

ROOT = Path(__file__).parents[2]
PINS: dict[str, Any] = {"red": 17, "amber": 27, "green": 22, "buzzer": 18, "gate": 23}
MOCK = OutputHealth(OutputState.MOCK, "a test's own output")


def until(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """What *condition* gives as soon as it gives something true; a busy machine may take *seconds* over it."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        pause.wait(0.005)
    return found


def traced(path: Path) -> list[tuple[str, bool]]:
    return [(line["output"], line["on"]) for line in map(json.loads, path.read_text("ascii").splitlines())]


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace.jsonl"


@pytest.fixture
def signals(trace: Path) -> Iterator[Signals]:
    opened = open_signals(SignalsConfig(backend=Backend.MOCK, trace=trace, **PINS))
    yield opened
    opened.close()


class Bulb:
    """An output that remembers what it was driven with, and breaks or hangs when told."""

    def __init__(self) -> None:
        self.drives: list[Drive | None] = []
        self.broken = ""
        self.tried = 0
        self.free = threading.Event()
        self.free.set()
        self.closed = False

    def write(self, drive: Drive | None) -> None:
        self.free.wait(30)
        self.tried += 1
        if self.broken:
            raise RuntimeError(self.broken)
        self.drives.append(drive)

    def changes(self) -> list[bool]:
        return [self.drives[-1] is not None]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def bulbs() -> dict[str, Bulb]:
    return {"red": Bulb(), "green": Bulb(), "buzzer": Bulb()}


@pytest.fixture
def lit(bulbs: dict[str, Bulb]) -> Iterator[Signals]:
    signals = Signals(bulbs, MOCK, Volume())
    yield signals
    for bulb in bulbs.values():
        bulb.free.set()
    signals.close()


def test_mock_pins_say_that_they_are_mock(signals: Signals) -> None:
    assert signals.health.state is OutputState.MOCK


def test_deny_lights_red_and_sounds_twice(signals: Signals, trace: Path) -> None:
    signals.show(Meaning.DENY)
    until(lambda: traced(trace).count(("buzzer", False)) == 2)
    assert traced(trace)[:2] == [("red", True), ("buzzer", True)]
    assert traced(trace).count(("buzzer", True)) == 2
    assert ("red", False) not in traced(trace)


def test_each_meaning_lights_its_own_lamp_only(signals: Signals, trace: Path) -> None:
    for meaning, lamp in (("admit", "green"), ("retake", "amber"), ("deny", "red"), ("fever", "red")):
        before = len(traced(trace))
        signals.show(Meaning(meaning))
        until(partial(lambda lamp, before: (lamp, True) in traced(trace)[before:], lamp, before))
        signals.clear()
        until(partial(lambda lamp, before: (lamp, False) in traced(trace)[before:], lamp, before))
        lamps = {name for name, on in traced(trace)[before:] if on} - {"buzzer"}
        assert lamps == {lamp}


def test_the_trace_has_the_time_of_this_boot(signals: Signals, trace: Path) -> None:
    begun = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    signals.show(Meaning.ADMIT)
    until(lambda: traced(trace))
    line = json.loads(trace.read_text("ascii").splitlines()[0])
    assert set(line) == {"output", "on", "observed_ns"}
    assert begun <= line["observed_ns"] <= time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def test_a_lamp_that_nobody_drives_is_not_in_the_trace(trace: Path) -> None:
    """The twin of the tests above: with the driving of pins taken out, the trace must be empty."""
    from drivers import pins

    class Forgotten(pins.PinOutput):
        def write(self, drive: Drive | None) -> None:
            pass

    import gpiozero
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    factory = MockFactory(pin_class=MockPWMPin)
    outputs = {name: Forgotten(pins.Wire(name, bcm), gpiozero, factory) for name, bcm in PINS.items()}
    told: list[int] = []
    signals = Signals(outputs, MOCK, Volume(), trace=Trace(trace), after_burst=lambda _meaning, n: told.append(n))
    signals.show(Meaning.DENY)
    signals.open_gate(1)
    until(lambda: told)
    signals.close()
    assert trace.read_text() == ""


def test_the_gate_opens_and_closes_by_itself(signals: Signals, trace: Path) -> None:
    signals.open_gate(0.05)
    until(lambda: traced(trace) == [("gate", True), ("gate", False)])


def test_the_gate_is_closed_on_demand(signals: Signals, trace: Path) -> None:
    signals.open_gate(60)
    until(lambda: traced(trace) == [("gate", True)])
    signals.close_gate()
    until(lambda: traced(trace) == [("gate", True), ("gate", False)])


@pytest.mark.parametrize("seconds", [0, -1, 60.1, float("nan")])
def test_a_gate_time_out_of_range_is_refused(signals: Signals, seconds: float) -> None:
    with pytest.raises(SignalsRangeError, match="at most 60"):
        signals.open_gate(seconds)


@pytest.mark.parametrize("seconds", [0, 121])
def test_a_silence_out_of_range_is_refused(signals: Signals, seconds: float) -> None:
    with pytest.raises(SignalsRangeError, match="at most 120"):
        signals.silence(seconds)


def test_silence_stops_the_buzzer_and_not_the_lamp(lit: Signals, bulbs: dict[str, Bulb]) -> None:
    lit.show(Meaning.FEVER)
    until(lambda: bulbs["buzzer"].drives)
    lit.silence(120)
    until(lambda: bulbs["buzzer"].drives[-1] is None)
    heard, flashed = len(bulbs["buzzer"].drives), len(bulbs["red"].drives)
    until(lambda: len(bulbs["red"].drives) >= flashed + 4)
    assert len(bulbs["buzzer"].drives) == heard


def test_a_new_volume_holds_from_the_next_meaning_on(lit: Signals, bulbs: dict[str, Bulb]) -> None:
    lit.set_volume(Volume(day_percent=40, tonal=True))
    lit.show(Meaning.ADMIT)
    until(lambda: Drive(40, 880) in bulbs["buzzer"].drives)


def test_louder_begins_a_burst_at_once_at_full_volume(bulbs: dict[str, Bulb]) -> None:
    signals = Signals(bulbs, MOCK, Volume(day_percent=50))
    signals.show(Meaning.FEVER)
    until(lambda: Drive(50, 930) in bulbs["buzzer"].drives)
    signals.louder()
    until(lambda: Drive(100, 930) in bulbs["buzzer"].drives)
    signals.close()


def test_history_remembers_what_was_asked_for_in_order(signals: Signals) -> None:
    for meaning in (Meaning.RETAKE, Meaning.DEVICE, Meaning.FEVER):
        signals.show(meaning)
    signals.clear()
    assert [meaning for meaning, _ in signals.history] == ["retake", "device", "fever", "idle"]
    assert sorted(at for _, at in signals.history) == [at for _, at in signals.history]


def test_history_is_bounded(signals: Signals) -> None:
    for _ in range(1100):
        signals.show(Meaning.ADMIT)
    assert len(signals.history) == 1000


def test_closing_puts_everything_out(signals: Signals, trace: Path) -> None:
    signals.show(Meaning.DENY)
    signals.open_gate(60)
    until(lambda: ("gate", True) in traced(trace) and ("red", True) in traced(trace))
    signals.close()
    last = dict(traced(trace))
    assert last["gate"] is False
    assert last["red"] is False
    signals.close()
    assert signals.health.state is OutputState.MOCK


def test_a_broken_pin_is_reported_and_the_others_go_on(lit: Signals, bulbs: dict[str, Bulb]) -> None:
    bulbs["buzzer"].broken = "line 18 is gone"
    lit.show(Meaning.DENY)
    until(lambda: lit.health.state is OutputState.FAILED)
    assert "buzzer: RuntimeError: line 18 is gone" in lit.health.reason
    until(lambda: bulbs["red"].drives == [Drive()])
    bulbs["buzzer"].broken = ""
    until(lambda: lit.health == MOCK)


def test_a_red_lamp_that_comes_back_is_lit_again(lit: Signals, bulbs: dict[str, Bulb]) -> None:
    bulbs["red"].broken = "loose"
    lit.show(Meaning.DENY)
    until(lambda: lit.health.state is OutputState.FAILED)
    bulbs["red"].broken = ""
    until(lambda: bulbs["red"].drives == [Drive()])


def test_a_broken_pin_is_tried_again_although_nothing_changes(lit: Signals, bulbs: dict[str, Bulb]) -> None:
    edges_of_deny = 4
    bulbs["red"].broken = "loose"
    lit.show(Meaning.DENY)
    until(lambda: bulbs["red"].tried >= edges_of_deny + 2)
    assert bulbs["buzzer"].tried == edges_of_deny


def test_a_pin_that_broke_while_lit_is_put_out_when_it_comes_back(lit: Signals, bulbs: dict[str, Bulb]) -> None:
    bulbs["red"].broken = "loose"
    lit.show(Meaning.DENY)
    until(lambda: lit.health.state is OutputState.FAILED)
    lit.clear()
    bulbs["red"].broken = ""
    until(lambda: lit.health == MOCK)
    assert bulbs["red"].drives[-1] is None


def test_no_call_waits_for_a_pin_that_hangs_and_the_health_says_so(lit: Signals, bulbs: dict[str, Bulb]) -> None:
    bulbs["red"].free.clear()
    begun = time.monotonic()
    for _ in range(1000):
        lit.show(Meaning.DENY)
        lit.silence(5)
        lit.open_gate(1)
    assert time.monotonic() - begun < 1  # 3,000 calls; each takes microseconds
    until(lambda: lit.health.state is OutputState.FAILED)
    assert "do not answer" in lit.health.reason
    bulbs["red"].free.set()
    until(lambda: lit.health == MOCK)


def test_every_pin_is_given_back_even_when_one_breaks(lit: Signals, bulbs: dict[str, Bulb]) -> None:
    bulbs["red"].broken = "gone"
    lit.close()
    assert all(bulb.closed for bulb in bulbs.values())


def test_without_hardware_the_words_between_bursts_are_still_asked_for() -> None:
    told: list[tuple[Meaning, int]] = []
    signals = open_signals(
        SignalsConfig(backend=Backend.NULL, **PINS), after_burst=lambda meaning, n: told.append((meaning, n))
    )
    signals.show(Meaning.ADMIT)
    until(lambda: told == [(Meaning.ADMIT, 1)])
    assert signals.health.state is OutputState.NO_HARDWARE
    assert "backend = 'null'" in signals.health.reason
    signals.close()


def test_what_follows_a_burst_may_fail_without_putting_out_a_lamp(bulbs: dict[str, Bulb]) -> None:
    def fail(_meaning: Meaning, _n: int) -> None:
        raise ZeroDivisionError

    signals = Signals(bulbs, MOCK, Volume(), after_burst=fail)
    signals.show(Meaning.ADMIT)
    until(lambda: len(bulbs["buzzer"].drives) == 2)
    signals.show(Meaning.DENY)
    until(lambda: bulbs["red"].drives == [Drive()])
    assert signals.health == MOCK
    signals.close()


def test_the_self_test_names_the_steps_that_there_is_hardware_for(lit: Signals, bulbs: dict[str, Bulb]) -> None:
    assert [step.output for step in lit.self_test()] == ["red", "green", "buzzer"]
    until(lambda: bulbs["red"].drives == [Drive(), None])
    until(lambda: bulbs["green"].drives == [Drive(), None])


@pytest.mark.parametrize("meaning", [Meaning.FEVER, Meaning.REFER])
def test_the_self_test_waits_until_nobody_is_held(lit: Signals, meaning: Meaning) -> None:
    lit.show(meaning)
    lit.show(Meaning.DEVICE)
    with pytest.raises(SignalsBusyError, match=meaning):
        lit.self_test()
    lit.clear()
    assert lit.self_test()


def test_no_pin_configured_is_no_hardware() -> None:
    signals = open_signals(SignalsConfig())
    assert signals.health == OutputHealth(OutputState.NO_HARDWARE, "signals: no pin is configured")
    signals.close()


def test_a_trace_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_signals(SignalsConfig(trace=tmp_path / "absent" / "trace"))


def test_a_full_disk_ends_the_trace_and_nothing_else() -> None:
    bulb = Bulb()
    signals = Signals({"red": bulb}, MOCK, Volume(), trace=Trace(Path("/dev/full")))
    signals.show(Meaning.DENY)
    until(lambda: bulb.drives == [Drive()])
    signals.clear()
    until(lambda: bulb.drives == [Drive(), None])
    assert signals.health == MOCK
    signals.close()


def test_a_station_that_ends_without_closing_puts_everything_out(trace: Path) -> None:
    program = f"""
import threading
from functools import partial
from pathlib import Path
from drivers.patterns import Meaning
from drivers.signals import open_signals
from drivers.signals_config import SignalsConfig
trace = Path({str(trace)!r})
signals = open_signals(SignalsConfig(backend="mock", red=17, gate=23, trace=trace))
signals.show(Meaning.DENY)
signals.open_gate(60)
while trace.read_text().count("true") < 2:
    threading.Event().wait(0.005)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, cwd=ROOT, timeout=30)
    assert dict(traced(trace)) == {"gate": False, "red": False}
