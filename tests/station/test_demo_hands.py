"""The demo's page of hands does what is pressed on it, at the devices, and for nobody but its own page."""

from __future__ import annotations

import random
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import cv2
import numpy as np
import pytest

from drivers.camera.decode import decode, grey
from drivers.simulator.camera import MjpegCamera
from drivers.simulator.picture import code
from drivers.simulator.thermometer import PtyThermometer
from station.cli import default_day
from station.demo.hands import MAX_TEXT, Hands, HandsError, things
from station.demo.props import MAX_BODY, Props
from station.demo.script import parse_day
from station.demo.theatre import Devices

DAY = parse_day(default_day().read_text("utf-8"), "morning.toml")
GATE = "demo-east"


class Camera(MjpegCamera):
    """The simulated camera, which also says what is held before it now."""

    @property
    def sees(self) -> list[bytes]:
        image = cv2.imdecode(np.frombuffer(self._jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        return [symbol.payload for symbol in decode(grey(image.astype(np.uint8)))]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Devices]:
    with Camera() as camera, PtyThermometer(tmp_path / "t1", "gy_614v", random.Random(1)) as thermometer:
        yield Devices("东门", "http://127.0.0.1:1", camera, {"t1": thermometer})


@pytest.fixture
def hands(gate: Devices) -> Iterator[Hands]:
    made = Hands(DAY, {GATE: gate}, {"badge-wangxiulan": "VB1:P0Y2-AX64-668T-KSYN", "li": "LI"})
    yield made
    made.close()


@pytest.fixture
def props(hands: Hands) -> Iterator[Props]:
    with Props(hands, "http://127.0.0.1:1", "http://127.0.0.1:2") as made:
        yield made


def post(props: Props, path: str, body: bytes, origin: str | None = None) -> tuple[int, str]:
    request = urllib.request.Request(props.url + path, body, {"Origin": props.url if origin is None else origin})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def does(props: Props, **form: str) -> tuple[int, str]:
    return post(props, "/", urlencode(form).encode())


def test_everything_with_a_code_can_be_held_up() -> None:
    assert [(thing.id, thing.what) for thing in things(DAY)][:3] == [
        ("badge-wangxiulan", "badge"),
        ("badge-sunli", "badge"),
        ("li", "pass"),
    ]
    assert {thing.what for thing in things(DAY)} == {
        "badge", "pass", "tag of the household", "pass that has ended", "forged pass",
    }  # fmt: skip


def test_what_is_pressed_reaches_the_devices_and_stops_the_day(props: Props, hands: Hands, gate: Devices) -> None:
    camera, thermometer = gate.camera, gate.thermometers["t1"]
    assert isinstance(camera, Camera)
    status, page = does(props, do="hold", gate=GATE, thing="badge-wangxiulan")
    assert (status, camera.sees) == (200, [b"VB1:P0Y2-AX64-668T-KSYN"])
    assert "王秀兰 · badge" in page
    assert "The gate is yours" in page
    assert does(props, do="play")[0] == 200
    assert hands.playing.is_set()
    assert does(props, do="stand", gate=GATE, degrees="37.9")[0] == 200
    assert (thermometer.scene.person_centi, hands.playing.is_set()) == (3790, False)
    # Whatever is typed is a code, too.
    assert does(props, do="hold", gate=GATE, thing="https://example.com/绿")[0] == 200
    assert camera.sees == ["https://example.com/绿".encode()]


def test_a_picture_is_held_up_as_it_is(props: Props, gate: Devices) -> None:
    camera = gate.camera
    assert isinstance(camera, Camera)
    picture = np.kron(code("from another screen"), np.ones((6, 6), np.uint8))
    encoded, png = cv2.imencode(".png", picture)
    assert encoded
    assert post(props, f"/picture?gate={GATE}", png.tobytes())[0] == 200
    assert camera.sees == [b"from another screen"]
    assert post(props, f"/picture?gate={GATE}", b"<svg/>") == (400, "picture: 6 bytes that are no PNG or JPEG")


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"do": "stand", "gate": GATE, "degrees": "warm"}, "'warm': a number such as 36.5"),
        ({"do": "stand", "gate": GATE, "degrees": "nan"}, "'nan': a number such as 36.5"),
        ({"do": "stand", "gate": GATE, "degrees": "98.6"}, "'98.6': from 10 to 45"),
        ({"do": "stand", "gate": "south", "degrees": "36.5"}, "'south': one of demo-east"),
        ({"do": "hold", "gate": GATE, "thing": ""}, f"1 to {MAX_TEXT} bytes"),
        ({"do": "dance"}, "'dance': one of hold, stand, play, rest"),
    ],
)
def test_what_no_hand_can_do_is_refused_and_the_day_goes_on(
    props: Props, hands: Hands, form: dict[str, str], says: str
) -> None:
    status, text = does(props, **form)
    assert status == 400
    assert says in text
    assert hands.playing.is_set()


def test_another_site_in_the_same_browser_is_nobody(props: Props, hands: Hands) -> None:
    assert post(props, "/", b"do=rest", "https://example.com")[0] == 403
    assert post(props, "/", b"do=rest", "")[0] == 403
    assert hands.playing.is_set()


def test_a_body_has_a_bound(props: Props) -> None:
    request = urllib.request.Request(props.url, b"", {"Origin": props.url, "Content-Length": str(MAX_BODY + 1)})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 413
    refused.value.close()


def test_a_code_may_not_be_longer_than_a_qr_code(hands: Hands) -> None:
    with pytest.raises(HandsError, match=str(MAX_TEXT)):
        hands.hold(GATE, "x" * (MAX_TEXT + 1))
    hands.hold(GATE, "x" * MAX_TEXT)
