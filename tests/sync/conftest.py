"""A hub's store with one gate, on SQLite and on PostgreSQL, and real hubs as processes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from benchmarks import _postgresql
from sync.hub.database.store import Store, create_store, open_store
from sync.hub.database.tables import alembic_version, metadata
from sync.hub.gates.stations import enrol
from sync.hub.home import Home
from tests.sync.chain import MORNING_MS, key, public
from tests.sync.desk import furnish, make_app, new_home
from tests.sync.processes import HubProcess, free_port, make_hub

HOUR_MS = 3_600_000
#: An empty place for a store: a path, or the URL of a database.
NewPlace = Callable[[], Path | str]


@pytest.fixture(scope="session")
def cluster() -> Iterator[_postgresql.Cluster]:
    """A real PostgreSQL, started once for each worker of the tests."""
    why_not = _postgresql.why_not()
    if why_not:
        pytest.skip(why_not)
    # Nobody cuts the power in these tests, and what a killed hub leaves is the same.
    made = _postgresql.Cluster("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")
    yield made
    made.close()


@pytest.fixture(scope="session")
def shared_url(cluster: _postgresql.Cluster) -> str:
    """One database for all tests that do not look at how it is made: making one takes longer than a test."""
    url = cluster.new_database()
    create_store(url).close()
    return url


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store in a file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "hub.db"
    create_store(path).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> NewPlace:
    """Gives an empty place for a store each time it is called, on either kind of database; only the last is empty."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("shared_url")
        return lambda: _emptied(url)
    made: Path = request.getfixturevalue("template")
    names = iter(range(10**6))
    return lambda: shutil.copy(made, tmp_path / f"hub{next(names)}.db")


def _emptied(url: str) -> str:
    store = open_store(url)
    tables = ", ".join(table.name for table in metadata.sorted_tables if table is not alembic_version)
    with store.writing() as connection:
        connection.exec_driver_sql(f"TRUNCATE {tables}")
    store.close()
    return url


def create_known(place: Path | str) -> Store:
    """An empty store at *place* that knows the gates «east» (key 1) and «west» (key 2)."""
    made = open_store(place)
    with made.writing() as connection:
        enrol(connection, "east", "东门", "community", public(key(1)), MORNING_MS)
        enrol(connection, "west", "西门", "community", public(key(2)), MORNING_MS)
    return made


@pytest.fixture
def store(new_place: NewPlace) -> Iterator[Store]:
    """An empty store that knows the gates «east» (key 1) and «west» (key 2)."""
    made = create_known(new_place())
    yield made
    made.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An office with its keys, one for a file of tests."""
    return new_home(tmp_path_factory.mktemp("office") / "office")


@pytest.fixture
def shelf(template: Path, tmp_path: Path) -> Iterator[Store]:
    """A hub's store on SQLite with two units, one gate each."""
    made = create_known(Path(shutil.copy(template, tmp_path / "shelf.db")))
    furnish(made)
    yield made
    made.close()


@pytest.fixture
def app(shelf: Store, home: Home) -> Flask:
    """At nine o'clock, when the report of the day before is due in ninety minutes."""
    return make_app(shelf, home, MORNING_MS + HOUR_MS)


@pytest.fixture(scope="session")
def made_hub(tmp_path_factory: pytest.TempPathFactory) -> HubProcess:
    """A hub that knows «east» (key 1) and «west» (key 2), to be copied and never run."""
    return make_hub(tmp_path_factory.mktemp("made") / "hub")


@pytest.fixture
def hub(tmp_path: Path, made_hub: HubProcess) -> Iterator[HubProcess]:
    """A running hub that knows «east» (key 1) and «west» (key 2)."""
    state = shutil.copytree(made_hub.state, tmp_path / "hub")
    made = replace(made_hub, state=state, port=free_port())
    try:
        made.start()
        yield made
    finally:
        made.kill()
