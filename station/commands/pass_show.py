"""``station pass show``: what stands on passes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from station.commands.output import json_option, write_json
from station.commands.pass_files import chosen_of
from station.commands.pass_options import book_option, household_option, ids_option, name_option
from station.credential import pass_sheet
from station.credential.pass_book import IssuedPass


@click.command()
@book_option
@ids_option
@name_option
@household_option
@json_option
def show(book: Path, ids: tuple[str, ...], name: str, household: str, out: Path | None) -> None:
    """Say what stands on passes, whoever signed them; whether they count, ``verify`` says.

    Example: station pass show --book passes.book --id 4f1a
    """
    chosen = chosen_of(book, ids, name, household)
    write_json(out, [body_of(one) for one in chosen])
    for one in chosen:
        for field, value in body_of(one).items():
            if field != "code" and value not in (None, "", []):
                click.echo(f"{field}: {value}")
        click.echo()


def body_of(one: IssuedPass) -> dict[str, Any]:
    """What stands on *one*, as JSON."""
    claims = one.claims
    return {
        "id": claims.pass_id.hex(),
        "site": claims.site,
        "name": claims.name,
        "household": claims.household,
        "last4": claims.id_last4,
        "purpose": claims.purpose,
        "ways": "both" if claims.leave and claims.enter else "out" if claims.leave else "in",
        "from": _iso(claims.not_before_s),
        "until": _iso(claims.expires_s),
        "minutes_out": claims.max_minutes_out,
        "outings": claims.entries_allowed,
        "plates": list(claims.plates),
        "version": str(pass_sheet.code_of(one.code).designator),
        "code": one.code,
    }


def _iso(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, ZoneInfo("UTC")).isoformat()
