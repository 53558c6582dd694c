"""Examiners: programs that read batches for the hub, and may die without harm."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sync.hub.errors import Refusal
from sync.hub.examination.examiner import SMALL, Examiners, read_batch
from tests.sync.chain import Chain, key, public
from tests.sync.processes import eventually

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def examiners() -> Iterator[Examiners]:
    made = Examiners(1)
    yield made
    made.close()


def children() -> set[int]:
    """The programs that this one has started."""
    return {int(child) for path in Path("/proc/self/task").glob("*/children") for child in path.read_text().split()}


def large() -> Chain:
    chain = Chain().add(personal={"masked": "李**"}, sealed=b"x").add("case.opened", {"case": "c", "cause": "fever"})
    chain.add_raw(b"?").grow(300)
    while len(chain.batch()) < SMALL:
        chain.add(facts={"noise": os.urandom(400).hex()}, kind="drone.landed")
    return chain


def test_an_examiner_finds_what_the_hub_itself_would(examiners: Examiners) -> None:
    chain, before = large(), children()
    found = examiners.read("east", chain.batch(), [public(key())], ZONE)
    assert len(children() - before) == 1
    own = read_batch("east", chain.batch(), [public(key())], ZONE)
    assert found._replace(links=list(found.links)) == own
    assert [link.seq for link in found.links if link.remarkable] == [1, 3]
    assert found.links[3].why


def test_what_is_small_starts_nothing(examiners: Examiners) -> None:
    before = children()
    examiners.read("east", Chain().batch(), [public(key())], ZONE)
    assert children() == before


@pytest.mark.parametrize("count", [0, 1])
def test_a_refusal_is_the_same_refusal(count: int) -> None:
    examiners = Examiners(count)
    for station, keys, code, status in (("east", [bytes(32)], "signature", 400), ("west", [], "station", 403)):
        with pytest.raises(Refusal) as refused:
            examiners.read(station, large().batch(), keys, ZONE)
        assert (refused.value.code, refused.value.status) == (code, status)
    examiners.close()


def test_one_that_was_killed_is_replaced(examiners: Examiners) -> None:
    batch, before = large().batch(), children()
    examiners.read("east", batch, [public(key())], ZONE)
    (first,) = children() - before
    os.kill(first, signal.SIGKILL)
    assert examiners.read("east", batch, [public(key())], ZONE).first_seq == 1
    assert children() - before != {first}


def test_a_batch_that_ends_its_reader_twice_is_refused(examiners: Examiners, monkeypatch: pytest.MonkeyPatch) -> None:
    # A program that ends at once stands for one that a batch has ended.
    monkeypatch.setattr("sys.executable", "/bin/true")
    with pytest.raises(Refusal) as refused:
        examiners.read("east", large().batch(), [public(key())], ZONE)
    assert refused.value.code == "breaks"


def test_none_is_left_when_the_hub_has_gone(examiners: Examiners) -> None:
    before = children()
    examiners.read("east", large().batch(), [public(key())], ZONE)
    assert children() != before
    examiners.close()
    eventually(lambda: children() == before)
