"""同时段人员 of a fever case at the hub: the gate's own meaning, at its gate and wherever else the person passed."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from station.case.record import around as around_at_the_gate
from station.case.record import opened_entries
from station.wire.entry import parse_header
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.store import Store
from sync.hub.database.stretches import stretches
from sync.hub.fever.around import MINUTES, Around, read_around
from sync.hub.fever.beside import beside
from sync.hub.forget import forget
from sync.hub.intake.ingest import ingest
from tests.sync.chain import MORNING_MS, Chain, key, visit
from tests.sync.conftest import create_known
from tests.sync.desk import enter, furnish, make_app, new_home
from tests.sync.full_hub import MINUTE_MS, person

ZONE = ZoneInfo("Asia/Shanghai")
GATES = ("east", "west")


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Iterator[Store]:
    made = create_known(Path(shutil.copy(template, tmp_path / "hub.db")))
    yield made
    made.close()


def passes(chain: Chain, name: str, id_: str, at_ms: int, outcome: str = "admit", **more: object) -> Chain:
    facts = visit(outcome) | {"visit": id_, **more}
    return chain.add(facts=facts, personal=person(name) if name else None, at_ms=at_ms)


def fever(chain: Chain, name: str = "徐*", id_: str = "5", at_ms: int = MORNING_MS) -> Chain:
    """Sent to rest, measured again two minutes later, and a case."""
    passes(chain, name, id_, at_ms - 2 * MINUTE_MS, "retake")
    passes(chain, name, id_, at_ms, "refer")
    about = {"case": id_, "visit": id_, "cause": "fever", "direction": "in"}
    return chain.add("case.opened", about, person(name) if name else None, at_ms=at_ms)


def send(store: Store, *chains: Chain) -> None:
    store.make_room(MORNING_MS // DAY_MS)
    for chain in chains:
        ingest(store, chain.station, chain.batch(), MORNING_MS, ZONE)


def look(store: Store, minutes: int = MINUTES, gates: tuple[str, ...] = GATES) -> Around:
    with store.reading() as connection:
        found = read_around(connection, gates, "east", "5", minutes)
    assert found is not None
    return found


def who(found: Around, at: int = 0) -> list[str]:
    return [one.passed.masked for one in found.moments[at].people]


def test_who_passed_within_the_minutes_before_the_first_and_after_the_last_reading(store: Store) -> None:
    chain = Chain()
    passes(chain, "早*", "1", MORNING_MS - 17 * MINUTE_MS - 1)
    passes(chain, "王*", "2", MORNING_MS - 17 * MINUTE_MS)
    passes(chain, "待*", "3", MORNING_MS, "retake")
    passes(chain, "赵*", "4", MORNING_MS, "deny")
    fever(chain)
    passes(chain, "孙*", "6", MORNING_MS + 15 * MINUTE_MS)
    passes(chain, "晚*", "7", MORNING_MS + 15 * MINUTE_MS + 1)
    send(store, chain)
    assert who(look(store)) == ["王*", "赵*", "孙*"]
    assert who(look(store, 0)) == ["赵*"]
    assert look(store).masked == "徐*"


def test_it_is_the_list_of_the_gates_own_command(store: Store) -> None:
    chain = Chain()
    for number in range(40):
        passes(chain, f"王{number}*", f"a{number}", MORNING_MS + (number - 20) * MINUTE_MS)
    party = {"people": [person("甲*"), person("乙*")]}
    chain.add(facts=visit(people=2) | {"visit": "party"}, personal=party, at_ms=MORNING_MS + MINUTE_MS)
    passes(chain, "", "crowd", MORNING_MS + MINUTE_MS, people=7)
    fever(chain)
    send(store, chain)
    moment = look(store).moments[0]
    rows = [(entry.header, entry.personal) for entry in chain.entries]
    at_the_gate = list(around_at_the_gate(opened_entries(rows), "5", moment.from_ms, moment.to_ms))
    assert len(at_the_gate) == 36
    assert sorted(str(asdict(one)) for one in at_the_gate) == sorted(str(asdict(one.passed)) for one in moment.people)
    assert sum(one.passed.people for one in moment.people) == 42


def test_what_was_written_in_from_paper_stands_at_its_own_time(store: Store) -> None:
    chain = fever(Chain())
    passes(chain, "纸*", "8", MORNING_MS + DAY_MS // 2, observed_at_ms=MORNING_MS + MINUTE_MS)
    passes(chain, "别*", "9", MORNING_MS + MINUTE_MS, observed_at_ms=MORNING_MS - DAY_MS // 2)
    send(store, chain)
    assert who(look(store)) == ["纸*"]


def test_wherever_else_the_person_passed_that_day_is_a_moment_of_its_own(store: Store) -> None:
    west = Chain("west", private=key(2))
    passes(west, "前*", "1", MORNING_MS - 5 * 60 * MINUTE_MS + MINUTE_MS)
    passes(west, "徐*", "2", MORNING_MS - 5 * 60 * MINUTE_MS)
    passes(west, "徐*", "3", MORNING_MS - 2 * DAY_MS)
    passes(west, "某*", "4", MORNING_MS)
    send(store, fever(passes(Chain(), "李*", "1", MORNING_MS)), west)
    found = look(store)
    assert [(each.station, each.of_case) for each in found.moments] == [("east", True), ("west", False)]
    assert (who(found), who(found, 1)) == (["李*"], ["前*"])
    # who may see only one gate sees nothing of the other
    assert len(look(store, gates=("east",)).moments) == 1
    with store.reading() as connection:
        assert read_around(connection, ("west",), "east", "5", MINUTES) is None
        assert read_around(connection, GATES, "east", "6", MINUTES) is None


def changed(before: Chain, at_ms: int) -> Chain:
    """The chain that the gate of *before* began at *at_ms* with another card."""
    chain = Chain(before.station, before.epoch + (1 << 32), before.key, before)
    opened = parse_header(chain.entries[0].header).facts
    chain.entries.clear()
    del chain.heads[1:]
    return chain.add("epoch.opened", {**opened, "reason": "machine"}, at_ms=at_ms)


def test_who_passed_before_and_after_a_change_of_the_card_stands_in_one_list(store: Store) -> None:
    for station, number, at_ms in (("east", 1, 1), ("west", 2, -1)):
        first = Chain(station, private=key(number))
        second = changed(first, MORNING_MS + at_ms * MINUTE_MS)
        of_case, other = (first, second) if station == "east" else (second, first)
        fever(of_case, id_=station)
        passes(of_case, "同*", f"{station}1", MORNING_MS)
        passes(other, "换*", f"{station}2", MORNING_MS + at_ms * 2 * MINUTE_MS)
        passes(other, "远*", f"{station}3", MORNING_MS + at_ms * 40 * MINUTE_MS)
        # the person of the case went out again, on the other card
        passes(other, "徐*", f"{station}4", MORNING_MS + at_ms * 35 * MINUTE_MS)
        send(store, first, second)
        with store.reading() as connection:
            found = read_around(connection, (station,), station, station, MINUTES)
        assert found is not None
        assert sorted(who(found)) == sorted(["同*", "换*"]), station
        assert [who(found, at) for at in range(1, len(found.moments))] == [["远*"]], station


def test_a_reading_from_after_the_change_still_belongs_to_the_case(store: Store) -> None:
    # sent to rest by the old card, measured again by the new one: the time between is in the list
    first = passes(Chain(), "徐*", "5", MORNING_MS - 20 * MINUTE_MS, "retake")
    passes(first, "早*", "1", MORNING_MS - 30 * MINUTE_MS)
    second = changed(first, MORNING_MS - 10 * MINUTE_MS)
    passes(second, "徐*", "5", MORNING_MS, "refer")
    about = {"case": "5", "visit": "5", "cause": "fever", "direction": "in"}
    second.add("case.opened", about, person("徐*"), at_ms=MORNING_MS)
    send(store, first, second)
    assert who(look(store)) == ["早*"]


def test_what_stood_on_paper_is_found_also_when_the_next_card_wrote_it_in(store: Store) -> None:
    first = fever(Chain())
    second = changed(first, MORNING_MS + 2 * DAY_MS)
    passes(second, "纸*", "8", MORNING_MS + 2 * DAY_MS, observed_at_ms=MORNING_MS + MINUTE_MS)
    send(store, first, second)
    assert who(look(store)) == ["纸*"]


def test_another_gate_whose_card_was_changed_three_times_since_is_looked_through(store: Store) -> None:
    chain = Chain("west", private=key(2))
    chains = [passes(passes(chain, "徐*", "2", MORNING_MS - MINUTE_MS), "同*", "3", MORNING_MS)]
    for change in (1, 2, 3):
        later_ms = MORNING_MS + change * DAY_MS // 2
        chains.append(passes(changed(chains[-1], later_ms), "晚*", "4", later_ms))
    send(store, fever(Chain()), *chains)
    assert [who(look(store), at) for at in (0, 1)] == [[], ["同*"]]


def test_a_person_whom_another_gate_knows_by_their_pass_alone_is_the_same(store: Store) -> None:
    about = {"case": "5", "visit": "5", "cause": "fever", "direction": "in"}
    known = person("徐*", **{"pass": "0011223344556677"})
    east = Chain().add(facts=visit("refer") | {"visit": "5"}, personal=known).add("case.opened", about, known)
    west = Chain("west", private=key(2))
    by_pass = {"masked": "徐*", "last4": "", "place": "", "resident": "", "pass": "0011223344556677"}
    west.add(facts=visit() | {"visit": "2"}, personal=by_pass, at_ms=MORNING_MS - 60 * MINUTE_MS)
    west.add(facts=visit() | {"visit": "3"}, personal=by_pass | {"pass": "99"}, at_ms=MORNING_MS - 90 * MINUTE_MS)
    passes(west, "同*", "4", MORNING_MS - 61 * MINUTE_MS)
    send(store, east, west)
    assert [who(look(store), at) for at in range(len(look(store).moments))] == [[], ["同*"]]


def test_of_a_long_chain_what_was_written_about_that_time_is_found_by_halving(store: Store) -> None:
    chain = Chain()
    for minute in range(400):
        chain.add(at_ms=MORNING_MS + minute * MINUTE_MS)
    store.make_room(MORNING_MS // DAY_MS)
    # in pieces with a gap, as where a line was bad
    for first, last in ((1, 150), (171, None)):
        ingest(store, "east", chain.batch(first, last), MORNING_MS, ZONE)

    def of(from_minute: int, to_minute: int, most: int) -> list[tuple[int, int]]:
        times = (MORNING_MS + from_minute * MINUTE_MS, MORNING_MS + to_minute * MINUTE_MS)
        with store.reading() as connection:
            return [(each.first, each.last) for each in stretches(connection, "east", times, most)]

    # the entry of minute m has the number m + 2
    for begins in (0, 100, 145, 160, 175, 300, 380):
        ((first, last),) = of(begins, begins + 10, 40)
        assert last - first == 39
        assert first <= begins + 2
        assert begins + 12 <= last or last == len(chain)
    # of less than the whole time, its middle and what follows
    assert of(180, 280, 20) == [(222, 241)]
    assert of(0, 400, 1000) == [(1, 1000)]
    # neither before the chain, nor after it but for what is written in from paper
    assert of(-100, -10 - 3 * 24 * 60, 40) == []
    assert of(500, 600, 40) == []
    assert len(of(-100, -10, 40)) == 1


def test_nobody_is_followed_whose_name_nobody_knows_or_is_forgotten(store: Store) -> None:
    west = passes(Chain("west", private=key(2)), "徐*", "2", MORNING_MS - MINUTE_MS)
    send(store, fever(passes(Chain(), "李*", "1", MORNING_MS)), west)
    assert len(look(store).moments) == 2
    forget(store, MORNING_MS + 31 * DAY_MS, 30)
    found = look(store)
    assert (found.key, found.masked, len(found.moments)) == ("", "", 1)
    assert who(found) == [""]


def test_what_no_gate_writes_and_practice_are_nobody() -> None:
    chain = passes(Chain(), "王*", "1", MORNING_MS)
    passes(chain, "练*", "2", MORNING_MS, drill=True)
    passes(chain, "x" * 500, "3", MORNING_MS)
    chain.add(facts=visit() | {"visit": "4"}, personal={"people": "all"}, at_ms=MORNING_MS)
    chain.add(facts=visit() | {"visit": "5", "observed_at_ms": "noon"}, personal=person("李*"), at_ms=MORNING_MS)
    chain.add(facts={"visit": "6"}, personal=person("李*"), at_ms=MORNING_MS)
    rows = [(entry.header, entry.personal) for entry in chain.entries if b"visit.decided" in entry.header]
    rows += [(b"{}", None), (rows[0][0], b"\xff"), (rows[0][0], b"[" * 100_000)]
    found = beside(rows, "9", MORNING_MS, MORNING_MS)
    assert [one.passed.masked for one in found] == ["王*", "", ""]


@pytest.fixture(scope="module")
def app(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("around")
    store = create_known(Path(shutil.copy(template, folder / "hub.db")))
    furnish(store)
    send(store, fever(passes(Chain(), "=1+1", "1", MORNING_MS)))
    yield make_app(store, new_home(folder / "office"))
    store.close()


def test_the_page_shows_it_and_the_table_is_masked_and_no_formula(app: Flask) -> None:
    doctor = enter(app, "doctor")
    assert "/around?station=east&amp;case=5" in doctor.get("/fevers").text
    assert "/around?" not in enter(app, "viewer").get("/fevers").text
    page = doctor.get("/around?station=east&case=5").text
    for words in ("徐*", "发热时 东门 11月22日 07:43–08:15", "1 人", "不是接触者名单", "=1+1"):
        assert words in page
    answer = doctor.get("/around.csv?station=east&case=5&minutes=0&columns=codes")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["gate"], row["at_ms"], row["person"]) for row in rows] == [("east", str(MORNING_MS), "'=1+1")]
    assert doctor.get("/around.xlsx?station=east&case=5").data[:2] == b"PK"


@pytest.mark.parametrize(
    "query",
    ["", "station=east&case=6", "station=east&case=5&minutes=241", "station=east&case=5&minutes=-1", "minutes=٣"],
)
def test_what_is_not_there_is_said(app: Flask, query: str) -> None:
    doctor = enter(app, "doctor")
    for path in ("/around", "/around.csv"):
        answer = doctor.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert "没有这个发热病例" in answer.text or "请写 0 到 240 的数字" in answer.text


def test_another_office_sees_nothing_of_it(app: Flask) -> None:
    assert enter(app, "west.office").get("/around?station=east&case=5").status_code == 400
