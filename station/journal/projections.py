"""What the desk must know again after a restart, derived from the entries in the append's own transaction.

``station rebuild`` runs the same function over all entries and comes to the same tables.  Nothing here looks
back further than the shortest retention, so forgetting personal parts cannot change a result.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from station import kinds
from station.duty import table as duty_table
from station.lane import unfilled
from station.ledger import table as ledger_table
from station.notebook import table as notebook_table
from station.registration import visitors
from station.screening import learned
from station.wire.canonical import canonical
from station.wire.entry import Header, parse_header

#: The screen shows four; a few more survive a void.
KEEP_RECENT = 20
#: Deliveries are counted by the day; two days, so that no timezone matters.
KEEP_HANDED_MS = 2 * 86_400_000
_TABLES = (
    *("waiting", "fever_case", "recent", "applied", "unfinished", "unfilled", "handed", "passage"),
    *("learned", "calibrated", "visitor", "note", "duty"),
)
#: What is no practice though it happens during a drill.
_REAL_IN_DRILL = frozenset({kinds.ORDER_APPLIED, kinds.DEVICE_CALIBRATED})


def project(db: sqlite3.Connection, epoch: int, seq: int, header: Header, personal: dict[str, Any] | None) -> None:
    """Bring the tables up to date with one entry.  Runs inside the caller's transaction."""
    duty_table.project(db, epoch, seq, header, personal)
    if header.facts.get("drill") is not True or header.kind in _REAL_IN_DRILL:
        _project(db, epoch, seq, header, personal)


def _project(db: sqlite3.Connection, epoch: int, seq: int, header: Header, personal: dict[str, Any] | None) -> None:
    facts = header.facts
    ledger_table.project(db, epoch, seq, header, personal)
    learned.project(db, epoch, seq, header)
    _begin(db, epoch, seq, header, personal)
    visitors.project(db, epoch, seq, header, personal)
    notebook_table.project(db, epoch, seq, header, personal)
    match header.kind:
        case kinds.VISIT_DECIDED:
            _remember(db, epoch, seq, header, facts["outcome"], personal)
            if facts["outcome"] == "retake":
                db.execute("DELETE FROM unfinished WHERE visit = ?", (facts["visit"],))
                _park(db, header, personal)
            else:
                _unpark(db, facts["visit"])
        case kinds.VISIT_MEASURED:
            _keep_measured(db, facts, personal)
        case kinds.DETAILS_ADDED:
            _add(db, facts, personal)
        case kinds.VISIT_LEFT | kinds.WAITING_LEFT:
            _unpark(db, facts["visit"])
        case kinds.GOODS_HANDED:
            _remember(db, epoch, seq, header, "goods", personal)
            db.execute("DELETE FROM handed WHERE at_ms < ?", (header.at_ms - KEEP_HANDED_MS,))
            db.execute("INSERT OR REPLACE INTO handed VALUES (?, ?, ?, ?)", (epoch, seq, header.at_ms, facts["visit"]))
        case kinds.CASE_OPENED:
            db.execute(
                "INSERT OR REPLACE INTO fever_case VALUES (?, ?, ?, '[]', 0, ?)",
                (facts["case"], header.at_ms, facts["cause"], _text(personal)),
            )
        case kinds.CASE_STEP:
            _step(db, header)
        case kinds.ORDER_APPLIED:
            order = (facts["kind"], facts["number"], facts["sha256"])
            db.execute("INSERT OR REPLACE INTO applied VALUES (?, ?, ?)", order)
        case kinds.ENTRY_VOIDED:
            voided_epoch, voided_seq = facts["voids"]
            db.execute("UPDATE recent SET void = 1 WHERE epoch = ? AND seq = ?", (voided_epoch, voided_seq))
            _unpark(db, facts["visit"])
            for table in ("unfilled", "handed"):
                db.execute(f"DELETE FROM {table} WHERE epoch = ? AND seq = ?", (voided_epoch, voided_seq))


def rebuild(db: sqlite3.Connection) -> int:
    """Make every table anew from the entries; the number of entries read.  One transaction."""
    # One walk of one cursor: the entries of years do not fit in memory.
    db.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")
    count = 0
    for epoch, seq, header, personal in db.execute(
        "SELECT epoch, seq, header, personal FROM entry ORDER BY epoch, seq"
    ):
        project(db, epoch, seq, parse_header(header), None if personal is None else json.loads(personal))
        count += 1
    db.execute("COMMIT")
    return count


