"""Keep who is where, what each gate's day came to, and by which words a pass is found."""

import json

import sqlalchemy as sa
from alembic import op

from station.credential import gate_pass
from station.credential.result import Refused
from station.ledger.ledger import Move, moves_of

revision = "0004"
down_revision = "0003"

#: Who passed before that is not looked for any more.
_LOOK_BACK_MS = 3 * 24 * 3600 * 1000
_COUNTS = (
    *("inward", "outward", "measured", "turned_back", "referred", "abnormal", "to_community", "retaken", "left"),
    *("vehicles_in", "vehicles_out", "goods", "emergency", "exceptions", "returnees"),
    *("travel_returns", "overdue", "by_hand"),
    *("cases_opened", "cases_closed", "paper", "voided", "readings"),
)
_PERSON = (
    *("station", "person_key", "epoch", "seq", "at_ms", "inward", "lives_here", "class_name"),
    *("masked", "last4", "place", "due_ms", "people"),
)


def upgrade() -> None:
    """Make the tables; put in who passed during the last three days, and the words of the passes there are."""
    texts = ("class_name", "masked", "last4", "place")
    op.create_table(
        "person",
        sa.Column("station", sa.String, primary_key=True),
        sa.Column("person_key", sa.String, primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("epoch", "seq", "at_ms")),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("inward", "lives_here")),
        *(sa.Column(name, sa.String, nullable=False) for name in texts),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("people", sa.BigInteger, nullable=False),
    )
    op.create_index("person_newest", "person", ["person_key", "at_ms"])
    op.create_table(
        "gate_day",
        sa.Column("station", sa.String, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        *(sa.Column(f"n_{name}", sa.BigInteger, nullable=False) for name in _COUNTS),
    )
    op.create_table(
        "gate_day_proof",
        sa.Column("station", sa.String, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("proof", sa.LargeBinary, nullable=False),
    )
    op.add_column("gate_pass", sa.Column("sought", sa.String, nullable=False, server_default=""))
    connection = op.get_bind()
    _write_people(connection)
    passes = sa.table("gate_pass", sa.column("pass_id"), sa.column("code"), sa.column("sought"))
    for row in connection.execute(sa.select(passes.c.pass_id, passes.c.code)).all():
        try:
            claims = gate_pass.read(row.code)
        except Refused:
            continue  # of a form that this program does not know; it is found by its number
        words = (claims.name, claims.household, claims.id_last4, *claims.plates)
        sought = " ".join(word for word in words if word).lower()
        connection.execute(sa.update(passes).where(passes.c.pass_id == row.pass_id).values(sought=sought))


def _write_people(connection: sa.Connection) -> None:
    newest: dict[tuple[str, str], Move] = {}
    rows = connection.execute(
        sa.text(
            "SELECT e.station, e.epoch, e.seq, e.kind, e.at_ms, e.header, p.personal FROM entry e"
            " JOIN part p ON p.station = e.station AND p.epoch = e.epoch AND p.seq = e.seq"
            " LEFT JOIN void v ON v.station = e.station AND v.epoch = e.epoch AND v.seq = e.seq"
            " WHERE e.kind IN ('visit.decided', 'details.added') AND p.personal IS NOT NULL AND v.seq IS NULL"
            " AND e.at_ms >= (SELECT max(received_ms) FROM entry) - :look_back"
        ),
        {"look_back": _LOOK_BACK_MS},
    )
    for row in rows:
        try:
            facts, personal = json.loads(bytes(row.header))["facts"], json.loads(bytes(row.personal))
            moves = moves_of(row.epoch, row.seq, row.kind, row.at_ms, facts, personal)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue  # from a program that writes these entries in another form
        for move in moves:
            before = newest.get((row.station, move.key))
            if before is None or (before.at_ms, before.epoch, before.seq) <= (move.at_ms, move.epoch, move.seq):
                newest[row.station, move.key] = move
    person = sa.table("person", *(sa.column(name) for name in _PERSON))
    values = [dict(zip(_PERSON, (station, *_values(move)), strict=True)) for (station, _), move in newest.items()]
    if values:
        connection.execute(sa.insert(person), values)


def _values(move: Move) -> tuple[object, ...]:
    where = (move.key, move.epoch, move.seq, move.at_ms, move.direction == "in", move.lives_here, str(move.klass))
    return (*where, move.masked[:40], move.last4[:40], move.place[:40], move.due_ms, move.people)
