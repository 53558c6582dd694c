"""The table of lamps and rhythms: its figures, its arithmetic, and that it can be told apart without pitch."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.patterns import ALARMS, PATTERNS, SELF_TEST, SELF_TEST_MS, Lamp, Meaning, Sound, Train

DOC = Path(__file__).parents[2] / "docs" / "signals.md"
SOUNDS = [(meaning, pattern.sound) for meaning, pattern in PATTERNS.items() if pattern.sound]


def schedule(train: Train, until_ms: int) -> tuple[tuple[int, bool], ...]:
    """Every change of *train* before *until_ms* as (moment, on), beginning with its state at 0."""
    changes = [(0, train.is_on(0))]
    at_ms = train.next_edge(0)
    while at_ms is not None and at_ms < until_ms:
        changes.append((at_ms, train.is_on(at_ms)))
        at_ms = train.next_edge(at_ms)
    return tuple(changes)


def pulses(sound: Sound, until_ms: int) -> list[tuple[int, int]]:
    """(start, length) of every pulse before *until_ms*."""
    changes = [change for change in schedule(sound.train, until_ms) if change != (0, False)]
    return [(on, off - on) for (on, _), (off, _) in zip(changes[::2], changes[1::2], strict=True)]


def sound_of(meaning: Meaning) -> Sound:
    sound = PATTERNS[meaning].sound
    assert sound
    return sound


def test_admit_is_one_pulse_of_80_ms_and_three_seconds_of_green() -> None:
    assert pulses(sound_of(Meaning.ADMIT), 60_000) == [(0, 80)]
    assert sound_of(Meaning.ADMIT).hertz == 880
    light = PATTERNS[Meaning.ADMIT].light
    assert light
    assert light.lamp is Lamp.GREEN
    assert schedule(light.train, 60_000) == ((0, True), (3000, False))


def test_retake_is_three_pulses_of_200_ms_every_7_s_four_times() -> None:
    sound = sound_of(Meaning.RETAKE)
    assert pulses(sound, 120_000) == [(n * 7000 + k * 400, 200) for n in range(4) for k in range(3)]
    assert sound.hertz == 520


def test_fever_is_three_and_two_twice_of_120_ms_every_7_s_without_end() -> None:
    sound = sound_of(Meaning.FEVER)
    hour = pulses(sound, 514 * 7000)
    assert {length for _, length in hour} == {120}
    assert len(hour) == 10 * 514
    starts = [start for start, _ in hour[:10]]
    gaps = [later - earlier - 120 for earlier, later in pairwise(starts)]
    within, between, pause = 120, 240, 480
    assert gaps == [within, within, between, within, pause, within, within, between, within]
    assert hour[10][0] == 7000
    assert sound.hertz == 930


def test_fever_flashes_red_at_2_hz_and_half_duty_until_replaced() -> None:
    light = PATTERNS[Meaning.FEVER].light
    assert light
    assert light.lamp is Lamp.RED
    changes = schedule(light.train, 600_000)
    assert len(changes) == 2400
    assert [at for at, _ in changes] == list(range(0, 600_000, 250))
    assert all(on == (at % 500 == 0) for at, on in changes)


def test_louder_keeps_the_rhythm_and_gives_more_sound_and_time_for_the_words() -> None:
    normal, louder = sound_of(Meaning.FEVER), PATTERNS[Meaning.FEVER].louder
    assert louder
    assert [start for start, _ in pulses(louder, 5000)] == [start for start, _ in pulses(normal, 5000)]
    on = [sum(length for _, length in pulses(sound, 420_000)) for sound in (normal, louder)]
    assert on[1] > 1.5 * on[0]
    assert louder.train.period_ms
    assert louder.train.period_ms - louder.train.burst_ms > 2700  # the longest shipped fever clip is 2.8 s
    assert louder.train.period_ms >= 2500  # IEC's shortest repetition


def test_deny_is_two_pulses_of_300_ms_and_steady_red_without_alarm() -> None:
    assert pulses(sound_of(Meaning.DENY), 60_000) == [(0, 300), (600, 300)]
    assert sound_of(Meaning.DENY).hertz == 300
    light = PATTERNS[Meaning.DENY].light
    assert light
    assert schedule(light.train, 3_600_000) == ((0, True),)
    assert Meaning.DENY not in ALARMS


def test_refer_is_the_burst_of_a_fever_once() -> None:
    once, fever = sound_of(Meaning.REFER), sound_of(Meaning.FEVER)
    assert pulses(once, 60_000) == pulses(fever, 7000)
    assert PATTERNS[Meaning.REFER].light == PATTERNS[Meaning.FEVER].light


def test_device_is_one_low_pulse_and_no_lamp() -> None:
    assert pulses(sound_of(Meaning.DEVICE), 60_000) == [(0, 150)]
    assert sound_of(Meaning.DEVICE).hertz == min(sound.hertz for _, sound in SOUNDS)
    assert PATTERNS[Meaning.DEVICE].light is None


def test_idle_is_nothing() -> None:
    assert PATTERNS[Meaning.IDLE].light is None
    assert PATTERNS[Meaning.IDLE].sound is None


def test_rhythm_alone_tells_the_meanings_apart_and_there_are_at_most_five() -> None:
    # refer is a fever's burst on purpose; every other pair differs in its number of pulses, or by half in their length.
    rhythms = {meaning: pulses(sound, 7000) for meaning, sound in SOUNDS if meaning is not Meaning.REFER}
    assert len(rhythms) == 5
    for one, first in rhythms.items():
        for other, second in rhythms.items():
            if one is not other:
                short, long = sorted((first[0][1], second[0][1]))
                assert len(first) != len(second) or long >= 1.5 * short, (one, other)


def test_no_two_meanings_share_lamp_and_light_except_the_alarms() -> None:
    shown = [(p.light.lamp, p.light.train) for m, p in PATTERNS.items() if p.light and m is not Meaning.REFER]
    assert len(set(shown)) == len(shown)


def test_every_meaning_has_a_pattern() -> None:
    assert set(PATTERNS) == set(Meaning)


@pytest.mark.parametrize("meaning", [meaning for meaning, _ in SOUNDS])
def test_next_edge_misses_no_change_and_invents_none(meaning: Meaning) -> None:
    train = sound_of(meaning).train
    on = [train.is_on(at) for at in range(31_000)]
    changes = [(0, on[0])] + [(at, on[at]) for at in range(1, 31_000) if on[at] != on[at - 1]]
    assert schedule(train, 31_000) == tuple(changes)


@given(
    st.lists(st.integers(1, 500), min_size=2, max_size=8).filter(lambda lengths: len(lengths) % 2 == 0),
    st.integers(1, 400),
    st.one_of(st.none(), st.integers(1, 3)),
    st.integers(0, 9000),
)
def test_any_train_is_constant_up_to_its_next_edge(lengths: list[int], rest: int, times: int | None, at: int) -> None:
    moments = [sum(lengths[:n]) for n in range(1, len(lengths) + 1)]
    train = Train(tuple(zip(moments[::2], moments[1::2], strict=True)), period_ms=moments[-1] + rest, times=times)
    edge = train.next_edge(at)
    if edge is None:
        assert not any(train.is_on(later) for later in range(at, at + 2 * (moments[-1] + rest)))
    else:
        assert all(train.is_on(between) == train.is_on(at) for between in range(at, edge))
        assert train.is_on(edge) != train.is_on(at)


def test_bursts_are_counted_when_their_last_pulse_has_ended() -> None:
    train = sound_of(Meaning.RETAKE).train
    assert train.burst_ms == 1000
    counts = [train.bursts_done(at) for at in (0, 999, 1000, 7999, 8000, 21_999, 22_000, 99_000)]
    assert counts == [0, 0, 1, 1, 2, 3, 4, 4]
    assert Train(((0, None),)).bursts_done(99_000) == 0


def test_the_self_test_drives_each_lamp_and_the_buzzer_alone_and_never_the_gate() -> None:
    assert [step.output for step in SELF_TEST] == ["red", "amber", "green", "buzzer"]
    for at in range(SELF_TEST_MS):
        assert sum(step.train.is_on(at) for step in SELF_TEST) <= 1
    assert not any(step.train.is_on(SELF_TEST_MS) for step in SELF_TEST)


@pytest.mark.parametrize("meaning", Meaning)
def test_the_page_tells_each_pattern_as_it_is(meaning: Meaning) -> None:
    pattern = PATTERNS[meaning]
    lamp = f"{pattern.light.lamp} {lamp_words(pattern.light.train)}" if pattern.light else "–"
    sound = sound_words(pattern.sound) if pattern.sound else "–"
    assert f"| `{meaning}` | {lamp} | {sound} |" in DOC.read_text("utf-8")


def lamp_words(train: Train) -> str:
    if train.period_ms:
        return f"flashing, {1000 / train.period_ms:g} Hz, {100 * train.burst_ms // train.period_ms} %"
    return f"{train.burst_ms / 1000:g} s" if train.burst_ms else "steady"


def sound_words(sound: Sound) -> str:
    first = pulses(sound, sound.train.burst_ms + 1)
    count = "3+2, 3+2" if len(first) == 10 else str(len(first))
    repeat = "once"
    if sound.train.period_ms:
        times = f", {sound.train.times} times" if sound.train.times else " until answered"
        repeat = f"every {sound.train.period_ms / 1000:g} s{times}"
    return f"{count} × {first[0][1]} ms, {sound.hertz} Hz, {repeat}"
