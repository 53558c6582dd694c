"""Every page of the gate's browser says that it paints, so that none of them is taken for a hung one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.screen.beside import Alarm
from tests.browser.conftest import Gate
from tests.station.gallery import GALLERY, NOW_MS

pytestmark = pytest.mark.browser

PAGES = ("/gate", "/gate/inspection", "/gate/shift")


def test_every_page_reports_its_paints_again_and_again(gate: Gate) -> None:
    page = gate.open(clock=True)
    for path in PAGES:
        page.goto(gate.address + path)
        for _ in range(2):  # two minutes on, in steps, as the watcher asks
            before = len(gate.desk.alive)
            page.clock.run_for(60_000)
            assert gate.eventually(lambda before=before: len(gate.desk.alive) > before), path
    assert gate.complaints == []


def test_a_page_beside_the_lane_goes_back_to_it_when_a_fever_sounds(gate: Gate) -> None:
    page = gate.open(clock=True)
    page.goto(gate.address + "/gate/inspection")
    before = len(gate.desk.alive)
    page.clock.run_for(11_000)
    assert gate.eventually(lambda: len(gate.desk.alive) > before)
    assert page.url.endswith("/gate/inspection")
    gate.desk.publish(replace(GALLERY["fever"], alarm=Alarm(NOW_MS)))
    page.clock.run_for(11_000)
    page.wait_for_url("**/gate")
