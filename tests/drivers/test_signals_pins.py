"""Pins through gpiozero: polarity, pitch, and every way of having none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from drivers.output_health import OutputState
from drivers.pins import PinOutput, Wire, duty, open_outputs
from drivers.showing import Drive
from drivers.signals_config import SignalsConfig, SignalsConfigError

ROOT = Path(__file__).parents[2]
MODEL = Path("/proc/device-tree/model")
no_pi = pytest.mark.skipif(
    MODEL.exists() and "Raspberry" in MODEL.read_text(errors="replace"), reason="a real Pi has pins to drive"
)


@pytest.fixture
def factory() -> MockFactory:
    return MockFactory(pin_class=MockPWMPin)


def output(factory: Any, wire: Wire) -> PinOutput:
    return PinOutput(wire, gpiozero, factory)


def test_a_lamp_is_off_at_first_and_follows(factory: Any) -> None:
    red = output(factory, Wire("red", 17))
    pin = factory.pin(17)
    assert (pin.function, pin.state) == ("output", False)
    red.write(Drive())
    assert pin.state == 1
    red.write(None)
    assert pin.state == 0
    assert red.changes() == [True, False]
    assert red.changes() == []


def test_a_low_trigger_relay_idles_high_and_never_pulses_low_while_it_is_claimed(factory: Any) -> None:
    pin = factory.pin(23)
    pin.drive_high()  # the resistor to 3.3 V
    pin.clear_states()
    gate = output(factory, Wire("gate", 23, active_high=False))
    assert [state.state for state in pin.states] == [True]
    gate.write(Drive())
    assert pin.state == 0
    gate.write(None)
    assert pin.state == 1
    assert gate.changes() == [True, False]


def test_a_closed_pin_is_an_input_again(factory: Any) -> None:
    gate = output(factory, Wire("gate", 23))
    gate.close()
    assert factory.pin(23).function == "input"


def test_a_tonal_buzzer_has_pitch_and_loudness_and_reaches_930_hz(factory: Any) -> None:
    buzzer = output(factory, Wire("buzzer", 18, tonal=True))
    pin = factory.pin(18)
    buzzer.write(Drive(100, 930))
    assert (pin.frequency, pin.state) == (930, 0.5)
    buzzer.write(Drive(30, 520))
    assert pin.frequency == 520
    assert 0.09 < pin.state < 0.1
    buzzer.write(None)
    assert pin.state == 0
    assert buzzer.changes() == [True, False]  # another pitch is no change of on and off


def test_a_low_trigger_tonal_buzzer_is_traced_the_right_way_round(factory: Any) -> None:
    buzzer = output(factory, Wire("buzzer", 18, active_high=False, tonal=True))
    assert buzzer.changes() == []
    buzzer.write(Drive(100, 930))
    assert buzzer.changes() == [True]
    buzzer.write(None)
    assert buzzer.changes() == [False]
    assert factory.pin(18).state == 1


def test_the_duty_of_full_loudness_is_a_half_and_falls_with_it() -> None:
    duties = [duty(percent) for percent in (1, 20, 50, 80, 100)]
    assert duties[-1] == 0.5
    assert duties == sorted(duties)
    assert duty(50) == pytest.approx(1 / 6)


def test_a_mock_pin_does_not_remember_for_ever(factory: Any) -> None:
    red = output(factory, Wire("red", 17))
    for _ in range(2000):
        red.write(Drive())
        red.write(None)
        assert red.changes() == [True, False]
    assert len(factory.pin(17).states) <= 1003


def test_one_pin_that_cannot_be_had_does_not_take_the_others_with_it() -> None:
    outputs, health = open_outputs([Wire("red", 17), Wire("green", 99), Wire("amber", 27)], mock=True)
    assert set(outputs) == {"red", "amber"}
    assert health.state is OutputState.FAILED
    assert "green on BCM 99: PinInvalidPin" in health.reason


def test_a_pin_used_twice_fails_by_name() -> None:
    outputs, health = open_outputs([Wire("red", 17), Wire("green", 17)], mock=True)
    assert set(outputs) == {"red"}
    assert "green on BCM 17: GPIOPinInUse" in health.reason


def test_two_sets_of_mock_pins_are_strangers() -> None:
    first, _ = open_outputs([Wire("red", 17)], mock=True)
    second, health = open_outputs([Wire("red", 17)], mock=True)
    assert health.state is OutputState.MOCK
    first["red"].write(Drive())
    assert second["red"].changes() == []


PROGRAM = """
import json
from drivers.signals import open_signals
from drivers.signals_config import SignalsConfig
from drivers.patterns import Meaning
signals = open_signals(SignalsConfig(red=17, buzzer=18))
signals.show(Meaning.FEVER)
signals.close()
print(json.dumps([signals.health.state, signals.health.reason]))
"""


def opened(**environment: str) -> tuple[str, str]:
    """State and reason of ``auto`` in a process of its own, with warnings as errors."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("GPIOZERO")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=keep | environment,
        timeout=30,
    )
    state, reason = json.loads(done.stdout)
    return state, reason


