"""Cases that the authorities told of: added and withdrawn by whom they concern, recorded, counted, never edited."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from station.wire.entry import parse_header
from sync.hub.app import create_app
from sync.hub.confirmed.notified import PAGE, Notified, Unfit, add, counting, page_of, typed, withdraw
from sync.hub.confirmed.risk import CaseKind, PlaceKind, by_unit
from sync.hub.database import tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.store import Store
from sync.hub.errors import HubFault
from sync.hub.forget import forget
from sync.hub.intake.ingest import ingest
from sync.hub.office.chain import chain_of, read_acts
from sync.hub.site import Site
from sync.hub.unit.tree import Unit
from sync.hub.unit.units import read_tree, write_tree
from tests.sync.chain import MORNING_MS, Chain, visit
from tests.sync.desk import enter, furnish, post, trouble

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2020, 11, 22)
_numbers = itertools.count()


def told(unit: str = "a", back: int = 0, **more: Any) -> Notified:
    fields = {"place": PlaceKind.SCHOOL, "kind": CaseKind.CONFIRMED, "source": "区疾控", **more}
    day = date.fromordinal(TODAY.toordinal() - back)
    record = fields.pop("record", f"{next(_numbers):016x}")
    return Notified(record, unit, day=day, added_ms=MORNING_MS, added_by="clerk", **fields)


def cases_of(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        sums = by_unit(counting(connection, TODAY), read_tree(connection).above, TODAY)
    return {unit: each.cases for unit, each in sums.items()}


def test_what_was_added_counts_until_it_is_withdrawn_on_either_database(store: Store) -> None:
    furnish(store)
    with store.writing() as connection:
        for case in (told(), told(back=14), told(back=15), told("b", kind=CaseKind.IMPORTED), told("b")):
            assert add(connection, case)
    assert cases_of(store) == {"": 3, "s": 3, "a": 2, "b": 1}
    gone = told()
    with store.writing() as connection:
        assert add(connection, gone)
    assert cases_of(store)["a"] == 3
    with store.writing() as connection:
        with pytest.raises(Unfit):
            withdraw(connection, gone.record, {"b"}, "不是东区的", MORNING_MS, "west.office")
        made = withdraw(connection, gone.record, {"a"}, "复核为阴性", MORNING_MS + 1, "clerk")
        with pytest.raises(Unfit):
            withdraw(connection, gone.record, None, "再撤一次", MORNING_MS + 2, "clerk")
    assert (made.withdrawn_ms, made.withdrawn_by, made.reason) == (MORNING_MS + 1, "clerk", "复核为阴性")
    assert cases_of(store)["a"] == 2
    with store.reading() as connection:
        everything, own = page_of(connection, None), page_of(connection, {"a"})
    # what is withdrawn stays in the list, whole
    assert (everything.count, own.count) == (6, 4)
    assert [case for case in everything.cases if case.withdrawn_ms is not None] == [made]


def test_the_same_form_twice_is_one_case_and_another_in_its_place_is_refused(store: Store) -> None:
    case = told()
    with store.writing() as connection:
        assert add(connection, case)
        assert not add(connection, case)
        with pytest.raises(Unfit):
            add(connection, told(record=case.record, back=1))
        # also once it is withdrawn: a form that comes late brings nothing back
        withdraw(connection, case.record, None, "登记错了", MORNING_MS, "clerk")
        assert not add(connection, case)
        assert page_of(connection, None).count == 1
        assert counting(connection, TODAY) == []


def test_the_list_is_turned_page_by_page_the_newest_day_first(store: Store) -> None:
    with store.writing() as connection:
        for back in range(PAGE + 3):
            add(connection, told(back=back))
        first, second, beyond = (page_of(connection, None, page) for page in (1, 2, 99))
    assert (first.pages, len(first.cases), len(second.cases), beyond.page) == (2, PAGE, 3, 2)
    assert [case.day for case in first.cases] == sorted((case.day for case in first.cases), reverse=True)
    assert first.cases[0].day == TODAY


def test_who_told_and_why_are_forgotten_and_the_case_still_counts(store: Store) -> None:
    with store.writing() as connection:
        add(connection, told(record="a" * 16))
        add(connection, told(record="b" * 16))
        withdraw(connection, "b" * 16, None, "登记错了", MORNING_MS, "clerk")
    forget(store, MORNING_MS + 2 * DAY_MS, 3)
    with store.reading() as connection:
        assert [(case.source, case.reason) for case in page_of(connection, None).cases] == [
            ("区疾控", ""),
            ("区疾控", "登记错了"),
        ]
    forget(store, MORNING_MS + 5 * DAY_MS, 3)
    with store.reading() as connection:
        assert {(case.source, case.reason) for case in page_of(connection, None).cases} == {("", "")}
    assert cases_of(store) == {"": 1, "a": 1}


@pytest.mark.parametrize(
    "line",
    ["区疾控中心 电话通知", "2020-11-22 10 时的通报", "流调报告 第 12345 号", "CDC, 22 Nov"],
)
def test_who_told_in_a_few_words_is_taken(line: str) -> None:
    assert typed(f"  {line} ", "notified_source_length", 2, 60) == line


@pytest.mark.parametrize(
    "line",
    [
        "王五 13800000000",
        "138 0000 0000",
        "138-0000-0000",
        "41142119900101123X",
        "0370-1111111",
        "１３８００００００００",
    ],
)
def test_a_number_of_somebody_is_refused(line: str) -> None:
    with pytest.raises(Unfit, match="ID numbers"):
        typed(line, "notified_source_length", 2, 60)


def send(client: FlaskClient, **fields: str) -> Any:
    usual = {"record": f"{next(_numbers):016x}", "unit": "a", "place": "school", "kind": "confirmed"}
    return post(client, "/notified", language="", **{**usual, "day": "2020-11-22", "source": "区疾控中心", **fields})


def count(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.notified_case)).scalar_one()


def test_the_record_has_who_wrote_it_down_and_who_withdrew_it(app: Flask, shelf: Store) -> None:
    doctor, clerk = enter(app, "doctor"), enter(app, "clerk")
    assert send(doctor, record="a" * 16, place="village").status_code == 303
    # a form that was sent twice is neither a case nor an act
    assert send(doctor, record="a" * 16, place="village").status_code == 303
    assert post(clerk, "/notified/withdraw", language="", record="a" * 16, reason="疾控更正").status_code == 303
    with shelf.reading() as connection:
        acts = list(read_acts(connection, "community"))
        headers = connection.scalars(
            select(tables.entry.c.header).where(tables.entry.c.station == chain_of("community"))
        ).all()
    facts = {"record": "a" * 16, "unit": "a", "place": "village", "kind": "confirmed", "day": "2020-11-22"}
    assert [(act.kind, act.actor, act.facts, act.typed) for act in reversed(acts)][1:] == [
        ("notified.added", "doctor", facts, "区疾控中心"),
        ("notified.withdrawn", "clerk", facts, "疾控更正"),
    ]
    # the signed part holds nothing that somebody typed
    assert all("疾控" not in bytes(header).decode() for header in headers)
    assert {parse_header(bytes(header)).station for header in headers} == {"office:community"}
    page = clerk.get("/record").text
    for words in ("登记病例", "撤回病例", "场所 村", "种类 确诊", "单位 东区", "«疾控更正»"):
        assert words in page


def test_whoever_may_only_look_sees_the_cases_of_their_unit_and_adds_none(app: Flask, shelf: Store) -> None:
    west, doctor, viewer = enter(app, "west.office"), enter(app, "doctor"), enter(app, "viewer")
    assert send(doctor, record="a" * 16).status_code == 303
    assert send(viewer).status_code == 403
    assert post(viewer, "/notified/withdraw", language="", record="a" * 16, reason="不知道").status_code == 403
    page = viewer.get("/notified").text
    assert "东区 · 学校" in page
    assert "<form" not in page.split("<main>")[1]
    # another office neither sees it, nor takes it back, nor adds to the unit
    assert "东区" not in west.get("/notified").text
    assert "没有这一条" in trouble(post(west, "/notified/withdraw", language="", record="a" * 16, reason="不是我们的"))
    assert trouble(send(west, unit="a")) == "单位“a”不在您的范围内"
    assert trouble(send(west, unit="s")) == "单位“s”不在您的范围内"
    for asked, said in (("/notified?unit=a", "单位“a”不在您的范围内"), ("/notified?unit=%3Cb%3E", "单位“&lt;b&gt;”")):
        answer = west.get(asked)
        assert (answer.status_code, said in answer.text) == (400, True)
        assert "东区" not in answer.text
    assert send(west, unit="b").status_code == 303
    assert count(shelf) == 2
    # and a gate is no place that a case belongs to
    assert "east" in trouble(send(doctor, unit="east"))


REFUSED = [
    ({"record": "x"}, "页面已过期", "too old"),
    ({"unit": ""}, "不在您的范围内", "not one of yours"),
    ({"place": ""}, "不在可选项内", "none of the choices"),
    ({"kind": "fever"}, "不在可选项内", "none of the choices"),
    ({"day": "22.11."}, "看不懂", "cannot be read"),
    ({"day": ""}, "看不懂", "cannot be read"),
    ({"day": "2020-11-23"}, "还没有到", "has not come yet"),
    ({"day": "2019-11-22"}, "365 天以前", "more than 365 days"),
    ({"source": " "}, "写 2 到 60 个字", "2 to 60 characters"),
    ({"source": "x" * 61}, "写 2 到 60 个字", "2 to 60 characters"),
    ({"source": "王 13800000000"}, "不要写身份证号和电话", "Leave out ID numbers"),
]


def test_what_cannot_be_taken_is_said_in_the_language_of_the_page(app: Flask, shelf: Store) -> None:
    chinese, english = enter(app, "clerk"), enter(app, "clerk")
    english.get("/language/en")
    for fields, zh, en in REFUSED:
        answer = send(chinese, **fields)
        assert zh in trouble(answer), fields
        # what was typed is still there
        assert fields.get("source", "区疾控中心").strip() in answer.text
        assert en in trouble(send(english, **fields)), fields
    assert count(shelf) == 0


def test_a_withdrawal_needs_a_reason_and_a_case(app: Flask) -> None:
    clerk = enter(app, "clerk")
    assert send(clerk, record="a" * 16).status_code == 303
    assert "写 4 到 200 个字" in trouble(post(clerk, "/notified/withdraw", language="", record="a" * 16, reason="错"))
    assert "身份证号" in trouble(
        post(clerk, "/notified/withdraw", language="", record="a" * 16, reason="是 13800000000 的")
    )
    assert "没有这一条" in trouble(post(clerk, "/notified/withdraw", language="", record="b" * 16, reason="登记错了"))
    assert "已经登记过" in trouble(send(clerk, record="a" * 16, kind="imported"))
    assert "没有密钥" in trouble(send(enter(without_keys(app), "clerk")))


def without_keys(app: Flask) -> Flask:
    site: Site = app.extensions["hub"]
    return create_app(Site(site.store, site.office, site.receipt_key, site.now_ms), b"secret" * 6)


def test_the_page_and_the_board_say_the_sum_and_that_it_sets_nothing(app: Flask) -> None:
    clerk = enter(app, "clerk")
    before = clerk.get("/").text
    assert "确诊" not in before.split("<main>")[1]
    assert "14 天内没有确诊病例：按预案相当于低风险" in clerk.get("/notified").text
    for back in range(5):
        send(clerk, day=f"2020-11-{22 - 3 * back}")
    send(clerk, unit="b", place="clinic", kind="imported")
    page = clerk.get("/notified").text
    for words in (
        "7 天内 3 例：立即上报",
        "14 天内确诊 5 例，聚集 1 起：按预案相当于中风险",
        "聚集：东区 学校，14 天内 5 例",
        "境外输入 1 例、无症状 0 例，不计入",
        "等级由上级确定",
        "卡口的规定不会因此改变",
        "卡口测出的发热不是确诊",
    ):
        assert words in page, words
    board = clerk.get("/").text
    assert "7 天内 3 例：立即上报</b> · 东区：14 天内确诊 5 例，聚集 1 起：按预案相当于中风险" in board
    assert "等级由上级确定" in board
    # the west has no confirmed case, and its office no line
    assert "确诊" not in enter(app, "west.office").get("/").text.split("<main>")[1]
    clerk.get("/language/en")
    assert "5 confirmed in 14 days, clusters: 1; by the plan this equals: Medium risk" in clerk.get("/").text


def test_no_case_sends_an_order_and_no_fever_is_a_case(app: Flask, shelf: Store) -> None:
    chain = Chain()
    for number in range(20):
        chain.add(facts=visit("refer") | {"visit": str(number), "reason": "fever"})
        chain.add("case.opened", {"case": str(number), "visit": str(number), "cause": "fever"})
    ingest(shelf, "east", chain.batch(), MORNING_MS, ZONE)
    clerk = enter(app, "clerk")
    assert "14 天内没有确诊病例：按预案相当于低风险" in clerk.get("/notified").text
    for _ in range(12):
        send(clerk)
    assert "按预案相当于高风险" in clerk.get("/notified").text
    with shelf.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.orders)).scalar_one() == 0


def test_a_case_of_a_unit_that_is_gone_is_named_and_counts_in_the_whole(app: Flask, shelf: Store) -> None:
    manager = enter(app, "manager")
    send(manager, record="a" * 16, unit="a")
    with shelf.writing() as connection:
        write_tree(connection, [Unit("b", "西区"), Unit("east", "东门", "卡口", ("b",))])
    page = manager.get("/notified").text
    assert "14 天内确诊 1 例" in page
    assert "a · 学校 <small>▲ 单位已不在单位表中" in page
    assert "14 天内没有确诊病例" in enter(app, "west.office").get("/notified").text
    assert post(manager, "/notified/withdraw", language="", record="a" * 16, reason="单位已撤销").status_code == 303
    assert "14 天内没有确诊病例" in manager.get("/notified").text


def test_a_hub_without_units_counts_for_itself(app: Flask, shelf: Store) -> None:
    with shelf.writing() as connection:
        write_tree(connection, [])
        connection.execute(tables.station.delete())
    clerk = enter(app, "clerk")
    assert send(clerk, unit="").status_code == 303
    assert "14 天内确诊 1 例" in clerk.get("/notified").text
    assert "幸福里社区：14 天内确诊 1 例" in clerk.get("/").text


def test_a_fault_names_the_word_and_is_one_of_the_hub() -> None:
    error = Unfit("notified_future", day="2020-11-23")
    assert isinstance(error, HubFault)
    assert (error.word, error.gaps, str(error)) == (
        "notified_future",
        {"day": "2020-11-23"},
        "The day 2020-11-23 has not come yet",
    )
