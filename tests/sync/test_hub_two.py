"""Two hubs on one PostgreSQL: either takes any batch, and one may die in the middle of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from benchmarks import _postgresql
from station.journal.writer import Journal
from sync.hub.home import Home
from tests.sync.chain import fever, open_journal
from tests.sync.processes import AgentProcess, HubProcess, eventually, free_port, make_hub
from tests.sync.scripted import scripted
from tests.sync.test_road import fill, written

#: Two hubs, an agent and a server of PostgreSQL are started here, perhaps beside other tests.
pytestmark = pytest.mark.timeout(480)

#: Four processes and a server on two cores that others use as well.
LONG_S = 60.0

Rows = list[tuple[int, int, bytes]]


@pytest.fixture
def hubs(tmp_path: Path, cluster: _postgresql.Cluster) -> Iterator[tuple[HubProcess, HubProcess]]:
    """Two hubs with the same keys and the same database, as on two machines."""
    one = make_hub(tmp_path / "one", cluster.new_database())
    shutil.copytree(one.state, tmp_path / "other")
    other = HubProcess(tmp_path / "other", free_port(), one.tokens, one.password, one.root_public)
    for each in (one, other):
        each.start()
    yield one, other
    for each in (one, other):
        each.kill()


@pytest.fixture
def database(hubs: tuple[HubProcess, HubProcess]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(str(Home(hubs[0].state).database), autocommit=True) as connection:
        yield connection


@pytest.fixture
def agent(tmp_path: Path, hubs: tuple[HubProcess, HubProcess]) -> Iterator[AgentProcess]:
    """The agent of «east» at the first hub, not yet running."""
    made = AgentProcess(tmp_path / "gate", hubs[0].url, hubs[0].tokens["east"])
    made.state.mkdir()
    yield made
    made.kill()


@pytest.fixture
def journal(agent: AgentProcess) -> Iterator[Journal]:
    made = open_journal(agent.journal)
    yield made
    made.close()


def held(database: psycopg.Connection, table: str = "entry") -> Rows:
    return database.execute(f"SELECT epoch, seq, hash FROM {table} ORDER BY epoch, seq").fetchall()


def people(database: psycopg.Connection) -> int:
    (found,) = database.execute("SELECT coalesce(sum(inward), 0)::int FROM tally").fetchone() or (0,)
    return int(found)


def test_a_hub_that_dies_in_the_middle_of_a_batch_leaves_nothing_of_it_and_the_other_takes_it(
    hubs: tuple[HubProcess, HubProcess], database: psycopg.Connection, agent: AgentProcess, journal: Journal
) -> None:
    one, other = hubs
    fill(journal, 700)
    with scripted(one.url) as road, psycopg.connect(str(Home(one.state).database)) as blocker:
        agent.url = road.url
        # Entries go in before people are counted: here the hub stands with half of its transaction done.
        blocker.execute("LOCK TABLE tally IN ACCESS EXCLUSIVE MODE")
        agent.start()
        stuck = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO tally%'"
        eventually(lambda: database.execute(stuck).fetchone(), patience_s=LONG_S)
        one.kill()
        blocker.rollback()
        road.upstream = other.url
        eventually(lambda: held(database) == written(agent), patience_s=LONG_S)
        eventually(lambda: agent.status().get("state") == "ok", patience_s=LONG_S)
        assert agent.stop()[0] == 0
    assert held(database, "fork") == []
    assert people(database) == 700


def test_the_same_gate_at_both_hubs_at_once_is_kept_once(
    hubs: tuple[HubProcess, HubProcess], database: psycopg.Connection, agent: AgentProcess, journal: Journal
) -> None:
    twin = AgentProcess(agent.state, hubs[1].url, hubs[1].tokens["east"])
    fill(journal, 600)
    agent.start()
    twin.start()
    journal.append(fever())
    fill(journal, 200)
    eventually(lambda: held(database) == written(agent), patience_s=LONG_S)
    assert (agent.stop()[0], twin.stop()[0]) == (0, 0)
    assert held(database, "fork") == []
    assert people(database) == 800


def test_a_token_made_at_one_is_good_at_the_other(hubs: tuple[HubProcess, HubProcess]) -> None:
    for each in hubs:
        assert each.request("GET", "/api/v1/orders?have=")[0] == 200
        assert each.request("GET", "/api/v1/orders?have=", Authorization="Bearer " + "a" * 43)[0] == 401
