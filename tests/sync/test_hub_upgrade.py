"""The hub's tables come to be step by step, from nothing and from every form they once had."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select

from benchmarks import _postgresql
from sync.hub.database import tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.store import Store, create_store, open_store
from sync.hub.database.upgrade import upgrade
from sync.hub.errors import HubFault
from sync.hub.gates.stations import enrol
from sync.hub.home import Home, Office
from sync.hub.intake.ingest import ingest
from sync.hub.people.people import count_people
from tests.sync.chain import EPOCH, MORNING_MS, Chain, key, public, visit
from tests.sync.full_hub import person
from tests.sync.processes import ROOT

Fresh = Callable[[], Path | str]


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """Where nothing was ever made."""
    if request.param == "postgresql":
        cluster: _postgresql.Cluster = request.getfixturevalue("cluster")
        return cluster.new_database
    return lambda: tmp_path / "hub.db"


def first_form(place: Path | str, chain: Chain, mark: bool) -> None:
    """A store as the first version left it: with *mark* from before there were steps."""
    url = f"sqlite:///{place}" if isinstance(place, Path) else place.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection, "0001")
        enrol(connection, "east", "东门", "", public(key()), MORNING_MS)
        insert = "INSERT INTO epoch VALUES ('east', {}, {}, {}, {}, {}, NULL, NULL)"
        ready = [_literal(connection, chain.heads[0]), len(chain), _literal(connection, chain.heads[-1]), len(chain)]
        connection.exec_driver_sql(insert.format(EPOCH, *ready))
        for seq, entry in enumerate(chain.entries, 1):
            values = [_literal(connection, part) for part in (entry.header, chain.heads[seq], entry.sig)]
            values += [_literal(connection, part) for part in (entry.personal, entry.salt, entry.sealed)]
            row = f"'east', {EPOCH}, {seq}, 'visit.decided', {MORNING_MS}, {', '.join(values)}, {MORNING_MS}"
            connection.exec_driver_sql(f"INSERT INTO entry VALUES ({row})")
        if mark:
            connection.exec_driver_sql("DROP TABLE alembic_version")
            connection.exec_driver_sql("CREATE TABLE schema (version INTEGER NOT NULL)")
            connection.exec_driver_sql("INSERT INTO schema VALUES (1)")
    engine.dispose()


def _literal(connection: Any, part: bytes | None) -> str:
    if part is None:
        return "NULL"
    return f"X'{part.hex()}'" if connection.dialect.name == "sqlite" else f"'\\x{part.hex()}'"


def test_the_steps_lead_to_the_tables_the_program_uses(fresh: Fresh) -> None:
    store = create_store(fresh())
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    store.close()


def test_the_program_knows_its_newest_step() -> None:
    steps = ScriptDirectory(str(ROOT / "sync" / "hub" / "database" / "migrations"))
    assert steps.get_current_head() == tables.REVISION


@pytest.mark.parametrize("mark", [True, False], ids=["before there were steps", "at the first step"])
def test_nothing_is_lost_on_the_way_from_the_first_form(fresh: Fresh, mark: bool) -> None:
    place = fresh()
    chain = Chain().add(personal={"masked": "李**"}, sealed=b"for the office").grow(2).add(sealed=b"only this")
    first_form(place, chain, mark)
    with pytest.raises(HubFault, match=r"run: python -m sync\.hub upgrade"):
        open_store(place)
    create_store(place).close()
    store = open_store(place)
    with store.reading() as connection:
        parts = connection.execute(select(tables.part).order_by(tables.part.c.seq)).all()
        headers = connection.scalars(select(tables.entry.c.header).order_by(tables.entry.c.seq)).all()
    assert headers == [entry.header for entry in chain.entries]
    day = MORNING_MS // DAY_MS
    assert [tuple(row)[2:] for row in parts] == [
        (2, day, chain.entries[1].personal, chain.entries[1].salt, b"for the office"),
        (5, day, None, None, b"only this"),
    ]
    # and it goes on where it was
    held = ingest(store, "east", chain.grow(3).batch(6), MORNING_MS, ZoneInfo("Asia/Shanghai"))
    assert (held.contiguous_seq, held.hash_at_contiguous_seq) == (8, chain.heads[8])
    store.close()


def test_who_was_where_is_known_from_the_first_moment(fresh: Fresh) -> None:
    place = fresh()
    chain = Chain().add(facts=visit(direction="out"), personal=person("李**", minutes_out=30), at_ms=MORNING_MS - 9)
    chain.add(facts={**visit(people=2), "class": "visitor"}, personal=person("周*"), at_ms=MORNING_MS - 8)
    chain.add(facts=visit(), personal=person("王**"), at_ms=MORNING_MS - 7).grow(1)
    first_form(place, chain, mark=False)
    create_store(place).close()
    store = open_store(place)
    with store.reading() as connection:
        found = count_people(connection, ("east",), MORNING_MS)
    assert (found.out, found.visitors_in, found.residents_in) == (1, 2, 1)
    store.close()


def test_upgrading_twice_changes_nothing(fresh: Fresh) -> None:
    place = fresh()
    for _ in range(2):
        store = create_store(place)
        assert _revision(store) == tables.REVISION
        store.close()


def _revision(store: Store) -> str:
    with store.reading() as connection:
        return str(connection.execute(select(tables.alembic_version.c.version_num)).scalar_one())


def test_a_hub_on_postgresql_keeps_only_the_way_to_it(cluster: _postgresql.Cluster, tmp_path: Path) -> None:
    home = Home(tmp_path / "hub")
    home.create(Office("幸福里", "community", "Asia/Shanghai", False, ""), MORNING_MS, cluster.new_database())
    assert sorted(path.name for path in home.path.iterdir()) == ["database.url", "keys", "office.json"]
    assert (home.path / "database.url").stat().st_mode & 0o007 == 0
    home.open().close()
    # the same database is no place for another hub
    with pytest.raises(HubFault, match="not empty"):
        Home(tmp_path / "other").create(Office("x", "x", "Asia/Shanghai", False, ""), MORNING_MS, str(home.database))


@pytest.mark.parametrize("url", ["mysql://a/b", "nonsense", "sqlite:///x.db"])
def test_only_postgresql_is_served_by_url(tmp_path: Path, url: str) -> None:
    with pytest.raises(HubFault, match="database: "):
        Home(tmp_path / "hub").create(Office("x", "x", "Asia/Shanghai", False, ""), MORNING_MS, url)
