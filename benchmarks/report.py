"""What a report costs: seconds and the peak of memory for each format, of a day of 607 entries and of 100,000.

Each figure is a process of its own, started like ``station report``: CPU seconds with all its children, and the largest
resident set (VmHWM) of any one of them.  The journal is written here, in the form a gate writes, but not signed, which
a report does not look at.  607 entries are the plan's day (docs/county.md); 100,000 the worst one.

Peers: for the counting, a program that first reads all entries into a list, which is how one would begin; for the
files, the same table of rows with openpyxl as it comes and with ReportLab's own tables (platypus).
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from station import kinds
from station.commands.output import write_json
from station.journal.migrations import migrate
from station.papers.fonts import FontMissing, find_font
from station.wire.canonical import canonical

DAY = "2020-11-22"
BEGINS_MS = int(datetime(2020, 11, 21, 16, tzinfo=UTC).timestamp() * 1000)
DAY_MS = 86_400_000
#: A list of three thousand, such as a month of people, is the longest paper there is.
ROWS = (607, 3_000)
FORMATS = ("txt", "csv", "html", "xlsx", "pdf", "json")

#: Says what the process took when it is over, on stderr: what wait4 says of a child holds what its parent weighed.
_WEIGH = """
import atexit, os, sys
def weigh():
    kib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    spent = os.times()
    own, children = spent.user + spent.system, spent.children_user + spent.children_system
    with open({log!r}, "a") as log:
        log.write(f"{{kib}} {{own}} {{children}}\\n")
atexit.register(weigh)
"""

_NAIVE = """
import json, sqlite3, sys
from station.report import day_period, make_report, of_bytes, survey
from zoneinfo import ZoneInfo
zone, db = ZoneInfo("Asia/Shanghai"), sqlite3.connect(sys.argv[1])
entries = [of_bytes(*row) for row in db.execute("SELECT header, hash FROM entry ORDER BY epoch, seq")]
print(make_report("east", day_period(sys.argv[2], zone, 2**52), zone, survey(entries), entries).counts)
"""

_TABLE = """
import sys
from station.papers.paper import Paper, Table
rows = tuple((f"第{n}行", n, "一行普通的说明文字") for n in range(int(sys.argv[1])))
paper = Paper("zh-Hans", "名单", "", (("卡口", "东门"),), (Table("名单", ("名称", "数", "说明"), rows),), (), ())
"""

_WRITERS = {
    ("pdf", "product"): _TABLE + "from station.papers.pdf_file import write_pdf\nwrite_pdf(paper)",
    ("xlsx", "product"): _TABLE + "from station.papers.xlsx_file import write_xlsx\nwrite_xlsx(paper)",
    ("pdf", "platypus"): _TABLE
    + """
import io
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate
from station.papers.fonts import find_font
registerFont(TTFont("chinese", str(find_font())))
style = ParagraphStyle("cell", fontName="chinese")
table = paper.tables[0]
cells = [[Paragraph(str(cell), style) for cell in row] for row in (table.columns, *table.rows)]
grid = LongTable(cells, repeatRows=1, style=[("GRID", (0, 0), (-1, -1), 0.5, "grey")])
SimpleDocTemplate(io.BytesIO(), pagesize=A4).build([grid])
""",
    ("xlsx", "openpyxl"): _TABLE
    + """
import io
import openpyxl
book = openpyxl.Workbook()
for row in (paper.tables[0].columns, *paper.tables[0].rows):
    book.active.append(row)
book.save(io.BytesIO())
""",
}


def write_journal(path: Path, count: int) -> None:
    """A journal at *path* whose day has *count* passages, evenly spread, and the desk's half-hourly marks."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, str(path))
        db.execute("BEGIN")
        epoch = 1 << 32
        db.execute("INSERT INTO epoch VALUES (?, 'east', X'', X'', '')", (epoch,))
        for seq in range(1, count + 1):
            at_ms = BEGINS_MS + DAY_MS * (seq - 1) // count
            kind, facts = _entry(seq)
            header = {
                "v": 1,
                "station": "east",
                "epoch": epoch,
                "seq": seq,
                "kind": kind,
                "at_ms": at_ms,
                "clock": "synced",
                "boot_id": "b",
                "boottime_ns": (at_ms - BEGINS_MS) * 1_000_000,
                "actor": "wang",
                "facts": facts,
                "personal_c": None,
                "sealed_c": None,
            }
            row = (epoch, seq, kind, at_ms, canonical(header), seq.to_bytes(32, "big"), b"", None, None, None)
            db.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.execute("COMMIT")


