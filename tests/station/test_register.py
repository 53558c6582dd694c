from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.facts import Status
from station.office.orders import OrderRefused
from station.register import NewerRegister, Register, RegisterFailed
from station.register.pool import READERS
from station.register.schema import STEPS
from station.roster import ContentError, Klass, Resident
from station.roster.content import Delta, encode_delta, encode_snapshot
from station.wire.order import OrderKind
from tests.station.roster_samples import order, resident, roster_order

WEI = resident(1, "何伟", "3-2-501", plates=("豫J8K216",), code=b"house-01", phone4="5678")
YUN = resident(2, "何云", "3-2-501", code=b"house-01", plates=("豫J8K216", "豫A52Q19"))
YANG = resident(3, "曾阳", "1-3-502", klass=Klass.RETURNEE, tags=("独居老人",))
LIU = Resident("w1", "刘师傅", "", klass=Klass.WORKER, last4="3307", plates=("豫JL3307",))
PEOPLE = (WEI, YUN, YANG, LIU)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with Register(tmp_path / "register.db") as register:
        yield register


def plain(person: Resident | None) -> tuple[str, ...] | None:
    return None if person is None else (person.id, person.name, person.place, person.household, person.last4)


# -- promise 1 and 2: whole or not at all, and `applied` with it


def test_an_order_is_in_force_with_its_number_and_hash(register: Register) -> None:
    assert (register.applied("roster"), register.count()) == (None, 0)
    first = roster_order(7, PEOPLE)
    register.apply(first, 1)
    assert (register.applied("roster"), register.count()) == ((7, first.sha256), 4)
    assert register.applied("isolation") is None


def test_a_roster_that_breaks_off_at_its_last_line_changes_nothing(register: Register) -> None:
    first = roster_order(1, PEOPLE)
    register.apply(first, 1)
    many = encode_snapshot([resident(n, "王芳", f"{n}-1-101") for n in range(1, 700)])
    with pytest.raises(ContentError):
        register.apply(order(OrderKind.ROSTER, 2, many.removesuffix(b"\n")), 2)
    assert (register.applied("roster"), register.count()) == ((1, first.sha256), 4)
    assert register.search("wf") == []
    assert [found.name for found in register.search("zy")] == ["曾阳"]


def test_a_reader_sees_the_old_roster_until_the_new_one_is_whole(register: Register, tmp_path: Path) -> None:
    old = [resident(n, "王芳", f"{n}-1-101") for n in range(1, 301)]
    new = [resident(n, "张强", f"{n}-1-101") for n in range(1, 251)]
    register.apply(roster_order(1, old), 1)
    done = threading.Event()
    seen: set[tuple[int, int]] = set()

    def look() -> None:
        with Register(tmp_path / "register.db", read_only=True) as beside:
            while not done.is_set():
                people = list(beside.residents())
                seen.add((len(people), len({person.name for person in people})))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for number in range(2, 6):
            register.apply(roster_order(number, new if number % 2 == 0 else old), number)
    finally:
        done.set()
        watcher.join(10)
    assert seen <= {(300, 1), (250, 1)}
    assert seen


