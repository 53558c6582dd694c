"""``station journal``: look after the journal."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from station.clock import Clock, system_clock_state
from station.commands.output import json_option, write_json
from station.commands.settings import config_option
from station.config.file import load
from station.journal.errors import JournalFailed
from station.journal.identity import Identity
from station.journal.reader import JournalReader
from station.journal.rebuild import rebuild_file
from station.journal.redecide import Redecided, at_hand, redecide_all, shipped
from station.journal.retention import CHUNK, DAY_MS
from station.journal.salvage import salvage
from station.journal.verify import verify as verify_journal
from station.journal.writer import Journal
from station.keys import load_or_make, machine_id
from station.policy.file import PolicyError
from station.wire.order import read_order


@click.group()
def journal() -> None:
    """The journal: verify it, forget what is over, salvage what a damaged one still holds."""


@journal.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--public-key", help="The station's public key from the office, 64 hex digits.")
@click.option("--decisions", is_flag=True, help="Make every decision again from its facts and its policy.")
@click.option(
    "--policy",
    "texts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A policy that was in force once: its TOML, or the office's order (with --decisions).",
)
@json_option
def verify(file: Path, public_key: str | None, decisions: bool, texts: tuple[Path, ...], out: Path | None) -> None:
    """Check that nothing in the journal FILE was altered or left out; status 0 only if it is sound.

    With --decisions also that each follows from its facts by its policy: those that come with this program, the order
    in force that lies beside the journal, and those named by --policy.

    Example: station journal verify /var/lib/station/journal.db
    """
    try:
        trusted = None if public_key is None else bytes.fromhex(public_key)
    except ValueError:
        raise click.BadParameter(f"{public_key!r} is not hex", param_hint="--public-key") from None
    verdict = verify_journal(JournalReader(file), trusted)
    again = _decided_again(file, texts) if decisions and verdict.sound else None
    found = {} if again is None else {"decisions": asdict(again)}
    write_json(out, asdict(verdict) | {"sound": verdict.sound} | found)
    click.echo(f"{verdict.station}: {verdict.entries} entries in {verdict.epochs} epochs")
    click.echo(f"personal parts forgotten: {verdict.forgotten}")
    for epoch, seq in verdict.announced.items():
        click.echo(f"  as the journal itself says: up to entry {epoch}/{seq}")
    if verdict.unannounced:
        click.echo(f"  without its saying so: {verdict.unannounced}")
    click.echo(f"head {verdict.head}")
    if trusted is None:
        click.echo("only its agreement with itself was checked; --public-key checks whose it is")
    click.echo("sound" if verdict.sound else f"NOT SOUND: {verdict.fault}")
    if again is not None:
        click.echo(f"decisions made again: {again.alike} of {again.decisions} alike, {again.differ} differ")
        for line in again.differing:
            click.echo(f"DIFFERS: {line}")
        for sha256, count in again.missing.items():
            click.echo(f"policy {sha256[:16]}… is not at hand: {count} decisions not made again (--policy FILE)")
    sys.exit(0 if verdict.sound and not (again and again.differ) else 1)


def _decided_again(file: Path, named: tuple[Path, ...]) -> Redecided:
    in_force = file.with_name("applied") / "policy.doc"
    texts = [_policy_text(path) for path in (*named, *((in_force,) if in_force.exists() else ()))]
    return redecide_all(JournalReader(file), at_hand([*shipped(), *texts]))


def _policy_text(path: Path) -> str:
    # Whose order it is need not be checked: an entry names the policy by its very content.
    source = path.read_bytes()
    content = source if path.suffix == ".toml" else read_order(source).content
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise PolicyError(f"{path}: not UTF-8") from None


@journal.command("forget")
@config_option
def forget_(config_file: Path) -> None:
    """Delete personal parts whose time is over; the desk, which does so every night, must be stopped.

    Example: station journal forget
    """
    config = load(config_file)
    clock = Clock(state=system_clock_state)
    identity = Identity(config.station.id, load_or_make(config.paths.key), machine_id())
    book = Journal(config.paths.journal, identity, clock.moment)
    try:
        before_ms, count = clock.now_ms() - config.retention.days * DAY_MS, 0
        while some := book.forget(before_ms, CHUNK, config.retention.alone):
            count += some
        if not book.scrub():
            raise JournalFailed(f"{config.paths.journal}: somebody is reading it; run this again")
        click.echo(
            f"personal parts forgotten: {count}; older ones that wait for a receipt: "
            f"{0 if config.retention.alone else book.forgets_later(before_ms)}"
        )
    finally:
        book.close()


@journal.command("salvage")
@config_option
def salvage_(config_file: Path) -> None:
    """Put what verifies of a damaged journal into a new file and keep the old one; the desk must be stopped.

    The desk does so by itself where it comes upon the damage; this is for a journal that verify found not sound.

    Example: station journal salvage
    """
    config = load(config_file)
    identity = Identity(config.station.id, load_or_make(config.paths.key), machine_id())
    aside = salvage(config.paths.journal, identity, Clock(state=system_clock_state).moment)
    click.echo(f"the damaged journal is kept as {aside}")


@click.command()
@config_option
def rebuild(config_file: Path) -> None:
    """Make the projections anew from the entries; the desk must be stopped.

    Example: station rebuild
    """
    click.echo(f"{rebuild_file(load(config_file).paths.journal)} entries read")
