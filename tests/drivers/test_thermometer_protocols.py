"""What holds for every family of the table."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.thermometer.protocols import PROTOCOLS, Frame, Garbage, Item, Protocol, searched

EVERY = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
#: A picture is no frame; its tests are its own.
VIEWERS = {"gy_mcu90640"}
#: Several questions make one frame, so its bytes are no stream.
ROUNDS = {name for name, row in PROTOCOLS.items() if row.poll is not None and len(row.poll.commands) > 1}
#: Lines of text have no sum.
TEXT = {"text_value", "text_to_ta", "text_body"}
#: Told apart by name only.
ALIKE = {
    "cjmcu_90614_object_first": "cjmcu_90614",
    "omega_os_miniusb": "calex_pyrousb",
    "optris_hs": "optris",
    **dict.fromkeys(TEXT, "text"),
}
#: What a device can say in hundredths of a degree, where it is not each of them.
STEP = dict.fromkeys(("idc_50", "raytek_mi", "optris", "calex_pyrousb", "omega_os_miniusb"), 10)
#: What the sensors can measure, where it is not -70 to 300 °C around -40 to 125 °C.
LOWEST = {"idc_50": 0, "optris": -2_000, "optris_hs": -2_000} | dict.fromkeys(
    ("raytek_mi", "calex_pyrousb", "omega_os_miniusb"), -4_000
)
HIGHEST = {"idc_50": 9_900, "optris_hs": 30_000}
NO_AMBIENT = {"idc_50", "heimann_hm", "text_value"}


def rows(*without: set[str]) -> pytest.MarkDecorator:
    kept = [row for name, row in PROTOCOLS.items() if not any(name in names for names in without)]
    return pytest.mark.parametrize("protocol", kept, ids=[row.name for row in kept])


FRAMED = rows(VIEWERS)
STREAMED = rows(VIEWERS, ROUNDS)
SUMMED = rows(VIEWERS, ROUNDS, TEXT)


def a_frame(protocol: Protocol, surface: int, ambient: int = 2410) -> Frame:
    name, step = protocol.name, STEP.get(protocol.name, 1)
    surface, ambient = surface - surface % step, ambient - ambient % step
    adjusted = surface if name == "idc_50" else surface + 340
    bare = Frame(surface, None if name in NO_AMBIENT else ambient, adjusted if protocol.mode == "adjusted" else None)
    return replace(bare, data=protocol.encode(bare))


def said(protocol: Protocol, frame: Frame) -> list[Item]:
    """What a decoder makes of *frame*, asked for as the session asks."""
    decoder = protocol.decoder()
    if protocol.name not in ROUNDS:
        return [*decoder.feed(frame.data), *decoder.flush()]
    assert protocol.poll is not None
    assert protocol.answer is not None
    items: list[Item] = []
    for command in protocol.poll.commands:
        decoder.asked(command)
        items += [*decoder.feed(protocol.answer(command, frame)), *decoder.flush()]
    return items


def frames(items: list[Item]) -> list[Frame]:
    return [item for item in items if isinstance(item, Frame)]


def damage(data: bytes, share: float, rng: random.Random) -> bytes:
    return bytes(rng.randrange(256) if rng.random() < share else byte for byte in data)


@FRAMED
@given(st.integers(-7_000, 30_000), st.integers(-4_000, 12_500))
def test_what_is_encoded_is_decoded(protocol: Protocol, surface: int, ambient: int) -> None:
    lowest, highest = LOWEST.get(protocol.name, -7_000), HIGHEST.get(protocol.name, 30_000)
    # 0 is a Heimann module's word for an empty place.
    frame = a_frame(protocol, min(max(surface, lowest), highest) or 1, max(ambient, lowest))
    assert said(protocol, frame) == [frame]
    assert frame.mode is protocol.mode


@STREAMED
@given(st.data())
@settings(max_examples=60)
def test_the_same_bytes_give_the_same_items_however_they_are_cut(protocol: Protocol, data: st.DataObject) -> None:
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    whole = damage(b"".join(a_frame(protocol, rng.randrange(2_000, 4_000)).data for _ in range(12)), 0.05, rng)
    whole = whole[rng.randrange(12) :]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    at_once = list(protocol.decoder().feed(whole))
    one_at_a_time, in_pieces = protocol.decoder(), protocol.decoder()
    assert [item for byte in whole for item in one_at_a_time.feed(bytes([byte]))] == at_once
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert [item for piece in pieces for item in in_pieces.feed(piece)] == at_once


@EVERY
@given(st.lists(st.binary(max_size=60), max_size=6))
@example([b"\x5a" * 40, b"\x66" * 40, b"\xa4\x03\x07\x07" * 10])
@example([b"TO:36.50\r\n" * 9, b"\r\n" * 30, b"3" * 200, b"\r", b"36.50\r\r", b"!UC\r\n", b"!I20.0\r\n" * 3])
def test_no_bytes_make_it_raise_and_none_get_lost(protocol: Protocol, pieces: list[bytes]) -> None:
    decoder = protocol.decoder()
    longest = 1_544 if protocol.name in VIEWERS else 3 * 98
    out = b""
    for count, piece in enumerate(pieces, start=1):
        out += b"".join(item.data for item in decoder.feed(piece))
        assert len(out) + decoder.pending == len(b"".join(pieces[:count]))
        assert decoder.pending < longest
    out += b"".join(item.data for item in decoder.flush())
    assert len(out) + decoder.pending == len(b"".join(pieces))
    assert b"".join(pieces).startswith(out)
    # Lines that were asked for one by one may have pauses between them.
    assert decoder.pending == 0 or protocol.name in ROUNDS


@STREAMED
def test_a_partial_frame_is_given_up_after_a_pause(protocol: Protocol) -> None:
    decoder, frame = protocol.decoder(), a_frame(protocol, 3650)
    begun = frame.data[:-2]
    assert list(decoder.feed(begun)) == []
    rest = list(decoder.flush())
    assert {item.why for item in rest if isinstance(item, Garbage)} == {"cut off"}
    assert b"".join(item.data for item in rest) == begun
    assert list(decoder.flush()) == []
    assert list(decoder.feed(frame.data)) == [frame]


@SUMMED
def test_a_stream_joined_in_mid_frame_loses_only_that_frame(protocol: Protocol) -> None:
    sent = [a_frame(protocol, 3600 + 10 * step) for step in range(40)]
    stream = b"".join(frame.data for frame in sent)
    for skip in range(1, len(sent[0].data)):
        assert frames(list(protocol.decoder().feed(stream[skip:]))) == sent[1:]


@EVERY
def test_other_families_frames_are_not_taken(protocol: Protocol) -> None:
    others = [
        row for row in PROTOCOLS.values() if ALIKE.get(row.name, row.name) != ALIKE.get(protocol.name, protocol.name)
    ]
    assert len(others) >= len(PROTOCOLS) - 3
    for other in others:
        stream = b"".join(a_frame(other, surface).data for surface in range(3000, 4000, 7))
        decoder = protocol.decoder()
        items = [*decoder.feed(stream), *decoder.flush()]
        assert [item for item in items if not isinstance(item, Garbage)] == []


def naive(stream: bytes) -> list[tuple[int, int]]:
    """How makers' examples read the nine-byte frames: wait for the first 5A, take nine bytes, trust the sum."""
    out, place = [], 0
    while place + 9 <= len(stream):
        if stream[place] != 0x5A:
            place += 1
            continue
        data = stream[place : place + 9]
        if sum(data[:8]) & 0xFF == data[8]:
            out.append((int.from_bytes(data[4:6], "big", signed=True), int.from_bytes(data[6:8], "big", signed=True)))
        place += 9
    return out


