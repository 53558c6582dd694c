"""``station credential``: what a code is worth, and how the verifier fares on published test suites."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from station.commands.output import json_option, write_json
from station.commands.trust import read_bundle, station_trust, trust
from station.config.file import load
from station.credential.describe import verify_command
from station.credential.result import Now
from station.credential.run_suite import run_suite
from station.credential.trust import TrustStore
from station.lane.parts import Parts

#: The largest card in all its codes is a fifth of this; the rest of a longer file is nobody's code.
MAX_FILE = 524_288


@click.group()
def credential() -> None:
    """Codes: verify one, or run a suite of test vectors."""


@credential.command()
@click.argument("code", required=False)
@click.option(
    "--file",
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
    help="Read the code from there; - is stdin.",
)
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Trust what this station trusts.")
@click.option(
    "--trust", "lists", multiple=True, type=click.Path(exists=True, path_type=Path), help="A list of foreign keys."
)
@click.option("--at-ms", type=int, help="Judge at this time.  [default: now]")
@json_option
def verify(
    code: str | None,
    file: Path | None,
    config_file: Path | None,
    lists: tuple[Path, ...],
    at_ms: int | None,
    out: Path | None,
) -> None:
    """Say what CODE is worth: format, verdict and reason.  Status 0 only for valid.

    Example: station credential verify --config /etc/station/station.toml --file pass.txt
    """
    if (code is None) == (file is None):
        raise click.UsageError("give CODE or --file")
    payload = code.encode() if code is not None else _read(file)
    store = TrustStore() if config_file is None else of_station(config_file)
    for path in lists:
        store = store.with_bundle(read_bundle(path))
    found = verify_command(
        payload, store, Now(time.time_ns() // 1_000_000 if at_ms is None else at_ms), time.perf_counter_ns
    )
    write_json(out, found)
    for name, value in found.items():
        click.echo(f"{name}: {value}")
    sys.exit(0 if found["verdict"] == "valid" else 1)


@credential.command()
@click.argument("kind", type=click.Choice(["dcc", "shc", "nzcp"]))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@json_option
def suite(kind: str, folder: Path, out: Path | None) -> None:
    """Run the vectors of KIND in FOLDER through the verifier.

    Pictures are not read here: strangers' codes are decoded in the camera's process alone.

    Example: station credential suite dcc ../shared/testdata/credentials/dcc --json out.json
    """
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    found = run_suite(kind, files)
    write_json(out, found)
    for name in ("flags", "verdicts"):
        click.echo(f"{name}: {found[name]['right']} of {found[name]['checked']} right")
    click.echo(f"forged accepted: {found['forged_accepted']}")
    for miss in found["mismatches"]:
        click.echo(f"  {miss['vector']}: expected {miss['expected']}, got {miss['got']}: {miss['reason']}")


def _read(file: Path | None) -> bytes:
    """The code in *file*; of a health card of several codes there is one in each line."""
    source = sys.stdin.buffer.read(MAX_FILE) if file is None or str(file) == "-" else _beginning(file)
    lines = source.splitlines()
    if len(lines) < 2:
        return source
    parts = Parts()
    found = [whole for line in lines if (whole := parts.add(line, 0)) is not None]
    return found[-1] if len(found) == 1 else source


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(MAX_FILE)


def of_station(config_file: Path) -> TrustStore:
    """Everything that the station of *config_file* trusts."""
    config = load(config_file)
    return station_trust(config.paths, config.station.id)


credential.add_command(trust)
