"""The unit's daily report: summed over its gates, honest about what is missing, confirmed, corrected, taken away."""

from __future__ import annotations

import csv
import io
import json
import re
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from station.papers.fonts import FontMissing, find_font
from sync.hub.database import tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.store import Store
from sync.hub.home import Home
from sync.hub.intake.ingest import ingest
from sync.hub.report import drawn, gate_days
from sync.hub.report.drawn import FRESH_MS, Drawn, DrawnDays
from sync.hub.report.gate_day import gate_day_of
from sync.hub.report.gate_days import draw_day
from sync.hub.views import watch
from tests.sync.chain import MORNING_MS, Chain, key, visit
from tests.sync.desk import enter, make_app, post, trouble
from tests.sync.full_hub import founded

ZONE = ZoneInfo("Asia/Shanghai")
HOUR_MS = 3_600_000
YESTERDAY_MS = MORNING_MS - 24 * HOUR_MS
MIDNIGHT_MS = MORNING_MS - 8 * HOUR_MS
DAY = "2020-11-21"


def gate(station: str = "east", number: int = 1) -> Chain:
    """A gate that was there all yesterday and still is: its marks every half hour, two people an hour."""
    before_ms = MIDNIGHT_MS - 25 * HOUR_MS
    chain = founded(station, number, before_ms)
    for half in range(2 * 25):
        chain.add("gate.checked", {"devices": 3, "answering": 3}, at_ms=before_ms + half * HOUR_MS // 2)
    for hour in range(24):
        at_ms = MIDNIGHT_MS - 24 * HOUR_MS + hour * HOUR_MS
        chain.add("gate.checked", {"devices": 3, "answering": 3}, at_ms=at_ms)
        chain.add(facts=visit(people=2) | {"visit": f"{station}{hour}"}, at_ms=at_ms + 60_000)
    return chain.add("gate.checked", {"devices": 3, "answering": 3}, at_ms=MIDNIGHT_MS + 60_000)


def send(store: Store, chain: Chain, first: int = 1, last: int | None = None) -> None:
    ingest(store, chain.station, chain.batch(first, last), MORNING_MS, ZONE)


def shown(client: FlaskClient, **query: str) -> str:
    return client.get("/reports", query_string=query).text


def seen(page: str) -> dict[str, str]:
    """What the form on *page* would confirm."""
    return dict(re.findall(r'name="(day|unit|sha256)" value="([^"]*)"', page.split("/reports/confirm")[1]))


def confirm(client: FlaskClient, **query: str) -> str:
    return trouble(post(client, "/reports/confirm", True, **seen(shown(client, **query))))


def table(client: FlaskClient, **query: str) -> dict[str, list[str]]:
    """The rows of the report as CSV, by their first cell."""
    text = client.get("/reports/file/csv", query_string={"day": DAY, **query}).data.decode("utf-8-sig")
    return {row[0]: row[1:] for row in reversed(list(csv.reader(io.StringIO(text)))) if row}


def test_a_unit_sums_its_gates_and_everything_sums_the_units(app: Flask, shelf: Store) -> None:
    send(shelf, gate())
    send(shelf, gate("west", 2))
    clerk = enter(app, "clerk")
    assert table(clerk)["进（人次）"] == ["96", "96"]
    assert table(clerk, unit="a")["进（人次）"] == ["48", "48"]
    assert table(enter(app, "east.office"))["进（人次）"] == ["48", "48"]
    assert clerk.get("/reports?unit=nowhere").status_code == 400
    assert enter(app, "west.office").get("/reports/file/csv?unit=a").status_code == 400


def test_a_quiet_day_is_a_zero_report_with_its_proof(app: Flask, shelf: Store) -> None:
    east = gate()
    send(shelf, east)
    send(shelf, gate("west", 2))
    page = shown(enter(app, "viewer"))
    assert "今日无异常" in page
    assert "零报告依据" in page
    last = next(at for at, each in enumerate(east.entries) if json.loads(each.header)["at_ms"] >= MIDNIGHT_MS)
    assert east.heads[last].hex()[:16] in page
    # whoever only looks confirms nothing
    assert "/reports/confirm" not in page


def test_a_gate_that_is_missing_is_named_and_makes_it_no_zero_report(app: Flask, shelf: Store) -> None:
    send(shelf, gate())
    west = gate("west", 2)
    send(shelf, west, 1, 60)
    page = shown(enter(app, "clerk"))
    assert "今日无异常" not in page
    assert "下面的数不全：西门" in page
    assert "当天最后一段没有收到" in page
    send(shelf, west, 66)
    assert "缺 5 条记录" in shown(enter(app, "clerk"))
    send(shelf, west, 61, 65)
    page = shown(enter(app, "clerk"))
    assert "今日无异常" in page


def test_what_a_gate_handed_in_stands_beside_its_figures(app: Flask, shelf: Store) -> None:
    facts = {"day": DAY, "version": 1, "sha256": "ab" * 32, "prepared_by": "a", "zero": True, "late": True}
    send(shelf, gate().add("report.confirmed", {**facts, "checked_by": "b"}))
    page = shown(enter(app, "viewer"))
    assert page.index("门岗还没有报") < page.index("门岗已确认 迟报")
    assert "零报告" in page
    assert "abababababab" in page
    assert "从未联网" in page


def test_what_is_confirmed_is_what_was_seen_and_stands_in_the_record(app: Flask, shelf: Store) -> None:
    east = gate()
    send(shelf, east)
    clerk = enter(app, "clerk")
    before = seen(shown(clerk))
    east.add("entry.voided", {"voids": [east.epoch, len(east) - 1], "visit": "x", "reason": "undo"})
    send(shelf, east, len(east))
    assert trouble(post(clerk, "/reports/confirm", **before)).startswith("report: the figures have changed")
    assert not confirm(clerk)
    page = shown(clerk)
    assert "clerk 于 11月22日 09:00 确认上报，第 1 版" in page
    assert "迟报" not in page.split("各门")[0]
    assert "/reports/confirm" not in page
    assert "确认上报日报" in clerk.get("/record").text
    assert "clerk" in table(clerk)["审核人"]
    # the figures of the unit below were not confirmed with it
    assert "/reports/confirm" in shown(clerk, unit="a")


def test_a_correction_is_asked_for_says_what_changed_and_is_the_next_version(app: Flask, shelf: Store) -> None:
    east = gate()
    send(shelf, east)
    clerk = enter(app, "clerk")
    assert not confirm(clerk)
    east.add("entry.voided", {"voids": [east.epoch, len(east) - 1], "visit": "x", "reason": "undo"})
    send(shelf, east, len(east))
    page = shown(clerk)
    assert "第 1 版（11月22日 09:00）之后数字有更正" in page
    assert "进 48 → 46" in page
    assert not confirm(clerk)
    assert "第 2 版" in shown(clerk)
    with shelf.reading() as connection:
        kinds = connection.scalars(
            select(tables.entry.c.kind).where(tables.entry.c.station == "office:community")
        ).all()
    assert kinds.count("report.confirmed") == 2


def test_a_report_is_late_after_half_past_ten(shelf: Store, home: Home) -> None:
    send(shelf, gate())
    clerk = enter(make_app(shelf, home, MORNING_MS + 2 * HOUR_MS + 29 * 60_000), "clerk")
    assert "已过 10:30" not in shown(clerk)
    clerk = enter(make_app(shelf, home, MORNING_MS + 2 * HOUR_MS + 30 * 60_000), "clerk")
    assert "已过 10:30，还没有确认上报" in shown(clerk)
    confirm(clerk)
    assert "确认上报，第 1 版 · ▲ 迟报" in shown(clerk)


def test_a_day_that_is_not_over_is_shown_and_cannot_be_confirmed(app: Flask, shelf: Store) -> None:
    send(shelf, gate().add(facts=visit(people=3), at_ms=MORNING_MS))
    clerk = enter(app, "clerk")
    page = shown(clerk, day="2020-11-22")
    assert "当天还没有结束" in page
    assert "/reports/confirm" not in page
    assert "现在要数" in page
    # its end cannot be missing yet
    assert "当天最后一段没有收到" not in page
    wrong = {"day": "2020-11-22", "unit": "", "sha256": "0" * 64}
    assert trouble(post(clerk, "/reports/confirm", **wrong)).startswith("report: the day is not over")
    for day in ("2020-11-23", "nonsense", "9999-99-99", "0001-01-01"):
        assert trouble(post(clerk, "/reports/confirm", **{**wrong, "day": day})).startswith("day:")
        assert clerk.get(f"/reports/file/csv?day={day}").status_code == 400
    assert clerk.get("/reports?day=nonsense").status_code == 200


def test_a_late_paper_entry_and_details_change_the_day_they_speak_of(app: Flask, shelf: Store) -> None:
    east = gate()
    send(shelf, east)
    clerk = enter(app, "clerk")
    assert table(clerk)["进（人次）"][0] == "48"
    paper = visit() | {"source": "paper", "observed_at_ms": YESTERDAY_MS, "visit": "p"}
    east.add(facts=paper, at_ms=MORNING_MS)
    send(shelf, east, len(east))
    assert table(clerk)["进（人次）"][0] == "49"
    east.add("details.added", {"of": [east.epoch, len(east) - 2], "people": 7, "visit": "x"}, at_ms=MORNING_MS)
    send(shelf, east, len(east))
    assert table(clerk)["进（人次）"][0] == "54"


def test_the_total_says_since_when_it_counts(app: Flask, shelf: Store) -> None:
    east = gate()
    send(shelf, east)
    clerk = enter(app, "clerk")
    assert table(clerk)["进（人次）"] == ["48", "48"]
    older = Chain("west", private=key(2)).add(facts=visit(people=5), at_ms=YESTERDAY_MS - 48 * HOUR_MS)
    older.add("gate.checked", {}, at_ms=MORNING_MS)
    send(shelf, older)
    assert table(clerk)["进（人次）"] == ["48", "53"]
    assert "累计自 2020-11-19 起" in shown(clerk)


def test_it_is_taken_away_in_every_form_and_no_cell_is_a_formula(app: Flask, shelf: Store) -> None:
    send(shelf, gate())
    with shelf.writing() as connection:
        connection.execute(tables.station.update().values(name='=HYPERLINK("http://x")'))
    clerk = enter(app, "clerk")
    book = load_workbook(io.BytesIO(clerk.get(f"/reports/file/xlsx?day={DAY}").data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert '=HYPERLINK("http://x")' in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [row for row in table(clerk) if row.startswith("=")]
    text = clerk.get(f"/reports/file/txt?day={DAY}").text
    assert text.startswith("幸福里社区")
    assert "当日 进48 出0 测温24 劝返0" in text
    try:
        find_font()
    except FontMissing:
        pytest.skip("no Chinese font on this machine")
    assert clerk.get(f"/reports/file/pdf?day={DAY}").data.startswith(b"%PDF")


def test_a_county_is_counted_in_parts_and_confirmed_only_when_it_is_whole(
    app: Flask, shelf: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_days, "LEAST_DRAWN", 1)
    monkeypatch.setattr(gate_days, "DRAW_S", 0.0)
    send(shelf, gate())
    # West has no line: nothing of today is here, so that its day cannot be kept and is drawn up anew.
    west = gate("west", 2)
    send(shelf, west, 1, len(west) - 1)
    clerk = enter(app, "clerk")
    answer = clerk.get("/reports")
    assert answer.headers["Refresh"] == "3", "the page renews itself"
    assert "正在计算，还差 1 个门" in answer.text
    assert "西门" in answer.text.split("正在计算，还差")[1].split("</p>")[0]
    # Nothing looks whole: neither sums nor files, and nothing can be confirmed.
    assert "/reports/confirm" not in answer.text
    assert "/reports/file/" not in answer.text
    assert "SHA-256" not in answer.text
    assert "累计" not in answer.text.split("/export/")[0].split("<textarea")[0]
    whole = clerk.get("/reports")
    assert "Refresh" not in whole.headers
    assert "正在计算，还差" not in whole.text
    assert "/reports/confirm" in whole.text
    # And it stays whole, although west's day is nowhere kept.
    assert "Refresh" not in clerk.get("/reports").headers


def test_a_file_is_not_given_before_all_gates_are_counted(
    app: Flask, shelf: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_days, "LEAST_DRAWN", 1)
    monkeypatch.setattr(gate_days, "DRAW_S", 0.0)
    for station, number in (("east", 1), ("west", 2)):
        send(shelf, gate(station, number))
    clerk = enter(app, "clerk")
    early = clerk.get(f"/reports/file/csv?day={DAY}")
    assert (early.status_code, trouble(early)) == (400, "还有门正在计算；请先看这一页，算完再取文件")
    assert clerk.get(f"/reports/file/csv?day={DAY}").status_code == 200


def test_the_page_of_gates_says_which_are_still_being_counted(
    app: Flask, shelf: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_days, "LEAST_DRAWN", 1)
    monkeypatch.setattr(watch, "DRAW_S", 0.0)
    for station, number in (("east", 1), ("west", 2)):
        send(shelf, gate(station, number))
    viewer = enter(app, "viewer")
    first = viewer.get("/gates")
    assert first.headers["Refresh"] == "3"
    assert "正在计算，还差 1 个门" in first.text
    second = viewer.get("/gates")
    assert "Refresh" not in second.headers
    assert "正在计算" not in second.text


def test_figures_of_today_are_as_new_as_there_is_time_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_days, "LEAST_DRAWN", 1)
    gates, today = ("east", "west"), "2020-11-22"

    def look(now_ms: int) -> frozenset[str]:
        return draw_day(store, gates, today, ZONE, now_ms, within_s=0.0).waiting

    assert look(MORNING_MS) == {"west"}, "nobody has seen it yet"
    assert look(MORNING_MS + 3_000) == frozenset(), "west now, east as it was three seconds ago"
    assert look(MORNING_MS + 3_000 + FRESH_MS) == frozenset(), "the older one first"
    assert look(MORNING_MS + 9 * FRESH_MS) == {"east"}, "too old to be shown as those of now"
    assert draw_day(store, gates, today, ZONE, MORNING_MS + 9 * FRESH_MS).waiting == frozenset()


def test_what_cannot_be_kept_is_remembered_and_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "MOST", 2)
    empty = dict.fromkeys(("unknown_day", "hours", "gaps", "devices", "ranges"), ())
    made = gate_day_of("east", {}, {**empty, "more_gaps": 0, "online_ms": 0, "checks": 0, "entries": 0, "missing": 0})
    days = DrawnDays()
    for number in (1, 2, 3):
        days.put("east", number, Drawn(made, number, MORNING_MS))
    assert [days.get("east", number) is not None for number in (1, 2, 3)] == [False, True, True]


def test_a_day_is_drawn_up_once_and_kept_on_either_database(store: Store) -> None:
    store.make_room(MORNING_MS // DAY_MS)
    send(store, gate())
    first = draw_day(store, {"east"}, DAY, ZONE, MORNING_MS).gates["east"]
    with store.writing() as connection:
        assert connection.execute(select(tables.gate_day.c.inward)).scalar_one() == 48
        # only what is kept can say this now
        connection.execute(tables.gate_day.update().values(inward=1))
    again = draw_day(store, {"east"}, DAY, ZONE, MORNING_MS).gates["east"]
    assert (first.counts["inward"], again.counts["inward"]) == (48, 1)
    assert (again.ranges, again.hours, again.gaps) == (first.ranges, first.hours, first.gaps)


def test_another_program_reads_what_was_confirmed(app: Flask, shelf: Store) -> None:
    send(shelf, gate())
    clerk = enter(app, "clerk")

    def told() -> dict[str, list[int]]:
        found = clerk.get("/api/v1/reports").json
        assert found is not None
        return {each["unit"]: [each["version"], each["counts"]["inward"]] for each in found}

    assert told()["a"] == [0, 0]
    assert not confirm(clerk, unit="a")
    assert (told()["a"], told()[""]) == ([1, 48], [0, 0])


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("case.opened", {"cause": "fever"}),
        ("clock.anchored", {"boot_id": 7}),
        ("visit.decided", {"outcome": "admit", "direction": "in", "people": 1, "readings": 7}),
        ("visit.decided", {"outcome": "admit", "observed_at_ms": 2**52, "people": 1, "readings": []}),
        ("details.added", {"of": "x"}),
        ("entry.voided", {"voids": 7}),
        ("order.applied", {"kind": "isolation", "under_care": "many"}),
    ],
    ids=str,
)
def test_an_entry_that_no_gate_writes_spoils_no_report(
    app: Flask, shelf: Store, kind: str, facts: dict[str, object]
) -> None:
    midday_ms = MIDNIGHT_MS - 12 * HOUR_MS
    east = founded("east", 1, MIDNIGHT_MS - 30 * HOUR_MS)
    east.add(facts=visit(people=2), at_ms=midday_ms).add(kind, facts, at_ms=midday_ms)
    east.add(facts=visit(people=3), at_ms=midday_ms).add("gate.checked", {}, at_ms=MORNING_MS)
    send(shelf, east)
    clerk = enter(app, "clerk")
    assert table(clerk)["进（人次）"][0] == "5"
    # it is held, although nobody can read it
    assert "条记录" not in shown(clerk, unit="a").split("记录依据")[0].split("零报告依据")[0]
    assert clerk.get("/gates").status_code == 200