@no_pi
def test_auto_without_pins_is_no_hardware_and_says_what_was_tried() -> None:
    state, reason = opened()
    assert state == "no_hardware"
    assert reason.startswith("signals: BadPinFactory: lgpio: ")
    assert "native: " in reason


def test_auto_never_ends_in_mock_pins() -> None:
    state, reason = opened(GPIOZERO_PIN_FACTORY="mock")
    assert state == "no_hardware"
    assert "GPIOZERO_PIN_FACTORY asks for mock pins" in reason


@no_pi
@pytest.mark.parametrize("factory", ["", "lgpio"])
def test_the_empty_lgpio_package_is_recognised(tmp_path: Path, factory: str) -> None:
    (tmp_path / "lgpio.py").touch()
    environment = {"GPIOZERO_PIN_FACTORY": factory} if factory else {}
    state, reason = opened(PYTHONPATH=str(tmp_path), **environment)
    assert state == "no_hardware"
    assert "lgpio is the empty package" in reason
    assert "python3-lgpio" in reason


@no_pi
def test_a_library_that_raises_something_of_its_own_is_no_hardware(tmp_path: Path) -> None:
    (tmp_path / "lgpio.py").write_text(
        "SET_PULL_NONE = 0\n"
        "class error(Exception): pass\n"
        "def gpiochip_open(chip): raise error('can not open gpiochip')\n"
        "def __getattr__(name): return 0\n"
    )
    state, reason = opened(PYTHONPATH=str(tmp_path), GPIOZERO_PIN_FACTORY="lgpio")
    assert state == "no_hardware"
    assert "empty package" not in reason


def test_importing_the_signals_does_not_import_gpiozero() -> None:
    program = "import sys, drivers.signals, drivers.voice; sys.exit('gpiozero' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, timeout=30)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"backend": "real"}, "backend: 'real' is none of auto, null, mock"),
        ({"buzzer_kind": "loud"}, "buzzer_kind: 'loud' is none of"),
        ({"red": 28}, "red: expected a BCM pin from 2 to 27, got 28"),
        ({"red": "17"}, "red: expected a BCM pin from 2 to 27, got '17'"),
        ({"red": True}, "red: expected a BCM pin"),
        ({"red": 17, "gate": 17}, "gate: BCM 17 is already red"),
        ({"volume_percent": 0}, "volume: day_percent: expected a whole number from 20 to 100, got 0"),
        ({"gate_active_high": "no"}, "gate_active_high: expected true or false, got 'no'"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_by_name(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SignalsConfigError) as refused:
        SignalsConfig(**settings)
    assert str(refused.value).startswith(message)


def test_text_from_a_file_is_accepted_and_the_gate_is_claimed_first() -> None:
    text: dict[str, Any] = {"backend": "mock", "buzzer_kind": "tonal"}
    config = SignalsConfig(red=17, buzzer=18, gate=23, gate_active_high=False, **text)
    assert config.backend == "mock"
    assert config.wires() == (Wire("gate", 23, active_high=False), Wire("red", 17), Wire("buzzer", 18, tonal=True))
    assert config.volume().tonal
