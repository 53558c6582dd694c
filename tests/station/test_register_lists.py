from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.facts import Status
from station.notebook.journeys import Journey
from station.register import Register
from station.roster import ContentError
from station.roster.isolation import (
    ClosedRow,
    RiskLevel,
    RiskRow,
    Row,
    StatusKind,
    StatusRow,
    encode_isolation,
)
from station.roster.notices import Notice, encode_notices
from station.roster.passes import KnownPass, encode_passes
from station.screen.elements import Word
from station.seal import mask_name
from station.wire.order import OrderKind
from tests.station.roster_samples import order, resident, roster_order

QIANG = resident(1, "周强", "2-1-302")
MEI = resident(2, "吴秀梅", "5-1-301")
SON = resident(3, "吴小军", "5-1-301")
JIN = resident(4, "钱进", "7-1-101")
XIA = resident(5, "曹霞", "70-2-302", compound="幸福里小区", household="幸福里小区/70-2-302")


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with Register(tmp_path / "register.db") as register:
        register.apply(roster_order(1, [QIANG, MEI, SON, JIN, XIA]), 1)
        yield register


def isolate(register: Register, number: int, *rows: Row) -> None:
    register.apply(order(OrderKind.ISOLATION, number, encode_isolation(rows)), number)


def test_a_person_in_isolation_and_not_their_neighbour(register: Register) -> None:
    isolate(
        register,
        1,
        StatusRow(StatusKind.ISOLATION, person="r1", category="密接触类", from_ms=9, until_ms=99, responsible="周敏"),
    )
    assert register.status_of(QIANG) is Status.ISOLATION
    assert register.status_of(MEI) is Status.NONE
    (row,) = register.standing(QIANG)
    assert (row.category, row.from_ms, row.until_ms, row.responsible) == ("密接触类", 9, 99, "周敏")
    assert register.household_isolated("2-1-302")


def test_a_household_in_isolation_is_everybody_in_it(register: Register) -> None:
    isolate(register, 1, StatusRow(StatusKind.ISOLATION, household="5-1-301"))
    assert {register.status_of(person) for person in (MEI, SON)} == {Status.ISOLATION}
    assert register.household_isolated("5-1-301")
    assert not register.household_isolated("2-1-302")
    assert not register.household_isolated("")


def test_one_person_in_isolation_forbids_visits_and_not_the_familys_way_out(register: Register) -> None:
    isolate(register, 1, StatusRow(StatusKind.ISOLATION, person="r2"))
    assert register.household_isolated("5-1-301")
    assert register.status_of(SON) is Status.NONE


def test_somebody_without_a_household_is_in_nobodys(register: Register) -> None:
    worker = resident(9, "刘师傅", "", household="")
    register.apply(roster_order(2, [worker]), 2)
    isolate(register, 1, StatusRow(StatusKind.ISOLATION, person="r1"))
    assert register.status_of(worker) is Status.NONE


def test_no_date_alone_releases_anybody(register: Register) -> None:
    isolate(register, 1, StatusRow(StatusKind.ISOLATION, person="r1", from_ms=0, until_ms=1))
    assert register.status_of(QIANG) is Status.ISOLATION
    isolate(register, 2)
    assert register.status_of(QIANG) is Status.NONE


def test_the_heavier_status_counts_and_a_journey_is_none(register: Register) -> None:
    isolate(
        register,
        1,
        StatusRow(StatusKind.TRAVEL, person="r1", from_ms=1, until_ms=2),
        StatusRow(StatusKind.TRAVEL, person="r2"),
        StatusRow(StatusKind.SELF_MONITORING, person="r2"),
        StatusRow(StatusKind.ISOLATION, household="5-1-301"),
    )
    assert register.status_of(QIANG) is Status.NONE
    assert [row.status for row in register.standing(QIANG)] == [StatusKind.TRAVEL]
    assert register.status_of(MEI) is Status.ISOLATION
    assert [row.status for row in register.standing(MEI)] == [
        StatusKind.ISOLATION,
        StatusKind.SELF_MONITORING,
        StatusKind.TRAVEL,
    ]


def test_who_has_told_of_a_journey_alone_or_with_the_household(register: Register) -> None:
    assert register.travelling() == ()
    isolate(
        register,
        1,
        StatusRow(StatusKind.TRAVEL, person="r1", from_ms=5, until_ms=9),
        StatusRow(StatusKind.TRAVEL, person="gone"),
        StatusRow(StatusKind.TRAVEL, household="5-1-301"),
        StatusRow(StatusKind.ISOLATION, person="r4"),
    )
    assert set(register.travelling()) == {
        Journey("r1", 5, "周*", QIANG.last4, 9),
        Journey("r2", 0, "吴**", MEI.last4),
        Journey("r3", 0, mask_name(SON.name), SON.last4),
        Journey("gone"),
    }


def test_a_closed_building_closes_its_rooms_and_no_other_building(register: Register) -> None:
    isolate(register, 1, ClosedRow("7"), ClosedRow("5-2"), ClosedRow("9-1-101"))
    assert all(register.place_closed(place) for place in ("7-1-101", "7-2-302", "7", "5-2-101", "9-1-101"))
    assert not any(register.place_closed(place) for place in ("70-2-302", "5-1-301", "9-1-102", "1-7-101", ""))


