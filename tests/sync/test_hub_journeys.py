"""Who is announced away: until they come in by any gate, named no longer than names are kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from sync.hub.database.store import Store
from sync.hub.database.tables import journey
from sync.hub.forget import forget
from sync.hub.intake.ingest import ingest
from sync.hub.people.journeys import KEPT_MS, LONG_MS, read_journeys
from tests.sync.chain import MORNING_MS, Chain, key, visit
from tests.sync.conftest import create_known
from tests.sync.desk import enter, furnish, make_app, new_home

ZONE = ZoneInfo("Asia/Shanghai")
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
GATES = ("east", "west")


def told(chain: Chain, resident: str, at_ms: int, days: int = 3, **facts: Any) -> Chain:
    """Somebody says at the gate of *chain* that they go away for so many *days*."""
    who = {"resident": resident, "masked": f"{resident}*", "last4": "2468"}
    return chain.add(
        "travel.announced",
        {"where": "province", "days": days, "back_ms": at_ms + days * DAY_MS, **facts},
        who,
        at_ms=at_ms,
    )


def passes(chain: Chain, resident: str, direction: str, at_ms: int) -> Chain:
    who = {"resident": resident, "masked": f"{resident}*", "last4": "2468", "place": "3-2-501"}
    return chain.add(facts=visit(direction=direction), personal=who, at_ms=at_ms)


def take(store: Store, chain: Chain, first: int = 1, now_ms: int = MORNING_MS) -> None:
    store.make_room(now_ms // DAY_MS)
    ingest(store, chain.station, chain.batch(first), now_ms, ZONE)


def away(store: Store, now_ms: int = MORNING_MS, gates: tuple[str, ...] = GATES) -> list[str]:
    with store.reading() as connection:
        return [each.masked for each in read_journeys(connection, gates, now_ms)]


def test_who_is_away_is_listed_until_they_come_in_again(store: Store) -> None:
    chain = told(Chain(), "li", MORNING_MS - 9 * HOUR_MS)
    told(chain, "wang", MORNING_MS - 8 * HOUR_MS, days=1)
    take(store, chain)
    assert away(store) == ["wang*", "li*"], "who is back first by their word"
    # Before they leave, coming in ends nothing: they told at the gate on their way home.
    passes(chain, "li", "in", MORNING_MS - 7 * HOUR_MS)
    passes(chain, "li", "out", MORNING_MS - 6 * HOUR_MS)
    take(store, chain, 4)
    assert away(store) == ["wang*", "li*"]
    passes(chain, "li", "in", MORNING_MS - HOUR_MS)
    take(store, chain, 6)
    assert away(store) == ["wang*"]
    with store.reading() as connection:
        row = connection.execute(select(journey).where(journey.c.person_key == "r:li")).one()
    assert (row.left_ms, row.came_ms) == (MORNING_MS - 6 * HOUR_MS, MORNING_MS - HOUR_MS)


def test_the_way_back_may_be_another_gate_and_the_way_out_unseen(store: Store) -> None:
    take(store, told(told(Chain(), "li", MORNING_MS - LONG_MS - HOUR_MS), "wang", MORNING_MS - HOUR_MS))
    west = passes(Chain("west", private=key(2)), "li", "in", MORNING_MS - HOUR_MS)
    take(store, passes(west, "wang", "in", MORNING_MS - 1_000))
    assert away(store) == ["wang*"], "an hour after they told they had not left yet"
    # It is kept when the night forgets where people were last.
    forget(store, MORNING_MS, 21)
    forget(store, MORNING_MS + 4 * DAY_MS, 21)
    assert away(store, MORNING_MS + 4 * DAY_MS) == ["wang*"]


def test_what_was_told_by_mistake_is_told_twice_or_is_practice_counts_not(store: Store) -> None:
    chain = told(Chain(), "li", MORNING_MS - 3 * HOUR_MS)
    told(chain, "li", MORNING_MS - 2 * HOUR_MS, days=7)
    told(chain, "wang", MORNING_MS - 2 * HOUR_MS)
    told(chain, "sun", MORNING_MS - 2 * HOUR_MS, drill=True)
    told(chain, "zhou", MORNING_MS - 2 * HOUR_MS, back_ms="soon")
    chain.add("entry.voided", {"voids": [chain.epoch, 4]}, at_ms=MORNING_MS - HOUR_MS)
    take(store, chain)
    with store.reading() as connection:
        (one,) = read_journeys(connection, GATES, MORNING_MS)
    assert (one.masked, one.back_ms) == ("li*", MORNING_MS - 2 * HOUR_MS + 7 * DAY_MS)


def test_each_sees_their_own_gates(store: Store) -> None:
    take(store, told(Chain(), "li", MORNING_MS - HOUR_MS))
    take(store, told(Chain("west", private=key(2)), "wang", MORNING_MS - HOUR_MS))
    assert (away(store, gates=("east",)), away(store, gates=("west",)), away(store, gates=())) == (
        ["li*"],
        ["wang*"],
        [],
    )


def test_names_go_with_the_personal_part_and_the_journey_a_month_after_the_return(store: Store) -> None:
    take(store, told(Chain(), "li", MORNING_MS - HOUR_MS, days=30))
    later_ms = MORNING_MS + 22 * DAY_MS
    forget(store, later_ms, 21)
    with store.reading() as connection:
        (one,) = read_journeys(connection, GATES, later_ms)
        assert connection.scalars(select(journey.c.person_key)).all() == [""]
    assert (one.masked, one.last4, one.where) == ("", "", "province")
    assert not one.overdue(later_ms)
    gone_ms = one.back_ms + KEPT_MS + 1
    assert away(store, gone_ms) == []
    forget(store, gone_ms, 21)
    with store.reading() as connection:
        assert connection.execute(select(journey)).all() == []


@pytest.fixture(scope="module")
def app(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("journeys")
    store = create_known(Path(shutil.copy(template, folder / "hub.db")))
    furnish(store)
    chain = told(Chain(), "late", MORNING_MS - 30 * HOUR_MS, days=1)
    take(store, told(chain, "<b>li</b>", MORNING_MS - HOUR_MS, where="beyond"))
    yield make_app(store, new_home(folder / "office"))
    store.close()


def test_the_page_says_who_is_away_and_who_should_be_back(app: Flask) -> None:
    viewer = enter(app, "viewer")
    page = viewer.get("/travel").text
    for words in ("late*", "东区", "省内", "外省", "▲ 应在6 小时前返回", "&lt;b&gt;li", "请打电话问一问"):
        assert words in page
    assert "<b>li" not in page
    assert page.index("late*") < page.index("&lt;b&gt;li")
    assert '/travel"' in viewer.get("/people").text
    assert "late*" not in enter(app, "west.office").get("/travel").text
    viewer.set_cookie("language", "en")
    assert "Announced away" in viewer.get("/travel").text
