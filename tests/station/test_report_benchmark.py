"""The benchmark of the reports counts what it wrote, and weighs every format."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from benchmarks import report as benchmark
from station.reporting import report_day


def test_its_day_is_a_day_that_the_report_counts(tmp_path: Path) -> None:
    benchmark.write_journal(tmp_path / "journal.db", 601)
    made = report_day(tmp_path / "journal.db", ZoneInfo("Asia/Shanghai"), benchmark.DAY, benchmark.BEGINS_MS * 2)
    assert (made.entries, made.counts.abnormal, made.counts.readings) == (601, 2, 600 - 14)
    assert made.counts.inward + made.counts.outward == 600 - 2 - 14
    assert made.gaps == ()


def test_a_process_is_weighed_with_its_children(tmp_path: Path) -> None:
    alone = benchmark.weighed(tmp_path, "pass")
    grown = "x = b'x' * 60_000_000"
    child = f"import subprocess; subprocess.run([{sys.executable!r}, '-c', {grown!r}])"
    assert benchmark.weighed(tmp_path, child)["peak_mb"] > alone["peak_mb"] + 40
    with pytest.raises(SystemExit, match="no such thing"):
        benchmark.weighed(tmp_path, "raise SystemExit('no such thing')")


def test_unknown_options_are_errors() -> None:
    for arguments in (["--jsn", "x"], ["--entries", "0"]):
        with pytest.raises(SystemExit) as left:
            benchmark.main(arguments)
        assert left.value.code == 2
