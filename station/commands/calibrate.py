"""``station calibrate``: the offset of a thermometer, found, signed by the office and looked at."""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station import calibration
from station.calibration import Calibration, CalibrationError
from station.commands.output import json_option, write_json
from station.commands.settings import config_option
from station.config.file import load
from station.keys import load_or_make, load_public
from station.office.applied import Applied
from station.offsets import state_of
from station.wire.canonical import canonical
from station.wire.document import key_id
from station.wire.keyring import KeyRing, parse_keys
from station.wire.order import OrderKind

#: With fewer comparisons one odd reading would be the offset.
FEWEST = 3
#: A thermometer that differs from itself by more than this is broken or held wrongly (hundredths of a degree).
WIDEST_CENTI = 30
#: What a request must hold, and of which kind.
_REQUEST = {"station": str, "device": str, "offset_centi": int, "name": str, "day": str, "by": str}


@click.group()
def calibrate() -> None:
    """The offset of a thermometer: make a request, have the office sign it, show what is in force."""


@calibrate.command()
@click.option("--station", required=True, help="The station's id, as in its settings.")
@click.option("--device", required=True, help="The thermometer's name, as in its settings.")
@click.option("--reference", type=float, required=True, help="What is right, in °C, such as 37.00.")
@click.option("--read", "readings", type=float, multiple=True, required=True, help="What the device showed; 3 or more.")
@click.option("--name", required=True, help="What it was compared with, such as 'black body 37.0'; nobody's name.")
@click.option("--date", "day", default=lambda: date.today().isoformat(), help="When.  [default: today]")
@click.option("--by", required=True, help="The admin's id; nobody's name.")
@click.argument("request", type=click.Path(dir_okay=False, path_type=Path))
def make(
    station: str,
    device: str,
    reference: float,
    readings: tuple[float, ...],
    name: str,
    day: str,
    by: str,
    request: Path,
) -> None:
    """Write the REQUEST for an offset: the reference less the middle of what the device showed.

    Example: station calibrate make --station east --device forehead --reference 37 --read 36.7 --read 36.8
    --read 36.8 --name 'black body 37.0' --by admin-2 forehead.json
    """
    centis = [round(value * 100) for value in readings]
    if len(centis) < FEWEST:
        raise click.UsageError(f"--read: {len(centis)} readings; give at least {FEWEST}, each a measurement of its own")
    if max(centis) - min(centis) > WIDEST_CENTI:
        raise CalibrationError(
            f"{device}: its readings lie {(max(centis) - min(centis)) / 100:.2f} °C apart; no offset mends that, "
            "have the device checked"
        )
    offset_centi = round(reference * 100) - round(statistics.median(centis))
    body = {"station": station, "device": device, "offset_centi": offset_centi, "name": name, "day": day, "by": by}
    _requested(body)
    write_json(request, body)
    click.echo(f"{device}: {offset_centi / 100:+.2f} °C; have the office sign {request}: station calibrate sign")


@calibrate.command()
@click.argument("request", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "key_file", type=click.Path(path_type=Path), required=True, help="The office's order.key.")
def sign(request: Path, key_file: Path) -> None:
    """Sign REQUEST with the office's key; prints the lines for the device's table in the station's settings.

    Example: station calibrate sign forehead.json --key keys/order.key
    """
    try:
        body = json.loads(request.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CalibrationError(f"{request}: no request ({error}); make one with station calibrate make") from None
    station, wanted = _requested(body)
    if not key_file.exists():
        raise click.BadParameter(f"{key_file}: no such key", param_hint="--key")
    signature = calibration.sign(station, wanted, load_or_make(key_file))
    click.echo(f"# in the [[thermometer]] table of {wanted.device!r} at {station}")
    click.echo(f"offset_centi = {wanted.offset_centi}")
    for key, value in (
        ("name", wanted.name),
        ("date", wanted.day.isoformat()),
        ("by", wanted.by),
        ("signature", signature),
    ):
        click.echo(f"offset_{key} = {_quoted(value)}")


@calibrate.command()
@config_option
@json_option
def show(config_file: Path, out: Path | None) -> None:
    """Show every thermometer's offset and whether it is in force; status 1 if one is not.

    Example: station calibrate show
    """
    config = load(config_file)
    keyring = _keyring(config.paths.state, config.paths.root)
    now_ms = int(time.time() * 1000)
    rows = []
    for table in config.thermometer:
        one = table.calibration
        if one is None:
            click.echo(f"{table.name}: no offset")
            continue
        state = state_of(one, config.station.id, keyring, now_ms).removeprefix("offset_")
        ends = datetime(one.day.year, one.day.month, one.day.day, tzinfo=UTC).timestamp()
        ends_on = datetime.fromtimestamp(ends + calibration.VALID_DAYS * 86_400, UTC).date().isoformat()
        click.echo(
            f"{table.name}: {one.offset_centi / 100:+.2f} °C, {one.name}, {one.day}, by {one.by}: "
            f"{state.replace('_', ' ')}, until {ends_on}"
        )
        rows.append(calibration.facts(one) | {"state": state, "until": ends_on})
    write_json(out, {"station": config.station.id, "offsets": rows})
    sys.exit(1 if any(row["state"] != "in_force" for row in rows) else 0)


def _requested(body: object) -> tuple[str, Calibration]:
    """The station and the offset of a request.

    :raises CalibrationError: naming the field that is wrong.
    """
    if not isinstance(body, dict) or set(body) != set(_REQUEST):
        raise CalibrationError(f"request: expected exactly {', '.join(_REQUEST)}")
    for key, kind in _REQUEST.items():
        if type(body[key]) is not kind or (not body[key] and kind is str):
            raise CalibrationError(
                f"request: {key}: {body[key]!r} is not {'a whole number' if kind is int else 'text'}"
            )
    canonical(body)
    wanted = calibration.parse(body["device"], body["offset_centi"], body["name"], body["day"], body["by"], "")
    if wanted is None:
        raise CalibrationError("request: says nothing")
    return body["station"], wanted


def _keyring(state: Path, root_file: Path) -> KeyRing:
    """The office's keys in force, none where there are none yet."""
    root = load_public(root_file)

    def trusted(id_: str) -> list[Ed25519PublicKey]:
        return [root] if root is not None and key_id(root) == id_ else []

    if not (state / "applied").exists():
        return KeyRing()
    order = Applied(state / "applied").load(OrderKind.KEYS, trusted)
    return KeyRing() if order is None else parse_keys(order.content)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
