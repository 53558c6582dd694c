from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from benchmarks import screening
from benchmarks.screening_play import RULES, Gate, product
from benchmarks.screening_table import Visitor, read

MINUTE_MS = 60_000


def crowd(count: int, seed: int = 1) -> list[Visitor]:
    lots = random.Random(seed)
    people = []
    for number in range(count):
        own = lots.gauss(3450, 45)
        readings = tuple(round(own + lots.gauss(0, 10)) for _ in range(4))
        people.append(Visitor(number * MINUTE_MS, readings, 3680))
    return people


def table(path: Path, rows: list[str]) -> Path:
    names = [f"T_FHCC{number}" for number in range(1, 5)]
    head = ["Round 1:", "", ",".join(["SubjectID", *names, "aveOralM", "T_atm", "Time", "Date"])]
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_files_are_one_stream_in_order_of_date_and_time(tmp_path: Path) -> None:
    one = table(tmp_path / "one.csv", ["a,34.1,34.2,34.3,34.4,36.6,24,9:05:00,17-02-06", ",,,,,,,,"])
    two = table(tmp_path / "two.csv", ["b,35.1,,nan,99,38.2,,10:00:00,17-02-05"])
    first, second = read([one, two], "T_FHCC")
    assert (first.readings, first.oral_centi, first.ambient_centi) == ((3510, None, None, None), 3820, None)
    assert (second.readings, second.oral_centi, second.ambient_centi) == ((3410, 3420, 3430, 3440), 3660, 2400)


def test_a_table_without_the_column_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path / "one.csv", [])
    with pytest.raises(SystemExit):
        screening.main(["--csv", str(path), "--column", "T_FH_Max"])
    assert "T_FH_Max1" in capsys.readouterr().err


def test_nobody_is_judged_by_what_came_later() -> None:
    people = crowd(120)
    for play in RULES.values():
        whole = play(people)
        assert play(people[:70]) == whole[:70]


def test_the_oral_temperature_is_never_looked_at() -> None:
    people = crowd(120)
    blind = [Visitor(one.at_ms, one.readings, None, one.ambient_centi) for one in people]
    for play in RULES.values():
        assert play(blind) == play(people)


def test_a_missing_reading_is_asked_for_again() -> None:
    people = [*crowd(40), Visitor(41 * MINUTE_MS, (None, 3450, 3450, 3450), 3660)]
    assert (product(people)[-1].retaken, product(people)[-1].taken, product(people)[-1].sent) == (True, 2, False)
    nobody = [*crowd(40), Visitor(41 * MINUTE_MS, (None, None, None, None), 3660)]
    assert (product(nobody)[-1].unfinished, product(nobody)[-1].sent) == (True, False)


def test_a_fever_on_cool_skin_is_found_and_the_fixed_line_lets_it_pass() -> None:
    people = [*crowd(60), Visitor(61 * MINUTE_MS, (3610, 3605, 3600, 3600), 3870)]
    assert product(people)[-1].sent
    assert not RULES["fixed-line"](people)[-1].sent


def test_the_baseline_only_makes_outcomes_stricter() -> None:
    people = [*crowd(60), Visitor(61 * MINUTE_MS, (3760, 3750, 3750, 3750), 3870)]
    for with_it, without in zip(product(people), RULES["fixed-line"](people), strict=True):
        assert with_it.sent >= without.sent
        assert with_it.retaken >= without.retaken


def test_somebody_far_too_cold_is_no_part_of_the_normal() -> None:
    gate = Gate()
    for one in crowd(60):
        gate.visit(one)
    played = gate.visit(Visitor(61 * MINUTE_MS, (3150, 3440, 3440, 3440), 3650))
    assert (played.retaken, played.sent, played.taken) == (True, False, 2)
    keys = [(key.device, key.site, key.mode, key.direction, key.rested) for key in gate.baselines.by_key]
    assert keys == [("gun", "forehead", "surface", "in", rested) for rested in (False, True)]
    before, after = gate.baselines.by_key.values()
    assert all(point.centi_celsius > 3200 for point in before.points)
    # A few of the first ten people were under the line that holds until there is a normal: they rested too.
    assert [point.centi_celsius for point in after.points][-1] == 3440
    assert all(point.centi_celsius > 3200 for point in after.points)


def test_the_json_is_as_described(tmp_path: Path) -> None:
    rows = [f"p{n},34.{n % 9},34.5,34.4,34.4,36.{n % 9},24,10:{n:02}:00,17-02-06" for n in range(30)]
    rows.append("f,36.2,36.2,36.1,36.2,38.6,24,11:00:00,17-02-06")
    path, out = table(tmp_path / "one.csv", rows), tmp_path / "out.json"
    assert screening.main(["--csv", str(path), "--json", str(out)]) == 0
    rules = json.loads(out.read_text(encoding="utf-8"))["rules"]
    assert list(rules) == ["product", "fixed-line", "last-10-mean+1"]
    assert {key: rules["product"][key] for key in ("people", "fevers38", "found38", "fevers375", "found375")} == {
        "people": 31,
        "fevers38": 1,
        "found38": 1,
        "fevers375": 1,
        "found375": 1,
    }
    assert set(rules["product"]) - set(rules["fixed-line"]) == set()
    assert 0 <= rules["product"]["retaken"] <= 1
    low, high = rules["product"]["ci95"]["wrongly_referred"]
    assert low <= rules["product"]["wrongly_referred"] <= high


def test_the_interval_is_wilsons() -> None:
    # Wilson 1927, as tabled by most textbooks for 8 of 10.
    assert screening.interval(8, 10) == pytest.approx([0.4902, 0.9433], abs=1e-3)
    assert screening.interval(0, 0) is None


@pytest.mark.parametrize(("column", "least", "most_wrong"), [("T_FH_Max", 39, 0.02), ("T_FHCC", 36, 0.025)])
def test_it_finds_more_fevers_than_either_rule_and_stops_few(
    testdata: Path, column: str, least: int, most_wrong: float
) -> None:
    people = read(sorted((testdata / "screening").glob("*.csv")), column)
    found = {name: screening.figures(people, play(people)) for name, play in RULES.items()}
    ours = found.pop("product")
    assert ours["found38"] >= least
    assert all(ours["found38"] > other["found38"] for other in found.values())
    assert ours["wrongly_referred"] <= most_wrong
    assert ours["retaken"] <= 0.15
