from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.events import MAX_CENTI, MIN_CENTI, Bound, Event, Mode, OutOfRange, Raw, Reading, Site
from drivers.thermometer.notes import Note, codes
from drivers.thermometer.presence import TRANSITIONS, Cause, Settling, Sight, Stage, sight
from drivers.thermometer.protocols import Frame, OutOfBounds
from drivers.thermometer.settle import STEP_BACK, Settler

MS = 1_000_000
WALL, AMBIENT = 2400, 2450
LO, HI = OutOfBounds(Bound.LOW, b"Lo"), OutOfBounds(Bound.HIGH, b"Hi")


class Gate:
    """A settler and a clock: frames at *rate_hz*, one after the other."""

    def __init__(self, rate_hz: float = 10) -> None:
        self.settler = Settler("gun", Site.FOREHEAD)
        self.step_ns = round(1_000 * MS / rate_hz)
        self.now_ns = 10_000 * MS
        self.events: list[Event] = []

    def shows(self, *items: Frame | OutOfBounds | int) -> Gate:
        for item in items:
            self.now_ns += self.step_ns
            self._keep(self.settler.feed(Frame(item, AMBIENT) if isinstance(item, int) else item, self.now_ns))
        return self

    def lasts(self, item: Frame | OutOfBounds | int, ms: int) -> Gate:
        return self.shows(*[item] * -(-ms * MS // self.step_ns))

    def pauses(self, ms: int) -> Gate:
        self.now_ns += ms * MS
        self._keep(self.settler.tick(self.now_ns))
        return self

    def _keep(self, event: Event | None) -> None:
        if event is not None:
            self.events.append(event)

    @property
    def temperatures(self) -> list[int]:
        return [event.centi_celsius for event in self.events if isinstance(event, Reading)]

    @property
    def bounds(self) -> list[Bound]:
        return [event.bound for event in self.events if isinstance(event, OutOfRange)]


RATES = pytest.mark.parametrize("rate_hz", [1, 2, 5, 10, 14])


@RATES
def test_one_presence_gives_one_reading(rate_hz: float) -> None:
    gate = Gate(rate_hz).lasts(WALL, 5_000).lasts(3652, 60_000).lasts(WALL, 5_000)
    assert gate.temperatures == [3652]


@RATES
def test_who_steps_away_and_back_gives_another_reading(rate_hz: float) -> None:
    gate = Gate(rate_hz)
    for _ in range(3):
        gate.lasts(3652, 5_000).lasts(WALL, 2_000)
    assert gate.temperatures == [3652, 3652, 3652]


def test_everything_in_a_reading_is_from_real_frames() -> None:
    gate = Gate(10).shows(WALL)
    heard = [Frame(3640 + step, AMBIENT, None, bytes([step])) for step in (0, 20, 10, 5, 15)]
    gate.shows(*heard)
    assert gate.events == [
        Reading("gun", gate.now_ns, 3650, Site.FOREHEAD, Mode.SURFACE, Raw(3650, 5, 20, "0a"), AMBIENT)
    ]


def test_of_two_middle_frames_the_warmer_one_counts() -> None:
    gate = Gate(2).shows(3700, 3701, 3720)
    assert gate.temperatures == [3701]
    # Four frames 150 ms apart are the first to cover 400 ms.
    assert Gate(1_000 / 150).shows(3700, 3701, 3720, 3721).temperatures == [3720]


def test_an_adjusted_device_reports_the_body_and_keeps_the_skin() -> None:
    gate = Gate(10).lasts(Frame(3312, AMBIENT, 3652, b"\xa4"), 500)
    (reading,) = gate.events
    assert isinstance(reading, Reading)
    assert (reading.centi_celsius, reading.mode) == (3652, Mode.ADJUSTED)
    assert reading.raw == Raw(3312, 5, 0, "a4")


@pytest.mark.parametrize("centi", [3000, 3317, 3399, 3652, 4150, 4500])
def test_cold_and_hot_people_are_people(centi: int) -> None:
    assert Gate().lasts(WALL, 1_000).lasts(centi, 1_000).temperatures == [centi]


@pytest.mark.parametrize("centi", [-2000, 0, 1850, WALL, 2999])
def test_a_wall_is_not_a_person(centi: int) -> None:
    gate = Gate().lasts(centi, 10_000)
    assert gate.events == []
    assert gate.settler.note == ""


def test_a_summer_wall_is_not_a_person_and_a_person_before_it_is() -> None:
    wall, person = Frame(3330, 3360), Frame(3520, 3360)
    gate = Gate().lasts(wall, 5_000).lasts(person, 1_000).lasts(wall, 1_000).lasts(person, 1_000)
    assert gate.temperatures == [3520, 3520]


def test_surroundings_as_warm_as_skin_are_said_and_not_measured() -> None:
    gate = Gate().lasts(Frame(3610, 3620), 5_000)
    assert gate.events == []
    assert codes(gate.settler.note) == (Note.AMBIENT_WARM, Note.SKIN_HIDDEN)
    assert "36.2 °C around the sensor" in gate.settler.note
    assert gate.lasts(Frame(3300, 3330), 100).settler.note == ""


def test_a_device_without_an_ambient_temperature_settles_too() -> None:
    assert Gate().lasts(Frame(2400), 1_000).lasts(Frame(3652), 1_000).temperatures == [3652]


def test_walking_up_is_not_yet_a_reading() -> None:
    approach = [3000 + 35 * step for step in range(18)]  # 3.5 °C a second, all of it inside the window
    gate = Gate(10).shows(WALL, *approach)
    assert gate.temperatures == []
    assert gate.lasts(3630, 600).temperatures == [3630]


def test_frames_that_do_not_agree_are_no_reading() -> None:
    assert Gate().shows(*[3600, 3640] * 50).temperatures == []


def test_three_frames_are_needed_and_must_be_in_a_row() -> None:
    gate = Gate(2)
    for _ in range(5):
        gate.shows(3650, 3650, WALL)
    assert gate.temperatures == []
    assert gate.shows(3650, 3650, 3650).temperatures == [3650]


def test_a_burst_settles_when_nothing_contradicts_it() -> None:
    gate = Gate(100_000).shows(3650, 3651, 3652)
    assert gate.events == []
    assert gate.pauses(300).events == []
    assert gate.pauses(200).temperatures == [3651]
    assert gate.pauses(200).temperatures == [3651]


def test_two_frames_never_settle() -> None:
    assert Gate().shows(3650, 3650).pauses(2_000).events == []


def test_a_turned_head_is_not_a_new_person() -> None:
    gate = Gate(14).lasts(3652, 2_000).lasts(WALL, 400).lasts(3652, 2_000)
    assert gate.temperatures == [3652]


def test_a_single_frame_of_wall_is_not_a_new_person_at_any_rate() -> None:
    gate = Gate(1).lasts(3652, 5_000).shows(WALL).lasts(3652, 5_000)
    assert gate.temperatures == [3652]


def test_nobody_knows_who_is_there_after_three_seconds_without_frames() -> None:
    gate = Gate().lasts(3652, 1_000).pauses(2_900).lasts(3652, 1_000)
    assert gate.temperatures == [3652]
    assert gate.pauses(3_100).lasts(3652, 1_000).temperatures == [3652, 3652]


def test_a_long_gap_is_noticed_even_if_no_tick_came() -> None:
    gate = Gate().lasts(3652, 1_000)
    gate.now_ns += 5_000 * MS
    assert gate.lasts(3652, 1_000).temperatures == [3652, 3652]


def test_a_run_does_not_go_on_across_a_gap() -> None:
    gate = Gate().shows(3652, 3652)
    gate.now_ns += 5_000 * MS
    assert gate.shows(3652).events == []


@pytest.mark.parametrize("second", [3760, 3540, 4800])
def test_another_temperature_without_anyone_leaving_is_asked_about_and_not_a_reading(second: int) -> None:
    gate = Gate().lasts(3650, 1_000)
    assert gate.settler.note == ""
    gate.lasts(second, 1_000)
    assert gate.settler.stage is Stage.UNCLEAR
    assert gate.settler.note == STEP_BACK
    assert gate.lasts(3650, 3_000).settler.stage is Stage.UNCLEAR
    assert gate.temperatures == [3650]
    assert gate.bounds == []
    gate.lasts(WALL, 600)
    assert (gate.settler.stage, gate.settler.note) == (Stage.EMPTY, "")
    assert gate.lasts(3760, 1_000).temperatures == [3650, 3760]


@given(st.integers(3600, 3700), st.integers(0, 2**32))
@settings(max_examples=25)  # seven hundred frames each
def test_noise_and_a_degree_of_drift_change_nothing(centi: int, seed: int) -> None:
    rng, gate = random.Random(seed), Gate(14)
    gate.shows(*(centi + step // 10 + rng.randint(-10, 10) for step in range(700)))
    assert len(gate.temperatures) == 1
    assert abs(gate.temperatures[0] - centi) <= 10
    assert gate.settler.stage is Stage.TAKEN


def test_something_no_person_can_be_is_told_once() -> None:
    gate = Gate().lasts(WALL, 1_000).lasts(Frame(4800, AMBIENT, None, b"\x5a"), 5_000)
    assert gate.bounds == [Bound.HIGH]
    assert gate.events[0] == OutOfRange("gun", gate.events[0].observed_ns, Bound.HIGH, Raw(4800, 5, 0, "5a"))
    gate.lasts(WALL, 1_000).lasts(4800, 1_000)
    assert gate.bounds == [Bound.HIGH, Bound.HIGH]
    assert gate.temperatures == []


def test_a_hot_cup_taken_away_leaves_a_person_to_be_measured() -> None:
    gate = Gate().lasts(6000, 1_000).lasts(3650, 1_000)
    assert (gate.bounds, gate.temperatures) == ([Bound.HIGH], [3650])


def test_one_hot_frame_is_an_accident() -> None:
    assert Gate().shows(3650, 3650, 4900, 3650, 3650).events == []


def test_an_impossible_estimate_of_the_body_is_not_a_temperature() -> None:
    assert Gate().lasts(Frame(3600, AMBIENT, 4600), 3_000).bounds == [Bound.HIGH]
    gate = Gate().lasts(Frame(3600, AMBIENT, 0), 3_000)
    assert (gate.bounds, gate.temperatures) == ([Bound.LOW], [])


@pytest.mark.parametrize(("marker", "centi"), [(LO, MIN_CENTI), (HI, MAX_CENTI)])
def test_the_devices_own_marker_is_told_once_until_it_was_quiet(marker: OutOfBounds, centi: int) -> None:
    gate = Gate().lasts(marker, 5_000)
    assert gate.bounds == [marker.bound]
    (event,) = gate.events
    assert isinstance(event, OutOfRange)
    assert event.raw == Raw(centi, 5, 0, marker.data.hex())
    assert gate.pauses(3_100).lasts(marker, 1_000).bounds == [marker.bound] * 2


def test_too_cold_then_measured_is_a_reading() -> None:
    gate = Gate().lasts(LO, 1_000).lasts(3320, 1_000)
    assert (gate.bounds, gate.temperatures) == ([Bound.LOW], [3320])


def test_a_device_that_says_lo_to_the_wall_does_not_say_it_after_each_person() -> None:
    gate = Gate().lasts(3650, 1_000)
    for _ in range(3):
        gate.lasts(LO, 2_000).lasts(3650, 1_000)
    assert (gate.bounds, gate.temperatures) == ([], [3650] * 4)


def test_the_numbers_can_be_changed() -> None:
    settler = Settler("gun", Site.WRIST, Settling(frames=1, settle_ms=0))
    event = settler.feed(Frame(3650), 1)
    assert isinstance(event, Reading)
    assert (event.site, event.raw.frames) == (Site.WRIST, 1)


def test_every_stage_can_be_left_and_only_leaving_empties() -> None:
    assert {stage for stage, _ in TRANSITIONS} == set(Stage)
    assert {cause for _, cause in TRANSITIONS} == set(Cause)
    assert {cause for (_, cause), stage in TRANSITIONS.items() if stage is Stage.EMPTY} == {Cause.LEFT}


@given(st.integers(-32_768, 32_767), st.none() | st.integers(-32_768, 32_767))
def test_every_frame_shows_something_and_never_the_devices_own_low(surface: int, ambient: int | None) -> None:
    assert sight(Frame(surface, ambient), Settling()) in set(Sight) - {Sight.LOW}


FRAMES = st.one_of(st.sampled_from([LO, HI]), st.builds(Frame, st.integers(-7_000, 38_000), st.just(AMBIENT)))


@given(st.lists(st.tuples(FRAMES, st.integers(1, 6), st.integers(0, 1_200)), max_size=40))
def test_no_reading_without_agreeing_frames_and_no_two_without_a_gap(
    script: Iterable[tuple[Frame | OutOfBounds, int, int]],
) -> None:
    gate = Gate()
    for item, count, pause_ms in script:
        gate.shows(*[item] * count).pauses(pause_ms)
    for event in gate.events:
        if isinstance(event, Reading):
            assert event.raw.frames >= 3
            assert event.raw.spread_centi <= 30
            assert 3_000 <= event.centi_celsius <= 4_500
    times = [event.observed_ns for event in gate.events if isinstance(event, Reading)]
    # Half a second of wall and the time to settle lie between two people.
    assert all(later - earlier >= 500 * MS for earlier, later in itertools.pairwise(times))
