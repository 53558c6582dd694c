"""The hub's tables.  Every key begins with the station, so that a county's database can be split by it.

``entry`` holds the chain we answer for and what waits beyond its gaps, without what is forgotten; that is in ``part``,
by the day it came: on PostgreSQL a partition for each day, on SQLite an index.  ``fork`` holds the other side of every
contradiction, whole.  ``tally``, ``fever``, ``person``, ``journey`` and ``gate_day`` are projections: they can be made
again from the three.

These are the tables as the newest step in ``migrations/`` leaves them; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table

from station.report import NAMES as REPORTED

#: The newest step in ``migrations/versions``; a store that stands at another is not opened.
REVISION = "0006"

metadata = MetaData()

#: Kept by Alembic: which step the store stands at.
alembic_version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))

station = Table(
    "station",
    metadata,
    Column("station", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("token_sha256", LargeBinary, unique=True),  # NULL: revoked
    Column("enrolled_ms", BigInteger, nullable=False),
    Column("last_word_ms", BigInteger),  # of any request with its token
    Column("unsent", BigInteger),  # what its agent said last
)

#: A gate that was enrolled again has more than one: what its old card still brings was signed with the old key.
station_key = Table(
    "station_key",
    metadata,
    Column("station", String, primary_key=True),
    Column("public_key", LargeBinary, primary_key=True),
    Column("since_ms", BigInteger, nullable=False),
)

epoch = Table(
    "epoch",
    metadata,
    Column("station", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("start", LargeBinary),  # the head before entry 1, once that is held
    Column("contiguous_seq", BigInteger, nullable=False),
    Column("contiguous_hash", LargeBinary),
    Column("highest_seq", BigInteger, nullable=False),
    Column("previous_epoch", BigInteger),
    Column("previous_head", LargeBinary),
    Column("dropped_seq", BigInteger),  # up to here the skeletons went after two years; NULL: none
    Column("dropped_hash", LargeBinary),
)

entry = Table(
    "entry",
    metadata,
    Column("station", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", String),  # NULL: the header cannot be read
    Column("at_ms", BigInteger),
    Column("header", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sig", LargeBinary, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
)

#: What of an entry is forgotten.  ``day`` counts days since 1970 (UTC), when it came here: no entry chooses its own.
part = Table(
    "part",
    metadata,
    Column("station", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("personal", LargeBinary),
    Column("salt", LargeBinary),
    Column("sealed", LargeBinary),
    Index("part_day", "day"),
    postgresql_partition_by="RANGE (day)",
)

fork = Table(
    "fork",
    metadata,
    Column("station", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("kind", String),
    Column("at_ms", BigInteger),
    Column("header", LargeBinary, nullable=False),
    Column("sig", LargeBinary, nullable=False),
    Column("personal", LargeBinary),
    Column("salt", LargeBinary),
    Column("sealed", LargeBinary),
    Column("received_ms", BigInteger, nullable=False),
)

#: Why an entry was set aside, and the parts nobody vouches for; its header and signature stand in their table.
quarantine = Table(
    "quarantine",
    metadata,
    Column("station", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    Column("why", String, nullable=False),
    Column("personal", LargeBinary),
    Column("salt", LargeBinary),
    Column("sealed", LargeBinary),
    Column("received_ms", BigInteger, nullable=False),
)

#: Entries that do not count any more; a void may come before what it voids.
void = Table(
    "void",
    metadata,
    Column("station", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
)

tally = Table(
    "tally",
    metadata,
    Column("station", String, primary_key=True),
    Column("day", Integer, primary_key=True),  # 20201122 where the hub is; 0: the gate's clock was not known
    Column("hour", Integer, primary_key=True),
    Column("inward", BigInteger, nullable=False),
    Column("outward", BigInteger, nullable=False),
    Column("measured", BigInteger, nullable=False),
    Column("turned_back", BigInteger, nullable=False),
    Column("referred", BigInteger, nullable=False),
    Index("tally_day", "day"),
)

fever = Table(
    "fever",
    metadata,
    Column("station", String, primary_key=True),
    Column("case_id", String, primary_key=True),
    Column("cause", String),  # NULL until the opening entry is here
    Column("epoch", BigInteger),
    Column("seq", BigInteger),
    Column("opened_ms", BigInteger),
    Column("step", String),
    Column("step_epoch", BigInteger),
    Column("step_seq", BigInteger),
    Column("step_ms", BigInteger),
    Column("ended", Boolean, nullable=False),
)

#: Everybody's newest passage at each gate, for :data:`sync.hub.people.whereabouts.LOOK_BACK_MS`; masked, as the gates
#: have it.
#: The key ``?20201122`` holds how many passed unknown on that day.
person = Table(
    "person",
    metadata,
    Column("station", String, primary_key=True),
    Column("person_key", String, primary_key=True),  # what the gates' ledgers call them
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("inward", Boolean, nullable=False),
    Column("lives_here", Boolean, nullable=False),
    Column("class_name", String, nullable=False),
    Column("masked", String, nullable=False),
    Column("last4", String, nullable=False),
    Column("place", String, nullable=False),
    Column("due_ms", BigInteger),
    Column("people", BigInteger, nullable=False),
    Index("person_newest", "person_key", "at_ms"),
)

#: What a gate's day came to by its own report (station/report), drawn up from its entries when somebody asks for it and
#: kept until one of them changes.
gate_day = Table(
    "gate_day",
    metadata,
    Column("station", String, primary_key=True),
    Column("day", Integer, primary_key=True),  # 20201122 where the hub is
    # One of them is called "left", which PostgreSQL keeps for itself.
    *(Column(f"n_{name}", BigInteger, key=name, nullable=False) for name in REPORTED),
)

#: What proves it: hours on line, numbers of the chain with heads, gaps; apart, so that totals are quick.
gate_day_proof = Table(
    "gate_day_proof",
    metadata,
    Column("station", String, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("proof", LargeBinary, nullable=False),  # canonical JSON
)

orders = Table(
    "orders",
    metadata,
    Column("kind", String, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("audience", String, nullable=False),  # station ids as a JSON list
    Column("base", BigInteger),
    Column("at_ms", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

#: Who may look and act; ``unit`` is how much of the tree they see.  The account ``office`` is not here: its password is
#: the one in office.json.
account = Table(
    "account",
    metadata,
    Column("account", String, primary_key=True),
    Column("shown", String, nullable=False),
    Column("role", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("password", String, nullable=False),  # argon2
    Column("since_ms", BigInteger, nullable=False),
)

#: Who is in.  ``mark`` changes with the password, so that another one ends the session.
session = Table(
    "session",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("account", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("ends_ms", BigInteger, nullable=False),
)

#: Journeys that gates were told of; ``person_key`` is empty once forgotten, ``left_ms`` and ``came_ms`` until seen.
journey = Table(
    "journey",
    metadata,
    Column("station", String, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("person_key", String, nullable=False),
    Column("where_to", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("back_ms", BigInteger, nullable=False),
    Column("left_ms", BigInteger),
    Column("came_ms", BigInteger),
)

#: Codes that let a gate in once, as hashes of their tokens; ``root`` is the root key that the gate is shown.
invitation = Table(
    "invitation",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("station", String, nullable=False),
    Column("name", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)

#: Programs of others that may read; ``unit`` is how much of the tree.
program_key = Table(
    "program_key",
    metadata,
    Column("name", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("key_sha256", LargeBinary, nullable=False, unique=True),
    Column("since_ms", BigInteger, nullable=False),
)

#: The tree of units.  A gate may stand in it under its station's id; one that does not hangs on its station's unit.
unit = Table(
    "unit",
    metadata,
    Column("unit", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("level", String, nullable=False),  # as people call it: 街道, 网格
    Column("responsible_unit", String, nullable=False),
    Column("person", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("valid_from", String, nullable=False),  # a day, 2020-11-22, or empty
)

unit_parent = Table(
    "unit_parent",
    metadata,
    Column("unit", String, primary_key=True),
    Column("parent", String, primary_key=True),
)

#: The book of issued passes: the signed code says everything that stands on one.
gate_pass = Table(
    "gate_pass",
    metadata,
    Column("pass_id", String, primary_key=True),  # 16 hex digits
    Column("unit", String, nullable=False),
    Column("code", String, nullable=False),
    Column("issued_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
    Column("sought", String, nullable=False),  # holder, household, last four and plates, in small letters
)

#: Cases that the authorities told the office of: no name, no number of a person, nothing of a gate.  ``unit`` and
#: ``place`` say where; what somebody typed is forgotten in time.
notified_case = Table(
    "notified_case",
    metadata,
    Column("record", String, primary_key=True),  # 16 hex digits
    Column("unit", String, nullable=False),
    Column("place", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("day", Integer, nullable=False),  # 20201122 where the hub is: when the authorities told of it
    Column("source", String, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
    Column("added_by", String, nullable=False),
    Column("withdrawn_ms", BigInteger),
    Column("withdrawn_by", String, nullable=False),  # empty until then
    Column("reason", String, nullable=False),
    Index("notified_case_day", "day"),
)
