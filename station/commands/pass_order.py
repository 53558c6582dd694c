"""``station pass order``: all passes in force, for gates that look one up."""

from __future__ import annotations

import time
from pathlib import Path

import click

from station.commands.pass_files import read_book, read_revocations, write_private
from station.commands.pass_options import ANY, EXISTING, book_option
from station.credential import revocations
from station.roster.passes import encode_passes, known


@click.command()
@book_option
@click.option("--list", "list_file", type=EXISTING, help="Leave out what is on this list of revoked passes.")
@click.option("--out", "content_file", type=ANY, required=True, help="Where the order's content goes.")
def order(book: Path, list_file: Path | None, content_file: Path) -> None:
    """Make the list of all passes in force, by which a gate finds the pass of somebody who left it at home.

    Example: station pass order --book passes.book --list revoked.json --out passes.order
    """
    now_ms = time.time_ns() // 1_000_000
    revoked = revocations.NONE_YET if list_file is None else read_revocations(list_file)
    in_force = [
        one.claims
        for one in read_book(book)
        if one.claims.pass_id not in revoked and one.claims.expires_s * 1000 > now_ms
    ]
    write_private(content_file, encode_passes(map(known, in_force)))
    click.echo(f"{content_file}: {len(in_force)} passes; station hub publish --kind passes --content {content_file}")
