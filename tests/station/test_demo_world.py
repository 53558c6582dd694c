"""What the office of a demo publishes is what a gate takes."""

from __future__ import annotations

from pathlib import Path

from station.demo.script import parse_day
from station.demo.world import content
from station.duty.rota import parse_rota
from station.policy.file import parse_policy
from station.roster.isolation import ClosedRow, decode_isolation

ROOT = Path(__file__).resolve().parents[2]
DAY = parse_day((ROOT / "tests/days/day.toml").read_text("utf-8"), "day.toml")
ORDERS = {order.id: order for order in DAY.orders}


def test_the_list_of_isolation_with_a_closed_building(tmp_path: Path) -> None:
    rows = decode_isolation(content(tmp_path, DAY, ORDERS["closed"]).read_bytes())
    assert [row.closed for row in rows if isinstance(row, ClosedRow)] == ["7"]


def test_the_policy_of_the_day_under_another_number(tmp_path: Path) -> None:
    policy = parse_policy(content(tmp_path, DAY, ORDERS["policy12"]).read_text("utf-8"))
    assert (policy.regime, policy.number, policy.lines.rest_ms) == ("medium", 12, 300_000)


def test_a_rota_without_a_gap(tmp_path: Path) -> None:
    rota = parse_rota(content(tmp_path, DAY, ORDERS["rota"]).read_bytes())
    assert [one.name for one in rota.operators.values()] == ["王秀兰", "赵国强", "李秀英", "马建军"]
    assert all(before.to_ms == after.from_ms for before, after in zip(rota.shifts, rota.shifts[1:], strict=False))
