"""``station pass issue``: one pass, or one for every line of a list."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from station.commands.output import json_option, write_json
from station.commands.pass_errors import PassCommandError
from station.commands.pass_files import add_to_book
from station.commands.pass_list import list_rows
from station.commands.pass_options import ANY, EXISTING, household_option, name_option, timezone_option, zone_of
from station.commands.pass_show import body_of
from station.credential import gate_pass, pass_request
from station.credential.pass_book import IssuedPass
from station.keys import load_private


@click.command()
@click.option("--key", "key_file", required=True, type=EXISTING, help="The office's pass key: HUB/keys/pass.key.")
@click.option("--site", type=int, required=True, help="Your site's number: on every pass.")
@name_option
@household_option
@click.option("--last4", default="", help="The last four of the ID number; never more.")
@click.option("--purpose", default="", help="resident, worker, official, visitor, or a number of your list.")
@click.option("--ways", default="", help="both, out or in.  [default: both]")
@click.option("--from", "begin", default="", help="A day or a time, 2020-11-30T08:00.  [default: now]")
@click.option("--until", default="", help="A day (to its end) or a time.")
@click.option("--minutes-out", default="", help="The longest time outside.")
@click.option("--outings", default="", help="Outings a day; of people from outside: entries.")
@click.option("--plates", default="", help="Up to three number plates, with commas.")
@click.option("--list", "rows_file", type=EXISTING, help="CSV of holders; the options above fill its gaps.")
@click.option("--book", type=ANY, required=True, help="The book to which the passes are added; made if it is new.")
@timezone_option
@json_option
def issue(
    key_file: Path,
    site: int,
    name: str,
    household: str,
    last4: str,
    purpose: str,
    ways: str,
    begin: str,
    until: str,
    minutes_out: str,
    outings: str,
    plates: str,
    rows_file: Path | None,
    book: Path,
    timezone: str,
    out: Path | None,
) -> None:
    """Issue one pass, or one for every line of a list: all or none.

    Example: station pass issue --key hub/keys/pass.key --site 1 --name 何伟 --household 3-2-501 --last4 2205
    --purpose resident --until 2020-12-31 --minutes-out 120 --outings 2 --book passes.book
    """
    common = {
        "name": name,
        "household": household,
        "last4": last4,
        "purpose": purpose,
        "ways": ways,
        "from": begin,
        "until": until,
        "minutes_out": minutes_out,
        "outings": outings,
        "plates": plates,
    }
    issuing = pass_request.Issuing(site, zone_of(timezone), time.time_ns() // 1_000_000_000)
    rows = {1: common} if rows_file is None else list_rows(rows_file, common)
    if rows_file is None:
        made = [pass_request.request(common, issuing, os.urandom(8))]
    else:
        made, broken = pass_request.request_many(rows, issuing, lambda: os.urandom(8))
        for fault in broken:
            click.echo(f"{rows_file.name} line {fault.line}: {fault.problem}", err=True)
        if not made:
            raise PassCommandError(f"{rows_file}: no pass was issued; mend what is named above and try again")
    key = load_private(key_file)
    issued = [IssuedPass(claims, gate_pass.issue(claims, key)) for claims in made]
    add_to_book(book, issued)
    write_json(out, [body_of(one) for one in issued])
    for one in issued:
        click.echo(f"{one.claims.pass_id.hex()}  {one.claims.name}  {one.claims.household or ''}".rstrip())
    click.echo(f"{book}: station pass print --book {book} --out passes.html")
