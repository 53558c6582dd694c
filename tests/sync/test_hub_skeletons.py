"""After two years the oldest headers go; what is left still stands on its own, takes batches and counts the same."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from station.wire.entry import entry_hash
from station.wire.receipt import Receipt
from sync.hub.__main__ import main
from sync.hub.database import skeletons, tables
from sync.hub.database.shelf import DAY_MS
from sync.hub.database.skeletons import KEPT_DAYS, drop_skeletons
from sync.hub.database.store import Store
from sync.hub.forget import forget
from sync.hub.intake.ingest import ingest
from tests.sync.chain import MORNING_MS, Chain
from tests.sync.desk import new_home

ZONE = ZoneInfo("Asia/Shanghai")
LATER_MS = MORNING_MS + 100 * DAY_MS
#: The first ten are old by then, what came later is not.
OVER_MS = MORNING_MS + (KEPT_DAYS + 1) * DAY_MS


def take(store: Store, chain: Chain, first: int, last: int | None, now_ms: int) -> Receipt:
    return ingest(store, chain.station, chain.batch(first, last), now_ms, ZONE)


def held(store: Store, table: object = tables.entry) -> list[int]:
    with store.reading() as connection:
        return list(connection.scalars(select(table.c.seq).order_by(table.c.seq)))  # type: ignore[attr-defined]


def passed(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.sum(tables.tally.c.inward))).scalar_one())


@pytest.fixture
def chain(store: Store) -> Chain:
    """Ten entries that came on the first day and five that came a hundred days later."""
    made = Chain().grow(14)
    take(store, made, 1, 10, MORNING_MS)
    take(store, made, 11, None, LATER_MS)
    return made


def test_what_came_two_years_ago_goes_and_the_rest_hangs_on_it(store: Store, chain: Chain) -> None:
    before = passed(store)
    forget(store, OVER_MS - 2 * DAY_MS, 30)
    assert held(store) == list(range(1, 16)), "a day too early"
    forget(store, OVER_MS, 30)
    assert held(store) == [11, 12, 13, 14, 15]
    assert held(store, tables.part) == []
    with store.reading() as connection:
        row = connection.execute(select(tables.epoch)).one()
        header = connection.execute(select(tables.entry.c.header).where(tables.entry.c.seq == 11)).scalar_one()
    assert (row.dropped_seq, bytes(row.dropped_hash)) == (10, chain.heads[10])
    assert entry_hash(bytes(row.dropped_hash), bytes(header)) == chain.heads[11], (
        "what is left can be checked from there"
    )
    assert (row.contiguous_seq, bytes(row.contiguous_hash)) == (15, chain.heads[15])
    assert passed(store) == before, "counts stay"
    assert drop_skeletons(store, OVER_MS) == 0


def test_a_chain_goes_on_and_what_is_sent_again_is_held(store: Store, chain: Chain) -> None:
    drop_skeletons(store, OVER_MS)
    before = passed(store)
    for first, last in ((1, 8), (1, 10), (4, 15), (10, 12), (11, 15)):
        again = take(store, chain, first, last, OVER_MS)
        assert (again.contiguous_seq, again.hash_at_contiguous_seq) == (15, chain.heads[15]), (first, last)
    assert (held(store), held(store, tables.fork), passed(store)) == ([11, 12, 13, 14, 15], [], before)
    chain.grow(3)
    assert take(store, chain, 9, None, OVER_MS).contiguous_seq == 18
    assert passed(store) > before
    assert held(store) == list(range(11, 19))


def test_of_a_chain_that_ended_its_last_entry_stays(store: Store) -> None:
    chain = Chain().grow(9)
    take(store, chain, 1, None, MORNING_MS)
    assert drop_skeletons(store, OVER_MS) == 9
    assert held(store) == [10]
    assert take(store, chain.grow(1), 10, None, OVER_MS).contiguous_seq == 11


def test_what_waits_beyond_a_gap_stays_and_is_joined(store: Store) -> None:
    chain = Chain().grow(9)
    take(store, chain, 1, 4, MORNING_MS)
    take(store, chain, 7, None, MORNING_MS)
    assert drop_skeletons(store, OVER_MS) == 3
    assert held(store) == [4, 7, 8, 9, 10]
    assert take(store, chain, 5, 6, OVER_MS).contiguous_seq == 10


@pytest.mark.usefixtures("chain")
def test_another_chain_is_still_a_fork(store: Store) -> None:
    drop_skeletons(store, OVER_MS)
    other = Chain().add("gate.checked", {"other": True}).grow(14)
    take(store, other, 9, 13, OVER_MS)
    assert held(store, tables.fork) == [11, 12, 13], "of those before nothing is left to compare"
    assert held(store) == [11, 12, 13, 14, 15]


@pytest.mark.usefixtures("chain")
def test_it_goes_in_pieces_so_that_no_gate_waits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skeletons, "_AT_ONCE", 3)
    assert drop_skeletons(store, OVER_MS) == 10
    assert held(store) == [11, 12, 13, 14, 15]


def test_the_command_keeps_a_year_at_least(tmp_path: Path) -> None:
    home = new_home(tmp_path / "hub")
    command = ["forget", "--state", str(home.path), "--skeleton-days"]
    assert CliRunner().invoke(main, [*command, "364"]).exit_code == 2
    assert CliRunner().invoke(main, [*command, "365"]).exit_code == 0