def test_a_place_is_closed_in_its_own_compound(register: Register) -> None:
    isolate(register, 1, ClosedRow("7", compound="幸福里小区"), ClosedRow("*", compound="阳光花园"))
    assert register.place_closed("7-1-101", "幸福里小区")
    assert not register.place_closed("7-1-101", "东风家属院")
    assert register.place_closed("1-1-101", "阳光花园")
    assert not register.place_closed("1-1-101", "幸福里小区")


def test_a_closed_compound_closes_everything(register: Register) -> None:
    isolate(register, 1, ClosedRow("*"))
    assert all(register.place_closed(place) for place in ("7-1-101", "和平巷12号", ""))


def test_a_search_says_the_status_beside_the_name(register: Register) -> None:
    isolate(
        register,
        1,
        StatusRow(StatusKind.ISOLATION, person="r1"),
        StatusRow(StatusKind.SELF_MONITORING, household="5-1-301"),
        ClosedRow("7"),
    )
    words = {found.name: found.status for text in ("zq", "wxm", "qj", "cx") for found in register.search(text)}
    assert words == {
        "周强": Word("home_isolation"),
        "吴秀梅": Word("self_monitoring"),
        "钱进": Word("building_closed"),
        "曹霞": None,
    }


def test_rows_that_name_nobody_are_counted(register: Register) -> None:
    register.apply(roster_order(2, [QIANG, MEI, resident(9, "刘师傅", "", household="")]), 2)
    isolate(
        register,
        1,
        StatusRow(StatusKind.ISOLATION, person="nobody"),
        StatusRow(StatusKind.ISOLATION, household="9-9-999"),
        StatusRow(StatusKind.ISOLATION, person="r1"),
        StatusRow(StatusKind.ISOLATION, household="5-1-301"),
    )
    assert register.unknown_subjects() == 2


def test_the_list_of_risk_areas(register: Register) -> None:
    high = RiskRow("河南省某市某区", RiskLevel.HIGH, 1, 2)
    isolate(register, 1, RiskRow("湖北省某市", RiskLevel.MEDIUM), high)
    assert [area.risk for area in register.risk_areas()] == ["河南省某市某区", "湖北省某市"]
    assert register.risk_area("河南省某市某区") == high
    assert register.risk_area("河南省") is None
    isolate(register, 2)
    assert register.risk_areas() == []


def test_passes_known_to_the_office(register: Register) -> None:
    long = KnownPass(b"pass0001", 1, 9, resident="r1", minutes_out=120, outings_a_day=1)
    short = KnownPass(b"pass0002", 1, 5, resident="r1", leave=False)
    work = KnownPass(b"pass0003", 1, 5, holder="刘师傅", enter=False)
    register.apply(order(OrderKind.PASSES, 1, encode_passes([short, work, long])), 1)
    assert register.passes_of("r1") == [long, short]
    assert register.known_pass(b"pass0003") == work
    assert register.known_pass(b"pass0004") is None
    register.apply(order(OrderKind.PASSES, 2, encode_passes([])), 2)
    assert register.passes_of("r1") == []


def test_notices_in_their_order_and_their_time(register: Register) -> None:
    water = Notice("n2", {"zh-Hans": "今晚停水", "en": "No water tonight"}, 10, 20, spoken=True)
    masks = Notice("n1", {"zh-Hans": "请戴口罩"})
    register.apply(order(OrderKind.NOTICES, 1, encode_notices([water, masks])), 1)
    assert register.notices(15) == [water, masks]
    assert register.notices(9) == register.notices(20) == [masks]


def test_other_orders_are_kept_as_they_came(register: Register) -> None:
    for kind in (OrderKind.POLICY, OrderKind.TRUST, OrderKind.REVOCATIONS, OrderKind.KEYS, OrderKind.ROTA):
        assert register.paper(kind) is None
        for number in (1, 2):
            register.apply(order(kind, number, f"{kind} {number}".encode()), number)
        paper = register.paper(kind)
        assert paper is not None
        assert (paper.number, paper.content) == (2, f"{kind} 2".encode())
        assert register.applied(kind) == (2, paper.sha256)


def test_a_broken_list_changes_nothing(register: Register) -> None:
    isolate(register, 1, StatusRow(StatusKind.ISOLATION, person="r1"))
    good = encode_isolation([StatusRow(StatusKind.ISOLATION, person="r2"), ClosedRow("7")])
    with pytest.raises(ContentError):
        register.apply(order(OrderKind.ISOLATION, 2, good.replace(b'"closed":"7"', b'"closed":7')), 2)
    assert register.status_of(QIANG) is Status.ISOLATION
    assert register.status_of(MEI) is Status.NONE
    before = register.applied("isolation")
    assert before is not None
    assert before[0] == 1


def test_each_kind_has_a_number_of_its_own(register: Register) -> None:
    isolate(register, 9)
    register.apply(order(OrderKind.NOTICES, 1, encode_notices([])), 1)
    numbers = {kind: register.applied(kind) for kind in ("roster", "isolation", "notices", "passes")}
    assert {kind: found and found[0] for kind, found in numbers.items()} == {
        "roster": 1,
        "isolation": 9,
        "notices": 1,
        "passes": None,
    }
