"""A million random and mutated byte streams for each family: no reading of nobody, and nothing piles up.

    ./run test --deep thermometer_fuzz

A quarter of an hour on two cores that do nothing else.  ``STREAMS`` in the environment sets another number; a line with
the counts of each family goes to standard output (``-s``).
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from drivers.thermometer.protocols import PROTOCOLS
from tests.drivers.thermometer_streams import Outcome, check, play

STREAMS = int(os.environ.get("STREAMS", "1000000"))
#: So many streams a job; a job's seed is its number.
JOB = 10_000
#: A picture is 170 times as long as the other frames.
SHARE = {"gy_mcu90640": 20}
#: What a process may grow by while it decodes: the interpreter's own arenas.
GROWTH_KB = 16_384


def job(name: str, seed: int, count: int) -> tuple[Outcome, int]:
    """One job in a process of its own kind; the outcome and how much the process has grown in it, in kB."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = play(PROTOCOLS[name], count, seed)
    return outcome, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    """One for all families: a process that has grown by one of them would be seen in the next."""
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as processes:
        yield processes


@pytest.mark.deep
@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_million_hostile_streams(name: str, pool: ProcessPoolExecutor) -> None:
    wanted = max(JOB, STREAMS // SHARE.get(name, 1))
    began_s = time.monotonic()
    total = Outcome()
    for outcome, grown_kb in pool.map(job, [name] * (wanted // JOB), range(wanted // JOB), [JOB] * (wanted // JOB)):
        total.streams += outcome.streams
        total.places += outcome.places
        total.frames += outcome.frames
        total.readings += outcome.readings
        total.out_of_ranges += outcome.out_of_ranges
        total.most_pending = max(total.most_pending, outcome.most_pending)
        assert grown_kb < GROWTH_KB
    print(f"{name}: {total}, {time.monotonic() - began_s:.0f} s")
    check(PROTOCOLS[name], total)
    assert total.streams == wanted // JOB * JOB
