"""What the desk knows again after a start: the lane as the journal has it, and the offsets of its thermometers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from importlib import resources

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station.clock import Clock
from station.config.config import Config
from station.desk.fitting import make_house, make_rounds, make_timing
from station.duty import table as duty_table
from station.duty.post import Post
from station.enrolment.enrolment import Enrolment, Self
from station.enrolment.files import files_of
from station.facts import Direction
from station.journal.writer import Journal
from station.lane.lane import Lane
from station.lane.restore import restore, restore_brief
from station.ledger.ledger import Ledger
from station.ledger.table import SELECT, moves
from station.notebook import table as notebook_table
from station.notebook.notebook import Notebook
from station.office.office import Office
from station.offsets import Offsets
from station.policy.file import parse_policy
from station.register import Register
from station.registration.forms import Forms
from station.registration.returning import Visitors
from station.screening import learned
from station.screening.screening import Screening
from station.wire.entry import ClockState, parse_header

#: Visits have whole numbers that a browser keeps exactly; two of 100,000 share one with a chance of one in a million.
MAX_ID = 2**53 - 1


def wake_lane(config: Config, journal: Journal) -> Lane:
    """An empty lane under the rules that every gate has, with the ledger and the gate's own normal of *journal*."""
    return Lane(
        parse_policy(resources.files("station").joinpath("regimes/low.toml").read_text("utf-8")),
        lambda: str(secrets.randbelow(MAX_ID) + 1),
        make_timing(config),
        Direction(config.station.direction),
        ledger=Ledger(moves(tuple(row) for row in journal.rows(SELECT))),
        house=make_house(config),
        screening=Screening.of(learned.rows(journal.rows)),
        timezone=config.station.timezone,
        offer_trip=config.desk.ask_trip,
        rounds=make_rounds(config),
        notebook=Notebook(notebook_table.notes(tuple(row) for row in journal.rows(notebook_table.SELECT))),
        drill=journal.in_drill,
    )


def wake_offsets(config: Config, journal: Journal) -> Offsets:
    """The signed offsets of the settings, and what the journal last said of each device."""
    return Offsets(
        config.station.id,
        [one.calibration for one in config.thermometer if one.calibration is not None],
        {row[0]: json.loads(row[1]) for row in journal.rows("SELECT device, facts FROM calibrated")},
    )


def take_up(lane: Lane, journal: Journal, office: Office, now_ms: int) -> None:
    """Put back into *lane* whoever rests, what is open, and what was counted, as the journal has it."""
    restore(
        lane,
        [tuple(row) for row in journal.rows("SELECT visit, tag, since_ms, facts, personal FROM waiting")],
        [
            tuple(row)
            for row in journal.rows("SELECT visit, opened_ms, cause, steps, personal FROM fever_case WHERE ended = 0")
        ],
        office.people.resident,
        now_ms,
    )
    restore_brief(
        lane,
        [tuple(row) for row in journal.rows("SELECT facts, personal FROM unfinished ORDER BY rowid")],
        [tuple(row) for row in journal.rows("SELECT epoch, seq, visit, at_ms FROM handed ORDER BY epoch, seq")],
    )


def wake_post(lane: Lane, journal: Journal, office: Office) -> Post:
    """Who is on duty, as the journal has it; *lane* is told."""
    post = Post(lambda: office.rota)
    post.take_up(lane, [tuple(row) for row in journal.rows(duty_table.SELECT)])
    return post


def salvaged_ms(journal: Journal) -> int | None:
    """When the chain began that goes on after a damaged file, None for any other."""
    (row,) = journal.rows("SELECT header FROM entry WHERE epoch = ? AND seq = 1", journal.epoch)
    header = parse_header(row[0])
    return header.at_ms if header.facts["reason"] == "salvage" else None


def forms_of(register: Register, journal: Journal, office: Office, clock: Clock, new_id: Callable[[], str]) -> Forms:
    """The registrations of this gate; without a key of the office nothing is asked that only it may read."""
    return Forms(
        register,
        Visitors(journal.path),
        sealed=lambda: journal.identity.seal_key is not None,
        regime=lambda: office.policy.regime,
        now_ms=clock.now_ms,
        clock_known=lambda: clock.state() in (ClockState.SYNCED, ClockState.RTC),
        new_id=new_id,
    )


def enrolment_of(
    config: Config,
    key: Ed25519PrivateKey,
    root: Ed25519PublicKey | None,
    office: Office,
    new_id: Callable[[], str],
) -> Enrolment | None:
    """How this gate is let in by a hub's code; None where there will never be a hub."""
    if config.retention.alone:
        return None
    hub = config.hub
    gate = Self(config.station.id, config.station.name, key, hub.url, hub.folder is not None)
    return Enrolment(gate, files_of(config), None if root is None else root.public_bytes_raw(), office.let_in, new_id)
