"""Every recorded vector means here what it means there; those of families that are not read still have sound sums."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from drivers.thermometer.protocols import PROTOCOLS, Frame, Garbage, heimann_hm, modbus, optris
from drivers.thermometer.protocols.window import sum8
from tests.drivers.thermometer_vectors import centi

FILE = Path(__file__).parents[3] / "shared" / "protocols" / "vectors.json"
ROWS: list[dict[str, Any]] = json.loads(FILE.read_text()) if FILE.is_file() else []
#: The family that reads it.
FAMILY = {
    "gy90615_src": "gy_mcu90615",
    "gy90615_365": "gy_mcu90615",
    "gy90615_fever": "gy_mcu90615",
    "gy614v3": "gy_614v",
    "cjmcu_src": "cjmcu_90614",
    "idc50": "idc_50",
    "hm_haimann": "heimann_hm",
}


def first_frame(row: dict[str, Any]) -> Frame:
    (frame,) = PROTOCOLS[FAMILY[row["id"]]].decoder().feed(bytes.fromhex(row["hex"]))
    assert isinstance(frame, Frame)
    return frame


def check_frame(row: dict[str, Any]) -> None:
    frame = first_frame(row)
    for key, value in (("to", frame.surface_centi), ("ta", frame.ambient_centi), ("bo", frame.adjusted_centi)):
        assert key not in row or value == centi(row[key])
    assert frame.centi_celsius == centi(row.get("bo", row.get("body", row.get("to", row.get("t2")))))


def check_bad_sum(row: dict[str, Any]) -> None:
    items = list(PROTOCOLS["gy_mcu90615"].decoder().feed(bytes.fromhex(row["hex"])))
    assert isinstance(items[0], Garbage)
    assert items[0].why == "wrong sum"


def check_sum(row: dict[str, Any]) -> None:
    data = bytes.fromhex(row["hex"])
    assert sum8(data[:-1]) == data[-1]


def check_tn9(row: dict[str, Any]) -> None:
    """Clocked bits, not a serial line: no family reads it (docs/devices.md)."""
    data = bytes.fromhex(row["hex"])
    assert (sum8(data[:3]), data[4]) == (data[3], 0x0D)
    assert int.from_bytes(data[1:3], "big") / 16 - 273.15 == pytest.approx(row.get("to", row.get("ta")))


def check_optris(row: dict[str, Any]) -> None:
    decoder, data = optris.decoder(optris.HUNDREDTHS if row["id"] == "optris_hs" else optris.TENTHS), row["hex"]
    for question in optris.QUESTIONS:
        decoder.asked(question)
        assert list(decoder.feed(bytes.fromhex(data))) == []
        items = list(decoder.flush())
    assert [getattr(item, "surface_centi", None) for item in items] == [centi(row["to"])]


def check_emissivity(row: dict[str, Any]) -> None:
    assert int.from_bytes(bytes.fromhex(row["hex"]), "big") == round(row["e"] * 1000)


def check_modbus(row: dict[str, Any]) -> None:
    assert modbus.sound(bytes.fromhex(row["tx"]))
    assert modbus.sound(bytes.fromhex(row["hex"]))


def check_pyrousb(row: dict[str, Any]) -> None:
    assert bytes.fromhex(row["tx"]) == modbus.request(1, modbus.READ_INPUT, row["reg"], 1)


def check_raytek(row: dict[str, Any]) -> None:
    assert (row["tx"], row["rx"]) == ("?E\\r", "!E0.975\\r\\n")


def check_unknown_model(row: dict[str, Any]) -> None:
    """Nobody knows what it is: no family reads it."""
    data = bytes.fromhex(row["tx"])
    assert (sum8(data[2:-2]), data[-1]) == (data[-2], 0x55)


def check_hm_tm36(row: dict[str, Any]) -> None:
    """Only its framing is known: no family reads it."""
    for data in (bytes.fromhex(row["tx"]), bytes.fromhex(row["hex"])):
        assert sum8(data[2:-2]) == data[-2]


CHECKS = {
    **dict.fromkeys(FAMILY, check_frame),
    "gy90615_badsum": check_bad_sum,
    **dict.fromkeys(("gy614_setquery", "gy614_set115200", "mcu90640_emiss"), check_sum),
    **dict.fromkeys(("tn9_obj", "tn9_amb"), check_tn9),
    **dict.fromkeys(("optris_src", "optris_hs"), check_optris),
    "optris_seteps": check_emissivity,
    "modbus_src": check_modbus,
    "pyrousb": check_pyrousb,
    "mi3_q": check_raytek,
    **dict.fromkeys(("aaa5_measure", "aaa5_setbody"), check_unknown_model),
    "hm_tm36": check_hm_tm36,
}


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_recorded_vector(row: dict[str, Any]) -> None:
    CHECKS[row["id"]](row)


def test_every_recorded_vector_is_looked_at() -> None:
    if not ROWS:
        pytest.skip(f"no recorded frames at {FILE}")
    assert {row["id"] for row in ROWS} == set(CHECKS)
    assert heimann_hm.QUERY.hex().upper() in {row.get("tx") for row in ROWS}
