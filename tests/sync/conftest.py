"""A hub's store with one gate, and real hubs as processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.hub.stations import enrol
from sync.hub.store import Store, create_store
from tests.sync.chain import MORNING_MS, key, public
from tests.sync.processes import HubProcess, make_hub


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store that knows the gates «east» (key 1) and «west» (key 2)."""
    made = create_store(tmp_path / "hub.db")
    with made.writing() as connection:
        enrol(connection, "east", "东门", "community", public(key(1)), MORNING_MS)
        enrol(connection, "west", "西门", "community", public(key(2)), MORNING_MS)
    yield made
    made.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    """A running hub that knows «east» (key 1) and «west» (key 2)."""
    made = make_hub(tmp_path / "hub")
    made.start()
    yield made
    made.kill()
