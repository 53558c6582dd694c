"""Accounts, sessions, the tree of units and the office's chain, on either database; and the commands for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from station.wire.entry import Entry
from sync.hub.__main__ import main
from sync.hub.access.accounts import Role, change_password, find_account, list_accounts, remove_account
from sync.hub.access.sessions import open_session, who_is_in
from sync.hub.access.tries import TRIES, TRIES_OF_ACCOUNT
from sync.hub.board.board import read_board
from sync.hub.board.figures import by_day, by_unit, since_ever
from sync.hub.database import tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.store import Store
from sync.hub.errors import HubFault
from sync.hub.home import Home
from sync.hub.intake.ingest import ingest
from sync.hub.office import acts as office_acts
from sync.hub.office import chain as office_chain
from sync.hub.office.chain import append, chain_of, read_acts
from sync.hub.office.record_words import details_of
from sync.hub.people.people import Which, count_people, list_people
from sync.hub.unit.tree import Tree, Unit, faults_of
from sync.hub.unit.units import encode_units, parse_units, read_tree, write_tree
from tests.sync.chain import MORNING_MS, Chain, key, visit
from tests.sync.desk import furnish, make_app
from tests.sync.office_check import check_chain
from tests.sync.processes import ROOT
from tests.sync.test_hub_desks import ZONE, person


@pytest.fixture
def app(store: Store, home: Home) -> Flask:
    furnish(store)
    return make_app(store, home)


def door(app: Flask, account: str, password: str, address: str = "10.0.0.1") -> int:
    client = app.test_client()
    client.get("/login")
    with client.session_transaction() as session:
        session["form"] = "form-token"
    form = {"form": "form-token", "account": account, "password": password}
    return client.post("/login", data=form, environ_base={"REMOTE_ADDR": address}).status_code


def test_each_account_has_its_own_password(app: Flask) -> None:
    assert door(app, "viewer", "viewer-password") == 303
    assert door(app, " Viewer ", "viewer-password") == 303
    assert door(app, "viewer", "doctor-password") == 401
    assert door(app, "nobody", "nobody-password") == 401
    assert door(app, "office", "office-password") == 303
    assert door(app, "", "office-password") == 303


def test_guessing_at_one_account_from_everywhere_is_slowed_down_too(app: Flask) -> None:
    for number in range(TRIES_OF_ACCOUNT):
        assert door(app, "viewer", "guess", f"10.0.1.{number // (TRIES - 1)}") == 401
    assert door(app, "viewer", "viewer-password", "10.0.2.1") == 429
    assert door(app, "doctor", "doctor-password", "10.0.2.1") == 303


def test_a_session_ends_by_time_by_password_and_with_its_account(store: Store) -> None:
    furnish(store)
    with store.writing() as connection:
        account = find_account(connection, "viewer")
        assert account is not None
        tokens = [open_session(connection, account, MORNING_MS, 1000) for _ in range(2)]
        assert who_is_in(connection, tokens[0], "", MORNING_MS + 999) == account
        assert who_is_in(connection, tokens[0], "", MORNING_MS + 1000) is None
        assert who_is_in(connection, "another", "", MORNING_MS) is None
        change_password(connection, "viewer", "another-password")
        assert who_is_in(connection, tokens[1], "", MORNING_MS) is None
        renewed = find_account(connection, "viewer")
        assert renewed is not None
        token = open_session(connection, renewed, MORNING_MS, 1000)
        remove_account(connection, "viewer")
        assert who_is_in(connection, token, "", MORNING_MS) is None
        assert token not in str(connection.execute(select(tables.session)).all())


def test_the_chain_goes_on_under_another_key_and_forgets_what_was_typed(store: Store) -> None:
    keys = [Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()]
    store.make_room(MORNING_MS // DAY_MS)
    for number, each in enumerate((keys[0], keys[0], keys[1])):
        with store.writing() as connection:
            append(connection, "xfl", each, "wang", office_acts.NAMES_OPENED, {"minutes": number}, MORNING_MS, "流调")
    with store.reading() as connection:
        acts = read_acts(connection, "xfl")
        assert [(act.kind, act.typed) for act in acts] == [
            ("names.opened", "流调"),
            ("epoch.opened", ""),
            ("names.opened", "流调"),
            ("names.opened", "流调"),
            ("epoch.opened", ""),
        ]
        assert acts[0].epoch > acts[2].epoch
        assert [act.seq for act in read_acts(connection, "xfl", (acts[2].epoch, acts[2].seq))] == [2, 1]
        for epoch in {act.epoch for act in acts}:
            rows = connection.execute(
                select(tables.entry).where(tables.entry.c.epoch == epoch).order_by(tables.entry.c.seq)
            ).all()
            assert {row.station for row in rows} == {chain_of("xfl")}
            check_chain([Entry(row.header, row.sig) for row in rows])
            assert "流调".encode() not in b"".join(row.header for row in rows)
        board = read_board(connection, MORNING_MS, ZONE)
    assert (board.gaps, board.forks, len(board.gates)) == ((), (), 2)


def test_every_figure_rolls_up_and_a_shared_post_counts_once(store: Store) -> None:
    units = [Unit("s", "街道"), Unit("a", "东区", parents=("s",)), Unit("b", "西区", parents=("s",))]
    units.append(Unit("east", "界口", parents=("a", "b")))
    with store.writing() as connection:
        write_tree(connection, units)
    ingest(store, "east", Chain().grow(3).batch(), MORNING_MS, ZONE)
    ingest(store, "west", Chain("west", private=key(2)).add(facts=visit(people=5)).batch(), MORNING_MS, ZONE)
    with store.reading() as connection:
        tree = read_tree(connection)
        board = read_board(connection, MORNING_MS, ZONE)
        rows = {row.id: row.counts.inward for row in by_unit(tree, "", board.gates)}
        assert rows == {"s": 3, "a": 3, "b": 3, "community": 5}
        only = tree.gates_below("s")
        assert {day: counts.inward for day, counts in by_day(connection, only).items()} == {20201122: 3}
        assert since_ever(connection, None).inward == 8
        assert read_board(connection, MORNING_MS, ZONE, only=only).entries == 4
        assert read_board(connection, MORNING_MS, ZONE, only=frozenset()).total.inward == 0


def test_people_are_found_on_either_database(store: Store) -> None:
    chain = Chain().add(facts={**visit(people=3), "class": "visitor"}, personal=person("周*"))
    store.make_room(MORNING_MS // DAY_MS)
    ingest(store, "east", chain.batch(), MORNING_MS, ZONE)
    with store.reading() as connection:
        found = count_people(connection, ["east", "west"], MORNING_MS)
        listed = list_people(connection, ["east", "west"], MORNING_MS, Which.VISITORS)
        assert (found.visitors_in, listed.rows[0].masked) == (3, "周*")
        assert count_people(connection, ["west"], MORNING_MS).visitors == 0


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        ([Unit("a", "A", parents=("x",))], "parent 'x' is not there"),
        ([Unit("a", "A"), Unit("a", "B")], "more than once"),
        ([Unit("a", "A", parents=("b",)), Unit("b", "B", parents=("a",))], "below itself"),
        ([Unit("a", "A", parents=("a",))], "below itself"),
    ],
)
def test_what_is_no_tree_is_named(units: list[Unit], fault: str) -> None:
    assert fault in "; ".join(faults_of(units, ["east"]))


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_a_walk_of_anything_ends(edges: list[tuple[int, int]]) -> None:
    parents: dict[int, list[str]] = {}
    for child, parent in edges:
        parents.setdefault(child, []).append(str(parent))
    units = {str(each): Unit(str(each), "", parents=tuple(dict.fromkeys(parents.get(each, ())))) for each in range(13)}
    if not faults_of(list(units.values()), ["g"]):
        tree = Tree(units, {"g": "3"})
        assert {id_ for _, id_ in tree.walk()} >= set(units)
    assert "g" in Tree(units, {"g": "3"}).gates_below("3")


def test_what_the_office_did_names_gates_and_units_as_people_call_them() -> None:
    tree = Tree({"a": Unit("a", "东区")}, {"east": "whole"}, {"east": "东门", "whole": "幸福里社区"})
    facts = {"lacking": ["east", "gone"], "unit": "a", "kind": "policy"}
    assert details_of(facts, "zh", tree.name) == "不全的卡口 东门 gone · 单位 东区 · 种类 规定"
    assert tree.name("whole") == "幸福里社区"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_of_units_comes_back_as_it_went(encoding: str) -> None:
    head = "编号,名称,层级,上级,责任单位,责任人,电话,生效日期"
    rows = ("s,城关街道,街道,,街道办,赵,0370-1,2020-11-01", "a,东区,社区,s;s2,,,,", "s2,新区,,,,,,")
    text = "\n".join((head, *rows))
    units = parse_units(text.encode(encoding))
    assert units[1].parents == ("s", "s2")
    again = parse_units(encode_units(Tree({unit.id: unit for unit in units}, {})))
    assert sorted(again, key=lambda unit: unit.id) == sorted(units, key=lambda unit: unit.id)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty"),
        ("name\nA\n", "expected the columns"),
        ("unit,name,colour\na,A,red\n", "expected the columns"),
        ("unit,name\n,A\n", "line 2: unit"),
        ("unit,name\na,\n", "line 2: name"),
        ("unit,name,valid_from\na,A,tomorrow\n", "line 2: valid_from"),
    ],
)
def test_a_wrong_table_of_units_is_named_by_line(text: str, fault: str) -> None:
    with pytest.raises(HubFault, match=fault):
        parse_units(text.encode())


def run(home: Home, *arguments: str) -> list[dict[str, str]]:
    done = CliRunner().invoke(main, [*arguments[:2], "--state", str(home.path), *arguments[2:]])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_the_commands_do_it_and_write_it_down(home: Home, tmp_path: Path) -> None:
    made = run(home, "account", "add", "--name", "wang", "--role", "doctor", "--unit", "xfl")[0]
    again = run(home, "account", "passwd", "--name", "wang")[0]
    assert made["password"] != again["password"]
    assert [each["role"] for each in run(home, "account", "list")] == ["doctor"]
    run(home, "account", "remove", "--name", "wang")
    table = tmp_path / "units.csv"
    table.write_text("unit,name\nxfl,幸福里\n", encoding="utf-8")
    run(home, "unit", "import", str(table), "--dry-run")
    assert "xfl" not in CliRunner().invoke(main, ["unit", "show", "--state", str(home.path)]).output
    run(home, "unit", "import", str(table))
    assert "xfl,幸福里" in CliRunner().invoke(main, ["unit", "show", "--state", str(home.path)]).output
    run(home, "program", "add", "--name", "dashboard")
    assert [each["program"] for each in run(home, "program", "list")] == ["dashboard"]
    run(home, "program", "remove", "--name", "dashboard")
    with home.open().reading() as connection:
        assert list_accounts(connection) == []
        kinds = [act.kind for act in reversed(read_acts(connection, "community"))]
        assert {act.actor for act in read_acts(connection, "community")} == {"console"}
    assert kinds == [
        "epoch.opened",
        "account.added",
        "account.password",
        "account.removed",
        "units.changed",
        "program.added",
        "program.removed",
    ]


def test_every_kind_of_act_and_every_role_is_on_the_page() -> None:
    page = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")
    for name, meaning in office_acts.MEANING.items():
        assert f"`{name}` | {meaning}" in page
    for role in Role:
        assert f"`{role.word}`" in page
    assert office_chain.PAGE == 100  # record.html asks for older ones when a page is full


def test_a_new_hub_has_the_accounts_that_were_asked_for(tmp_path: Path) -> None:
    run = CliRunner().invoke
    asked = ("--account", "wang:office:王芳", "--account", "li:viewer:李敏")
    done = run(main, ["init", "--state", str(tmp_path / "hub"), "--demo", *asked])
    assert done.exit_code == 0, done.output
    given = json.loads(done.stdout)["accounts"]
    assert list(given) == ["wang", "li"]
    with Home(tmp_path / "hub").open().reading() as connection:
        listed = {one.name: (one.role, one.shown, one.password) for one in list_accounts(connection)}
    assert {name: found[:2] for name, found in listed.items()} == {
        "wang": (Role.OFFICE, "王芳"),
        "li": (Role.VIEWER, "李敏"),
    }
    assert all(PasswordHasher().verify(listed[name][2], given[name]) for name in given)
    for wrong in ("wang", "wang:office", "wang:chief:王芳"):
        refused = run(main, ["init", "--state", str(tmp_path / "other"), "--demo", "--account", wrong])
        assert refused.exit_code != 0
        assert not (tmp_path / "other").exists(), "nothing is made before all of it can be"
