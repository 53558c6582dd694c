"""``station pass verify``: what passes are worth, as a gate or the office would judge them."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from station.commands.credential import of_station
from station.commands.output import json_option, write_json
from station.commands.pass_errors import PassCommandError
from station.commands.pass_files import chosen_of, read_revocations
from station.commands.pass_options import EXISTING, book_option, household_option, ids_option, name_option
from station.credential.describe import verify_command
from station.credential.own_keys import bundle
from station.credential.result import Now
from station.credential.trust import TrustStore
from station.keys import load_private
from station.wire import keyring
from station.wire.document import key_id

_FOREVER_MS = 2**62


@click.command()
@book_option
@ids_option
@name_option
@household_option
@click.option("--config", "config_file", type=EXISTING, help="Judge as this station would.")
@click.option("--key", "key_file", type=EXISTING, help="Or by the office's own pass key.")
@click.option("--list", "list_file", type=EXISTING, help="And by this list of revoked passes.")
@click.option("--at-ms", type=int, help="Judge at this time.  [default: now]")
@json_option
def verify(
    book: Path,
    ids: tuple[str, ...],
    name: str,
    household: str,
    config_file: Path | None,
    key_file: Path | None,
    list_file: Path | None,
    at_ms: int | None,
    out: Path | None,
) -> None:
    """Say what passes are worth; status 0 only if every one of them is valid.

    Example: station pass verify --book passes.book --key hub/keys/pass.key --list revoked.json
    """
    if (config_file is None) == (key_file is None):
        raise PassCommandError("give --config or --key, and one of them only: whose signature counts?")
    trust = of_station(config_file) if config_file is not None else _own_trust(key_file)
    if list_file is not None:
        trust = trust.with_revocations(read_revocations(list_file))
    now = Now(time.time_ns() // 1_000_000 if at_ms is None else at_ms)
    found = []
    for one in chosen_of(book, ids, name, household):
        verdict = verify_command(one.code.encode(), trust, now, time.perf_counter_ns)
        found.append({"id": one.claims.pass_id.hex(), **verdict})
        click.echo(f"{one.claims.pass_id.hex()}  {verdict['verdict']}  {verdict['reason']}")
    write_json(out, found)
    sys.exit(0 if all(one["verdict"] == "valid" for one in found) else 1)


def _own_trust(key_file: Path | None) -> TrustStore:
    public = load_private(key_file or Path()).public_key()
    record = keyring.KeyRecord(key_id(public), keyring.Purpose.PASS, public.public_bytes_raw(), (), 0, _FOREVER_MS)
    return TrustStore().with_bundle(bundle(keyring.KeyRing((record,)), 1, 0, _FOREVER_MS))
