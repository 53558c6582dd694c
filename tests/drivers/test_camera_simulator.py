from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from drivers.camera.image import Pixels
from drivers.simulator.camera import BOUNDARY, MjpegCamera
from drivers.simulator.picture import code_picture, empty_scene
from tests.drivers.camera_program import wait_for

DARK, LIGHT = np.full((48, 64), 20, np.uint8), np.full((48, 64, 3), 230, np.uint8)


@pytest.fixture
def camera() -> Iterator[MjpegCamera]:
    with MjpegCamera(fps=50, empty=DARK) as camera:
        yield camera


@contextlib.contextmanager
def watching(camera: MjpegCamera, timeout_s: float = 10) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(urlsplit(camera.url).netloc, timeout=timeout_s)
    try:
        connection.request("GET", "/")
        with connection.getresponse() as answer:
            yield answer
    finally:
        connection.close()


def part(answer: http.client.HTTPResponse) -> Pixels:
    assert answer.readline() == f"--{BOUNDARY}\r\n".encode()
    assert answer.readline() == b"Content-Type: image/jpeg\r\n"
    length = int(answer.readline().split(b":")[1])
    assert answer.readline() == b"\r\n"
    jpeg = answer.read(length)
    assert answer.readline() == b"\r\n"
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def test_several_clients_see_what_is_shown_and_taken_away(camera: MjpegCamera) -> None:
    with watching(camera) as one, watching(camera) as other:
        assert part(one).mean() < 40
        assert part(other).mean() < 40
        assert camera.clients == 2
        camera.show(LIGHT)
        wait_for(lambda: part(one).mean() > 200)
        wait_for(lambda: part(other).mean() > 200)
        camera.clear()
        wait_for(lambda: part(one).mean() < 40)
    wait_for(lambda: camera.clients == 0)


def test_a_stalled_camera_sends_nothing_until_it_resumes(camera: MjpegCamera) -> None:
    with watching(camera, timeout_s=0.3) as answer:
        part(answer)
        camera.stall()
        with pytest.raises(TimeoutError):
            wait_for(lambda: part(answer) is None)
        assert camera.clients == 1
    camera.resume()
    with watching(camera) as answer:
        part(answer)


def test_an_unplugged_camera_drops_its_clients_and_answers_nobody_until_it_is_back(camera: MjpegCamera) -> None:
    with watching(camera) as answer:
        part(answer)
        camera.unplug()
        while answer.readline():
            pass
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)), watching(camera):
        pass
    camera.plug_in()
    with watching(camera) as answer:
        assert part(answer).shape == DARK.shape


def test_a_stalled_camera_can_be_unplugged_and_closed() -> None:
    with MjpegCamera(fps=50) as camera, watching(camera) as answer:
        part(answer)
        camera.stall()
        camera.unplug()
        while answer.readline():
            pass


def test_pictures_follow_from_the_seed() -> None:
    first, again, other = (code_picture("same", np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (480, 640, 3)
    assert empty_scene(np.random.default_rng(1), (320, 200)).shape == (200, 320, 3)