def _entry(seq: int) -> tuple[str, dict[str, Any]]:
    if seq == 1:
        return kinds.SERVICE_STARTED, {"last_seq": 0, "journal": 1}
    reading = {
        "centi_celsius": 3640,
        "mode": "surface",
        "site": "forehead",
        "by_hand": False,
        "device": "t1",
        "seat": 1,
    }
    raw = {"centi_celsius": 3412, "frames": 6, "spread_centi": 12, "hex": "a5 01 02 03 04 05 06"}
    fever = seq % 300 == 0
    return kinds.VISIT_DECIDED, {
        "visit": str(4_503_599_627_370_496 + seq),
        "outcome": "refer" if fever else "retake" if seq % 40 == 0 else "admit",
        "reason": "fever" if fever else "resident",
        "direction": "in" if seq % 2 else "out",
        "class": "resident",
        "people": 1,
        "source": "pass",
        "notes": [],
        "exception": False,
        "vehicle": "none",
        "regime": "low",
        "policy": 12,
        "policy_sha256": "ab" * 32,
        "rule": "resident",
        "tag": seq % 100,
        "readings": [reading | {"raw": raw}],
        "used": {"person": "resident", "pass_verdict": "valid", "centi_celsius": 3640, "people": 1, "measured": 1},
    }


def weighed(folder: Path, program: str, *arguments: str) -> dict[str, float]:
    """CPU seconds and the largest process, in MB (10⁶ bytes), of *program* with its children."""
    log, site = folder / "weighed", folder / "site"
    log.write_text("")
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(_WEIGH.format(log=str(log)))
    path = [str(site), *(one for one in sys.path if one)]
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command, env={"PYTHONPATH": ":".join(path), "PATH": "/usr/bin:/bin"}, capture_output=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"report: {done.stderr.decode()[-500:]}")
    lines = [[float(word) for word in line.split()] for line in log.read_text().splitlines()]
    own, children = lines[-1][1:]
    return {"cpu_s": round(own + children, 2), "peak_mb": round(max(line[0] for line in lines) * 1024 / 1e6, 1)}


def measure(folder: Path, entries: list[int]) -> dict[str, Any]:
    """All figures; without a Chinese font those of PDF are left out, with a word on stderr."""
    formats = [*FORMATS]
    try:
        find_font()
    except FontMissing as error:
        print(f"report: {error}", file=sys.stderr)
        formats.remove("pdf")
    days: dict[str, Any] = {}
    for count in entries:
        state = folder / str(count)
        state.mkdir()
        write_journal(state / "journal.db", count)
        settings = state / "station.toml"
        settings.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{state}"\n')
        run = "import sys; from station.commands.report import report; report(sys.argv[1:])"
        common = ["daily", "--day", DAY, "--config", str(settings)]
        days[str(count)] = {
            kind: weighed(folder, run, *common, "--format", kind, "--out", str(state / f"out.{kind}"))
            for kind in formats
        }
        days[str(count)]["peer: all in a list"] = weighed(folder, _NAIVE, str(state / "journal.db"), DAY)
    tables = {
        str(rows): {
            f"{kind} {who}": weighed(folder, program, str(rows))
            for (kind, who), program in _WRITERS.items()
            if kind in formats
        }
        for rows in ROWS
    }
    return {"days": days, "tables": tables}


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="bench report", description=__doc__, epilog="example: ./run bench report --json report.json"
    )
    parser.add_argument(
        "--entries", type=int, nargs="+", default=[607, 100_000], help="of the day (default: %(default)s)"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write the figures to this file")
    given = parser.parse_args(arguments)
    if min(given.entries) < 1:
        parser.error("--entries: a day has at least one")
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.entries)
    print(json.dumps(found, indent=1, ensure_ascii=False))
    write_json(given.json, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