def test_killed_at_any_moment_the_register_holds_one_whole_roster(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    sizes = (150, 230)
    contents = []
    for at, size in enumerate(sizes):
        contents.append(tmp_path / f"{at}.roster")
        contents[at].write_bytes(encode_snapshot([resident(n, "王芳", f"{n}-1-101") for n in range(1, size + 1)]))
    command = [sys.executable, "-m", "tests.station.register_writer", str(path), *map(str, contents)]
    numbers = []
    for delay_s in (0.0, 0.05, 0.12, 0.21):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(delay_s)
        child.send_signal(signal.SIGKILL)
        child.wait(10)
        told = [int(line) for line in child.stdout.read().split()]
        child.stdout.close()
        with Register(path) as register:
            in_force = register.applied("roster")
            number = in_force[0] if in_force else 0
            assert register.count() == (sizes[number % 2] if number else 0)
            assert len(register.search("wf", 500)) == min(register.count(), 500)
        # What was told as applied is in force.
        assert number >= max(told, default=0)
        numbers.append(number)
    assert numbers == sorted(numbers)
    assert numbers[-1] > 0


def test_the_order_in_force_is_taken_as_done(register: Register) -> None:
    first = roster_order(3, PEOPLE)
    register.apply(first, 1)
    register.apply(first, 2)
    assert register.applied("roster") == (3, first.sha256)


@pytest.mark.parametrize("number", [2, 3])
def test_an_older_order_or_another_of_the_same_number_is_refused(register: Register, number: int) -> None:
    register.apply(roster_order(3, PEOPLE), 1)
    with pytest.raises(OrderRefused) as refused:
        register.apply(roster_order(number, PEOPLE[:1]), 2)
    assert refused.value.code == "order_old"
    assert register.count() == 4


def test_kinds_that_are_not_kept_here_are_refused(register: Register) -> None:
    for kind in (OrderKind.CASE, OrderKind.PASS_STATE):
        with pytest.raises(OrderRefused) as refused:
            register.apply(order(kind, 1, b"{}"), 1)
        assert refused.value.code == "order_unknown"


# -- deltas


def test_a_delta_gives_the_same_register_as_the_snapshot_it_stands_for(tmp_path: Path) -> None:
    before = [*PEOPLE, *(resident(n, "王芳", f"{n}-1-101") for n in range(10, 40))]
    moved = resident(3, "曾阳", "2-2-202", plates=("豫J0A017",), readings=("zeng,yang", "ceng,yang"))
    after = [*(person for person in before if person.id not in ("r1", "r3", "r12")), moved, resident(90, "罗兰")]
    with Register(tmp_path / "a.db") as by_delta, Register(tmp_path / "b.db") as by_snapshot:
        first = roster_order(1, before)
        by_delta.apply(first, 1)
        change = Delta(1, first.sha256, len(after), (moved, after[-1]), ("r1", "r12"))
        second = order(OrderKind.ROSTER, 2, encode_delta(change), base=1)
        by_delta.apply(second, 2)
        by_snapshot.apply(roster_order(2, after), 2)
        assert by_delta.applied("roster") == (2, second.sha256)
        assert set(by_delta.residents()) == set(by_snapshot.residents())
        for text in ("zy", "zeng", "曾", "2-2-202", "0003", "罗", "豫J0A017", "j8k", "hw", "王芳", "12-1", "501"):
            found = [{found.resident for found in each.search(text, 100)} for each in (by_delta, by_snapshot)]
            assert found[0] == found[1], text
    terms = [
        sqlite3.connect(tmp_path / name)
        .execute("SELECT kind, term, id FROM term JOIN resident ON row = resident ORDER BY 1, 2, 3")
        .fetchall()
        for name in ("a.db", "b.db")
    ]
    assert terms[0] == terms[1]


@pytest.mark.parametrize("wrong", ["base", "sha256", "order", "people", "none"])
def test_a_delta_for_another_roster_is_refused(register: Register, wrong: str) -> None:
    first = roster_order(1, PEOPLE)
    if wrong != "none":
        register.apply(first, 1)
    delta = Delta(
        2 if wrong == "base" else 1,
        "ab" * 32 if wrong == "sha256" else first.sha256,
        9 if wrong == "people" else 3,
        (),
        ("r1",),
    )
    base = {"order": 7, "base": 2}.get(wrong, 1)
    with pytest.raises((OrderRefused, ContentError)) as refused:
        register.apply(order(OrderKind.ROSTER, 3, encode_delta(delta), base=base), 2)
    assert refused.value.code == ("content" if wrong == "people" else "order_base")
    assert register.count() == (0 if wrong == "none" else 4)
    assert plain(register.resident("r1")) == (None if wrong == "none" else plain(WEI))


def test_a_snapshot_has_no_base(register: Register) -> None:
    with pytest.raises(OrderRefused) as refused:
        register.apply(order(OrderKind.ROSTER, 3, encode_snapshot(PEOPLE), base=2), 1)
    assert refused.value.code == "order_base"


# -- promise 3: every row names its document


def test_every_row_names_the_document_that_brought_it(register: Register, tmp_path: Path) -> None:
    first = roster_order(1, PEOPLE)
    register.apply(first, 1)
    change = Delta(1, first.sha256, 4, (resident(3, "曾阳", "2-2-202"),), ())
    second = order(OrderKind.ROSTER, 2, encode_delta(change), base=1)
    register.apply(second, 2)
    assert register.brought_by("r1") == first.sha256
    assert register.brought_by("r3") == second.sha256
    assert register.brought_by("nobody") is None
    third = roster_order(3, PEOPLE)
    register.apply(third, 3)
    assert {register.brought_by(person.id) for person in PEOPLE} == {third.sha256}
    with sqlite3.connect(tmp_path / "register.db") as db:
        assert db.execute("SELECT number FROM document").fetchall() == [(3,)]
    db.close()


# -- questions


def test_a_resident_by_id_by_tag_and_as_the_holder_of_a_pass(register: Register) -> None:
    register.apply(roster_order(1, [*PEOPLE, resident(5, "何伟", "9-1-101")]), 1)
    assert plain(register.resident("r3")) == plain(YANG)
    assert register.resident("nobody") is None
    found = register.resident("w1")
    assert found is not None
    assert (found.klass, found.place, found.plates) == ("worker", "", ("豫JL3307",))
    by_code = register.by_code(b"house-01")
    assert by_code is not None
    assert by_code.id in ("r1", "r2")
    assert register.by_code(b"house-02") is None
    assert plain(register.holder("何伟", "3-2-501")) == plain(WEI)
    assert register.holder("何伟", "3-2-502") is None
    assert register.holder("曾阳", "3-2-501") is None


def test_of_two_holders_of_one_name_in_one_household_none_is_chosen(register: Register) -> None:
    register.apply(roster_order(1, [WEI, resident(7, "何伟", "3-2-501")]), 1)
    assert register.holder("何伟", "3-2-501") is None


def test_a_household_and_a_vehicle_name_their_people(register: Register) -> None:
    register.apply(roster_order(1, PEOPLE), 1)
    household = register.household("3-2-501")
    assert household is not None
    assert {person.id for person in household.members} == {"r1", "r2"}
    assert register.household("9-9-999") is None
    assert register.household("") is None
    for written in ("豫J8K216", "豫J·8K216", "豫j 8k216", "豫Ｊ－８Ｋ２１６"):
        vehicle = register.vehicle(written)
        assert vehicle is not None
        assert {person.id for person in vehicle.owners} == {"r1", "r2"}
    assert register.vehicle("豫J00000") is None


def test_nobody_has_a_status_without_a_list(register: Register) -> None:
    register.apply(roster_order(1, PEOPLE), 1)
    assert register.status_of(WEI) is Status.NONE
    assert not register.place_closed("3-2-501")
    assert not register.household_isolated("3-2-501")


# -- the file


def test_what_was_in_force_is_there_again(tmp_path: Path) -> None:
    with Register(tmp_path / "register.db") as register:
        first = roster_order(1, PEOPLE)
        register.apply(first, 1)
    with Register(tmp_path / "register.db") as register:
        assert (register.applied("roster"), register.count()) == ((1, first.sha256), 4)
        assert [found.name for found in register.search("zy")] == ["曾阳"]


def test_a_program_beside_the_desk_reads_and_never_writes(register: Register, tmp_path: Path) -> None:
    register.apply(roster_order(1, PEOPLE), 1)
    with Register(tmp_path / "register.db", read_only=True) as beside:
        assert {person.id for person in beside.residents()} == {"r1", "r2", "r3", "w1"}
        with pytest.raises(RegisterFailed):
            beside.apply(roster_order(2, PEOPLE[:1]), 2)
    assert register.count() == 4


def test_a_file_that_is_not_there_is_not_made_by_a_reader(tmp_path: Path) -> None:
    with pytest.raises(RegisterFailed, match=r"register\.db"):
        Register(tmp_path / "register.db", read_only=True)
    assert not (tmp_path / "register.db").exists()


def test_a_newer_or_damaged_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    with sqlite3.connect(newer) as db:
        db.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
    db.close()
    with pytest.raises(NewerRegister, match="newer"):
        Register(newer)
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"not a database at all" * 500)
    with pytest.raises(RegisterFailed, match=r"damaged\.db"):
        Register(damaged)
    assert damaged.read_bytes() == b"not a database at all" * 500


