from __future__ import annotations

import random

import pytest

from drivers.thermometer.protocols import PROTOCOLS, Frame, Protocol, searched
from drivers.thermometer.search import ASK_MS, HOPEFUL_MS, LISTEN_MS, Listener, Probe, plan

P1, P2, P3 = searched()[:3]
FIRST_THREE = (P1, P2, P3)
FRAME = P1.encode(Frame(3652, 2410))


def test_auto_listens_everywhere_before_it_says_anything() -> None:
    probes = plan(searched())
    listening = [probe for probe in probes if probe.send is None and probe.poll is None]
    assert probes[: len(listening)] == tuple(listening)
    assert [probe.baud for probe in listening] == [115_200, 9_600, 57_600]
    assert listening[0].protocols == searched()
    assert listening[2].protocols == (P3,)


def test_then_it_starts_and_then_it_asks_each_family_at_its_own_speeds() -> None:
    probes = plan(searched())
    pairs = {(row.name, baud) for row in searched() for baud in row.bauds}
    starting = [probe for probe in probes if probe.send is not None]
    polling = [probe for probe in probes if probe.poll is not None]
    assert probes == (*probes[:3], *starting, *polling)
    started = {(row.name, baud) for row in searched() for baud in row.bauds if row.start is not None}
    polled = {(row.name, baud) for row in searched() for baud in row.bauds if row.poll is not None}
    assert started | polled == pairs - {("idc_50", 115_200)}
    assert {(probe.protocols[0].name, probe.baud) for probe in starting} == started
    assert {(probe.protocols[0].name, probe.baud) for probe in polling} == polled
    assert all(probe.send == probe.protocols[0].start for probe in starting)
    assert all(probe.poll == probe.protocols[0].poll for probe in polling)


def sent(probe: Probe) -> bytes:
    return (probe.send or b"") + b"".join(probe.poll.commands if probe.poll else ())


@pytest.mark.parametrize("rows", [searched(), tuple(PROTOCOLS.values()), tuple(reversed(PROTOCOLS.values()))])
def test_what_two_devices_understand_differently_is_sent_last_of_all(rows: tuple[Protocol, ...]) -> None:
    ambiguous = [place for place, probe in enumerate(plan(rows)) if bytes.fromhex("A555") in sent(probe)]
    assert ambiguous == [len(plan(rows)) - 1]
    assert [row.name for row in plan(rows)[-1].protocols] == ["heimann_hm"]


def test_a_named_family_is_tried_at_its_speeds_only() -> None:
    assert [(probe.baud, probe.protocols) for probe in plan((P2,))] == [(9_600, (P2,)), (115_200, (P2,))] * 3


def test_a_given_speed_is_the_only_one_even_if_no_family_lists_it() -> None:
    probes = plan(searched(), 19_200)
    assert {probe.baud for probe in probes} == {19_200}
    assert probes[0].protocols == searched()


@pytest.mark.parametrize("protocol", FIRST_THREE, ids=lambda row: row.name)
def test_three_frames_of_a_family_are_found_among_all(protocol: object) -> None:
    row = next(row for row in searched() if row is protocol)
    frame = row.encode(Frame(3312, 2410, 3652))
    listener = Listener(plan(searched())[0])
    assert listener.feed(frame + b"\x5a\x66\xa4" + frame, 1) is None
    assert listener.frames == 2
    found = listener.feed(frame + frame[:5], 2)
    assert found is not None
    assert found.protocol is row
    assert [observed_ns for _, observed_ns in found.items] == [1, 1, 2]
    # What the decoder still holds is not lost.
    assert len([item for item in found.decoder.feed(frame[5:]) if isinstance(item, Frame)]) == 1


def test_noise_is_not_found() -> None:
    listener = Listener(plan(searched())[0])
    assert listener.feed(random.Random(3).randbytes(20_000), 1) is None
    assert (listener.frames, listener.listen_ms) == (0, LISTEN_MS)


def test_one_frame_buys_time_and_a_query_needs_little() -> None:
    probe = plan((P1,))[0]
    listener = Listener(probe)
    listener.feed(FRAME, 1)
    assert listener.listen_ms == HOPEFUL_MS
    assert HOPEFUL_MS >= 3 * 1_000 + LISTEN_MS  # three frames of a device that talks once a second
    asking = Listener(Probe(9_600, (P1,), poll=P1.poll))
    assert asking.listen_ms == ASK_MS
    assert P1.poll is not None
    assert 3 * P1.poll.interval_ms < ASK_MS


def test_an_idle_line_ends_a_partial_frame() -> None:
    listener = Listener(plan((P1,))[0])
    listener.feed(FRAME[:6], 1)
    listener.feed(b"", 2)
    listener.feed(FRAME[6:], 2)
    assert listener.frames == 0