def forget_names(db: sqlite3.Connection, epoch: int, seq: int, before_ms: int) -> None:
    """Drop the names that the tables took from the entries of *epoch* up to *seq*, all older than *before_ms*.

    Whoever adds a table with a name in it adds a line here; :func:`rebuild` then comes to the same, because the entries
    no longer have it.
    """
    db.execute("UPDATE recent SET masked = '' WHERE epoch = ? AND seq <= ?", (epoch, seq))
    db.execute("UPDATE waiting SET personal = NULL WHERE since_ms < ?", (before_ms,))
    db.execute("UPDATE fever_case SET personal = NULL WHERE opened_ms < ?", (before_ms,))
    notebook_table.forget(db, epoch, seq)
    db.execute("UPDATE duty SET name = '' WHERE epoch = ? AND seq <= ?", (epoch, seq))
    # The ledger knows nobody whose entry does not say who it was.
    db.execute("DELETE FROM passage WHERE epoch = ? AND seq <= ?", (epoch, seq))
    for (body,) in db.execute("SELECT body FROM unfilled WHERE epoch = ? AND seq <= ?", (epoch, seq)).fetchall():
        _put(db, unfilled.nameless(unfilled.from_body(json.loads(body))))
    # A visit that a crash cut off; its entries are looked for only where there is one.
    for (visit,) in db.execute("SELECT visit FROM unfinished WHERE personal IS NOT NULL").fetchall():
        of_visit = "kind = 'visit.measured' AND json_extract(CAST(header AS TEXT), '$.facts.visit') = ?"
        kept = f"SELECT 1 FROM entry WHERE {of_visit} AND personal IS NOT NULL LIMIT 1"
        if db.execute(kept, (visit,)).fetchone() is None:
            db.execute("UPDATE unfinished SET personal = NULL WHERE visit = ?", (visit,))


def _remember(
    db: sqlite3.Connection, epoch: int, seq: int, header: Header, what: str, personal: dict[str, Any] | None
) -> None:
    masked = (personal or {}).get("masked") or (personal or {}).get("plate", "")
    db.execute(
        "INSERT OR REPLACE INTO recent VALUES (?, ?, ?, ?, ?, ?, 0)",
        (epoch, seq, header.at_ms, what, header.facts.get("direction", ""), masked),
    )
    db.execute(
        "DELETE FROM recent WHERE (epoch, seq) <="
        " (SELECT epoch, seq FROM recent ORDER BY epoch DESC, seq DESC LIMIT 1 OFFSET ?)",
        (KEEP_RECENT,),
    )


def _park(db: sqlite3.Connection, header: Header, personal: dict[str, Any] | None) -> None:
    facts = header.facts
    db.execute(
        "INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?, ?)",
        (facts["visit"], facts["tag"], header.at_ms, canonical(facts).decode(), _text(personal)),
    )


def _unpark(db: sqlite3.Connection, visit: str) -> None:
    db.execute("DELETE FROM waiting WHERE visit = ?", (visit,))
    db.execute("DELETE FROM unfinished WHERE visit = ?", (visit,))


def _keep_measured(db: sqlite3.Connection, facts: dict[str, Any], personal: dict[str, Any] | None) -> None:
    """Readings of a group that goes on: with whoever was told to be measured again, or by themselves."""
    row = db.execute("SELECT facts FROM waiting WHERE visit = ?", (facts["visit"],)).fetchone()
    if row is not None:
        whole = json.loads(row[0]) | {"readings": facts["readings"], "people": facts["people"]}
        update = "UPDATE waiting SET facts = ?, personal = ? WHERE visit = ?"
        db.execute(update, (canonical(whole).decode(), _text(personal), facts["visit"]))
        return
    row = (facts["visit"], canonical(facts).decode(), _text(personal))
    db.execute("INSERT OR REPLACE INTO unfinished VALUES (?, ?, ?)", row)


def _begin(db: sqlite3.Connection, epoch: int, seq: int, header: Header, personal: dict[str, Any] | None) -> None:
    item = unfilled.begun(epoch, seq, header.at_ms, header.facts, personal)
    if item is None:
        return
    db.execute("DELETE FROM unfilled WHERE at_ms < ?", (header.at_ms - unfilled.FORGOTTEN_AFTER_MS,))
    _put(db, item)


def _add(db: sqlite3.Connection, facts: dict[str, Any], personal: dict[str, Any] | None) -> None:
    epoch, seq = facts["of"]
    row = db.execute("SELECT body FROM unfilled WHERE epoch = ? AND seq = ?", (epoch, seq)).fetchone()
    if row is None:
        return
    after = unfilled.added(unfilled.from_body(json.loads(row[0])), facts, personal)
    if after is None:
        db.execute("DELETE FROM unfilled WHERE epoch = ? AND seq = ?", (epoch, seq))
    else:
        _put(db, after)


def _put(db: sqlite3.Connection, item: unfilled.Unfilled) -> None:
    body = canonical(unfilled.to_body(item)).decode()
    db.execute("INSERT OR REPLACE INTO unfilled VALUES (?, ?, ?, ?)", (item.epoch, item.seq, item.at_ms, body))


def _step(db: sqlite3.Connection, header: Header) -> None:
    facts = header.facts
    row = db.execute("SELECT steps FROM fever_case WHERE visit = ?", (facts["case"],)).fetchone()
    if row is None:
        return
    steps = [*json.loads(row[0]), [facts["step"], header.at_ms, *([True] if facts.get("high") is True else [])]]
    db.execute(
        # Nobody shows an ended case here again, so its name is not kept past the entry's own.
        "UPDATE fever_case SET steps = ?1, ended = ?2, personal = iif(?2, NULL, personal) WHERE visit = ?3",
        (json.dumps(steps), facts["ends"], facts["case"]),
    )


def _text(personal: dict[str, Any] | None) -> str | None:
    return None if personal is None else canonical(personal).decode()