def test_a_full_card_refuses_the_order_and_keeps_the_old_roster(register: Register) -> None:
    first = roster_order(1, PEOPLE)
    register.apply(first, 1)
    writer = register._writer
    assert writer is not None
    # SQLite's own way to have no more room: the file may not grow.
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    with pytest.raises(RegisterFailed, match="full"):
        register.apply(roster_order(2, [resident(n, "王芳", f"{n}-1-101") for n in range(1, 900)]), 2)
    assert (register.applied("roster"), register.count()) == ((1, first.sha256), 4)
    writer.execute("PRAGMA max_page_count = 1000000").fetchone()
    register.apply(roster_order(3, PEOPLE[:2]), 3)
    assert register.count() == 2


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with Register(path) as register:
        register.apply(roster_order(1, PEOPLE), 1)
    with sqlite3.connect(path) as db:
        terms = db.execute("SELECT * FROM term").fetchall()
        packed = db.execute("SELECT id, terms FROM resident ORDER BY id").fetchall()
        db.execute("DELETE FROM term WHERE kind < 5")
        db.execute("UPDATE resident SET terms = ''")
        db.execute("UPDATE search_index SET version = 0")
    db.close()
    with Register(path) as register:
        assert [found.name for found in register.search("zy")] == ["曾阳"]
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT * FROM term").fetchall() == terms
        assert db.execute("SELECT id, terms FROM resident ORDER BY id").fetchall() == packed
    db.close()


def test_many_threads_ask_while_an_order_comes_in(register: Register) -> None:
    register.apply(roster_order(1, [resident(n, "王芳", f"{n}-1-101") for n in range(1, 301)]), 1)
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(30):
                assert len(register.search("wf", 5)) == 5
                assert register.resident("r7") is not None
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3 * READERS)]
    for thread in threads:
        thread.start()
    for number in (2, 3):
        register.apply(roster_order(number, [resident(n, "王芳", f"{n}-1-101") for n in range(1, 301)]), number)
    for thread in threads:
        thread.join(20)
    assert failed == []
    assert not any(thread.is_alive() for thread in threads)
