"""A fever case on paper, and who passed around that time."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.case.record import around
from station.cli import cli
from station.duty.rota import Operator, Rota, encode_rota
from station.journal.writer import Journal
from station.lane.action import Act
from station.lane.person import Person
from station.wire.entry import ClockState, Header
from station.wire.order import Order, OrderKind, sign_order
from tests.station.journal_kit import MORNING_MS, counted, identity, journal_at, passage, ticking
from tests.station.storyboard import Day, ann, ben, cai, day, resident


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "station.toml"
    path.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{tmp_path}"\n', encoding="utf-8")
    return path


xu = resident("徐静")


def passes(story: Day, person: Person) -> None:
    story.shows(person).reads(36.5, person)


def case_day() -> tuple[Day, str]:
    """Row 36 of the day, with somebody long before, somebody while they rest and somebody after."""
    story = day("row 36")
    passes(story, cai)
    story.waits(1800).shows(xu).reads(37.9, xu).waits(180)
    passes(story, ben)
    story.waits(180).shows(xu).reads(38.1, xu)
    (case,) = story.lane.cases
    story.presses(Act.ANSWER, case=case).waits(60)
    story.presses(Act.CASE_STEP, case=case, step="axillary", centi_celsius="3830")
    story.presses(Act.CASE_STEP, case=case, step="told")
    story.presses(Act.CASE_STEP, case=case, step="to_clinic", clinic="nearest", escort="doctor", vehicle="ambulance")
    story.presses(Act.CASE_STEP, case=case, step="handed_over", to="ambulance")
    passes(story, ann)
    return story, case


def written(folder: Path, story: Day) -> None:
    """The story's entries in a journal, each at its own time; the epoch's first comes before them."""
    times = iter([MORNING_MS, *(appended.at_ms for appended, _ in story.disk.entries)])
    moment = ticking()
    journal = Journal(
        folder / "journal.db", identity(), lambda: replace(moment(), at_ms=next(times, story.now_ms)), counted()
    )
    for _, draft in story.disk.entries:
        journal.append(draft)
    journal.close()


def run(settings: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, [*arguments, "--config", str(settings)])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_case_is_one_sheet_with_its_readings_and_steps_and_no_name(settings: Path, tmp_path: Path) -> None:
    story, case = case_day()
    written(tmp_path, story)
    listed = run(settings, "case", "list")
    assert case in listed
    assert "open" in listed
    page = run(settings, "case", "sheet", case)
    for text in (
        "37.90 °C",
        "38.10 °C",
        "38.30 °C",
        "留观并上报",
        "腋温复测",
        "就近医院",
        "村医陪同",
        "120救护车",
        "已移交",
    ):
        assert text in page
    assert "未办结" in page
    assert "徐静*" in page  # as the story masks
    assert xu.place not in page
    english = run(settings, "case", "sheet", case, "--language", "en")
    assert "Axillary check" in english
    out = tmp_path / "case.pdf"
    run(settings, "case", "sheet", case, "--format", "pdf", "--out", str(out))
    assert out.read_bytes().startswith(b"%PDF")


def test_whoever_did_a_step_stands_there_by_name(settings: Path, tmp_path: Path) -> None:
    story = day("named")
    story.lane.on_duty = "wang"
    story.shows(xu).reads(37.9, xu).waits(301).shows(xu).reads(38.1, xu)
    (case,) = story.lane.cases
    story.presses(Act.ANSWER, case=case)
    written(tmp_path, story)
    assert ">wang<" in run(settings, "case", "sheet", case)  # no rota came yet
    content = encode_rota(Rota({"wang": Operator("wang", "王秀兰")}))
    (tmp_path / "applied").mkdir()
    signer = Ed25519PrivateKey.generate()
    order = Order(OrderKind.ROTA, 1, ("*",), "office", MORNING_MS, content)
    (tmp_path / "applied" / "rota.doc").write_bytes(sign_order(order, signer))
    page = run(settings, "case", "sheet", case)
    assert ">王秀兰<" in page
    assert ">wang<" not in page
    (tmp_path / "applied" / "rota.doc").write_bytes(b"damaged")
    assert ">wang<" in run(settings, "case", "sheet", case)


def test_a_case_that_is_not_there_is_said_in_one_line(settings: Path, tmp_path: Path) -> None:
    journal_at(tmp_path).close()
    done = CliRunner().invoke(cli, ["case", "sheet", "12", "--config", str(settings)])
    assert done.exit_code == 1
    assert "12: no such case" in done.output


def test_who_passed_around_that_time_is_a_masked_list(settings: Path, tmp_path: Path) -> None:
    story, case = case_day()
    written(tmp_path, story)
    out = tmp_path / "around.json"
    printed = run(settings, "people", "--around", case, "--minutes", "2", "--json", str(out))
    found = json.loads(out.read_text("utf-8"))
    # Between the first reading and the last, and two minutes around: the first, half an hour before, is not in it.
    assert [line["masked"] for line in found["people"]] == ["ben*", "ann*"]
    assert "ben* 1234" in printed
    assert "1-1-101" not in printed + out.read_text("utf-8")
    wider = run(settings, "people", "--around", case, "--minutes", "40")
    assert "cai*" in wider
    nobody = CliRunner().invoke(cli, ["people", "--around", "0", "--config", str(settings)])
    assert nobody.exit_code == 1


def decided(visit: str, at_ms: int, **facts: Any) -> Header:
    body = {"visit": visit, "outcome": "admit", "direction": "in", "people": 1, **facts}
    return Header("east", 1, 1, "visit.decided", at_ms, ClockState.SYNCED, "boot", 1, "wang", body)


def test_a_journal_of_any_length_is_walked_and_never_held() -> None:
    endless = ((decided(str(number), number), {"masked": f"李{number}"}) for number in count())
    assert [one.masked for one in islice(around(endless, "7", 6, 10**9), 3)] == ["李6", "李8", "李9"]


def test_what_was_written_in_from_paper_counts_by_the_time_on_the_paper(settings: Path, tmp_path: Path) -> None:
    journal = journal_at(tmp_path)  # one second for each entry
    for number in range(1, 200):
        journal.append(passage(number, people=1))
    of_100 = MORNING_MS + 101_000
    journal.append(passage(200, people=1, observed_at_ms=of_100))
    journal.append(passage(201, people=1, observed_at_ms=of_100 + 90_000))
    journal.close()
    run(settings, "people", "--around", "100", "--minutes", "1", "--json", str(tmp_path / "out.json"))
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    expected = [f"李{number}" for number in (*range(40, 100), *range(101, 161), 200)]
    assert [line["masked"] for line in found["people"]] == expected