@pytest.mark.parametrize(("share", "least"), [(0.001, 1_960), (0.01, 1_780)])
def test_damage_costs_little_and_invents_nothing(share: float, least: int) -> None:
    protocol, rng = PROTOCOLS["gy_mcu90615"], random.Random(20_200_226)
    sent = [(3650 + rng.randint(-15, 15), 2410 + rng.randint(-3, 3)) for _ in range(2_000)]
    whole = b"".join(protocol.encode(Frame(surface, ambient)) for surface, ambient in sent)
    stream = damage(whole[4:], share, rng)
    ours = [(frame.surface_centi, frame.ambient_centi) for frame in frames(list(protocol.decoder().feed(stream)))]
    theirs = naive(stream)
    true = set(sent)
    assert len(ours) >= least
    # Two bytes of one frame must be hit and cancel out: 2,000 x 28 pairs x share² / 256 is 0.02 frames at 1 %.
    assert [pair for pair in ours if pair not in true] == []
    assert len([pair for pair in theirs if pair in true]) < len(ours) - 300


@SUMMED
def test_noise_behind_a_true_header_passes_no_oftener_than_the_sum_allows(protocol: Protocol) -> None:
    rng, frame, tries = random.Random(7), a_frame(protocol, 3650).data, 10_000
    stream = b"".join(frame[:4] + rng.randbytes(len(frame) - 4) for _ in range(tries))
    # The sum lets one in 256 through; what the sensor cannot measure is most of these.
    assert len(frames(list(protocol.decoder().feed(stream)))) < tries / 256 / 2


@EVERY
def test_the_row_is_complete(protocol: Protocol) -> None:
    assert protocol.bauds
    assert len(set(protocol.bauds)) == len(protocol.bauds)
    assert 1 <= protocol.rate_hz <= 14
    assert protocol.poll is None or protocol.poll.interval_ms >= 100


def test_auto_looks_for_what_can_be_told_apart() -> None:
    names = [protocol.name for protocol in searched()]
    assert names == ["gy_mcu90615", "gy_614v", "cjmcu_90614", "idc_50", "gy_mcu90640", "heimann_hm"]


def test_only_one_row_sends_the_question_two_families_understand_differently_and_says_so() -> None:
    for protocol in PROTOCOLS.values():
        commands = [protocol.start or b"", *(protocol.poll.commands if protocol.poll else ())]
        ambiguous = protocol.poll is not None and protocol.poll.ambiguous
        assert (bytes.fromhex("A55501FB") in commands) is ambiguous is (protocol.name == "heimann_hm")


def test_what_has_no_sum_and_no_header_is_asked_one_question_at_a_time() -> None:
    assert {name for name, row in PROTOCOLS.items() if row.poll and row.poll.exclusive} == {"optris", "optris_hs"}


def test_the_page_on_new_thermometers_names_every_file_it_speaks_of() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "adding-a-thermometer.md").read_text()
    for name in ("protocols/table.py", "protocols/window.py", "protocols/frame.py", "settle.py", "presence.py"):
        assert f"`{name}`" in page
        assert (root / "drivers" / "thermometer" / name).is_file()
