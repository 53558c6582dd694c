from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.camera.__main__ import main
from drivers.events import Health, Role
from drivers.simulator.picture import PLAIN, code_picture
from tests.drivers.camera_program import running

RNG = np.random.default_rng(4)


def png_header(width: int, height: int) -> bytes:
    """A PNG of one-bit pixels that says it is *width* × *height*, with all its rows but very small."""
    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(bytes(width // 8 + 1)) for _ in range(height)) + rows.flush()
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def test_one_file_gives_its_code_and_the_end(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "pass.png"), code_picture("VG1:通行", RNG))
    with running("--source", str(tmp_path / "pass.png"), "--device", "gate-camera", "--print") as program:
        assert program.end() == (0, "")
        (scan,) = program.scans
        assert (scan.device, scan.payload, scan.symbology, scan.in_image) == (
            "gate-camera",
            "VG1:通行".encode(),
            "qr",
            1,
        )
        (beat,) = program.beats
        assert (beat.role, beat.health, beat.port) == (Role.CAMERA, Health.OK, str(tmp_path / "pass.png"))


def test_a_folder_is_read_by_name_and_what_is_broken_or_hostile_is_passed_over(tmp_path: Path) -> None:
    payload = RNG.bytes(2953)
    cv2.imwrite(str(tmp_path / "1.png"), code_picture(payload, RNG, (1280, 960), PLAIN, error="l"))
    (tmp_path / "2.png").touch()
    whole = cv2.imencode(".jpg", code_picture("cut", RNG))[1].tobytes()
    (tmp_path / "3.jpg").write_bytes(whole[:400])
    (tmp_path / "4.png").write_bytes(png_header(12_000, 12_000))
    (tmp_path / "5.jpg").write_bytes(RNG.bytes(5000))
    (tmp_path / "6.txt").write_text("no image")
    cv2.imwrite(str(tmp_path / "7.png"), code_picture("one", RNG, second="two"))
    cv2.imwrite(str(tmp_path / "8.png"), code_picture("one", RNG))
    with running("--source", str(tmp_path), "--print") as program:
        code, said = program.end()
        assert code == 0
        assert program.scans[0].payload == payload
        assert [(scan.payload, scan.in_image) for scan in program.scans[3:]] == [(b"one", 1)]
        assert {(scan.payload, scan.in_image) for scan in program.scans[1:3]} == {(b"one", 2), (b"two", 2)}
        passed_over = [line for line in said.splitlines() if "passed over" in line]
        assert len(passed_over) == len(said.splitlines())
        assert {"2.png", "4.png", "5.jpg"} <= {line.split(":")[1].rpartition("/")[2] for line in passed_over}


@pytest.mark.parametrize("name", ["missing.png", "folder", "broken.jpg", "broken.mp4", "/dev/video251", "0x"])
def test_a_source_that_is_none_is_said_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    with running("--source", str(tmp_path / name), "--print") as program:
        code, said = program.end()
        assert code == 3
        last = said.splitlines()[-1]
        assert last.startswith("camera: ")
        assert name in last
        assert "Traceback" not in said
        (beat,) = program.beats
        assert beat.health is Health.LOST
        assert beat.detail in last


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--source", "x"],
        ["--source", "x", "--print", "--fps", "0"],
        ["--source", "x", "--print", "--fps", "nan"],
        ["--source", "x", "--print", "--device", ""],
        ["--source", "x", "--print", "--devic", "y"],
    ],
)
def test_wrong_options_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    assert "--source /dev/video0" in capsys.readouterr().out
