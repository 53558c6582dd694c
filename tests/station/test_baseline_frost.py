from __future__ import annotations

from typing import Any

import pytest

from benchmarks import frost


def played(name: str) -> dict[str, dict[str, Any]]:
    (scene,) = [scene for scene in frost.SCENES if scene[0] == name]
    return {str(part["part"]): part for part in frost.play(scene, 1)}


def test_foreheads_warm_as_published() -> None:
    assert frost.forehead(0) == (33.17, 1.45)
    assert frost.forehead(4)[0] == pytest.approx(35.925)
    assert frost.forehead(90) == (36.60, 0.24)


def test_a_wave_of_fevers_is_not_learned() -> None:
    parts = played("fevers rise to 30 %")
    assert abs(parts["at the top"]["centre"] - parts["before"]["centre"]) <= 0.15
    assert parts["at the top"]["found"] >= 0.5 * parts["at the top"]["fevers"]


def test_a_moved_camera_is_learned_and_stops_nobody_for_long() -> None:
    parts = played("camera +1 °C at once")
    assert parts["later"]["wrongly_referred"] <= 0.04
    assert parts["later"]["last_centre"] == pytest.approx(35.5, abs=0.25)
    assert parts["later"]["found"] >= 0.6 * parts["later"]["fevers"]


def test_the_air_of_a_whole_year_is_followed_where_the_device_tells_it() -> None:
    for part in played("air 0-35 °C, with ambient").values():
        assert part["wrongly_referred"] <= 0.04
        assert part["retaken"] <= 0.15
        assert part["found"] >= 0.6 * part["fevers"]


def test_frosty_nights_neither_hide_fevers_nor_stop_the_morning() -> None:
    for part in played("frosty nights, with ambient").values():
        assert part["wrongly_referred"] <= 0.01
        assert part["found"] >= 0.9 * part["fevers"]


def test_people_from_frost_do_not_lock_the_lane() -> None:
    parts = played("from frost, device shows the body")
    assert parts["in"]["unfinished"] <= 0.03
    assert parts["in"]["wrongly_referred"] <= 0.04
    assert parts["out"]["retaken"] <= 0.02
