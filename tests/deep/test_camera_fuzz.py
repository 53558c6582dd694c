"""A hundred thousand hostile images: no crash, no hang, no false payload, bounded memory.

    ./run test --deep camera_fuzz -s

About half an hour on two cores.  ``IMAGES`` in the environment sets another number.  What is counted goes to standard
output (``-s``), also how often the process of zbar had to be started again.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.drivers.hostile_images import Outcome, check, play

IMAGES = int(os.environ.get("IMAGES", "100000"))
#: So many images a job; a job's seed is its number and 1,000.
JOB = 2_000
#: What a process may grow by after the first third of a job: the largest image a few times over.
GROWTH_KB = 128 * 1024


@pytest.mark.deep
def test_hostile_images_are_survived() -> None:
    total = Outcome()
    jobs = max(1, IMAGES // JOB)
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for outcome in pool.map(play, [min(JOB, IMAGES)] * jobs, range(1_000, 1_000 + jobs)):
            total.images += outcome.images
            total.read += outcome.read
            total.known += outcome.known
            total.false += outcome.false
            total.longest_s = max(total.longest_s, outcome.longest_s)
            total.zbar_deaths += outcome.zbar_deaths
            total.grown_kb = max(total.grown_kb, outcome.grown_kb)
    print(total)
    check(total, GROWTH_KB)
