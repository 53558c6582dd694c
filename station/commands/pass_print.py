"""``station pass print``: passes on paper, or for a phone."""

from __future__ import annotations

from pathlib import Path

import click

from station.commands.pass_files import chosen_of, write_private
from station.commands.pass_options import (
    ANY,
    book_option,
    household_option,
    ids_option,
    name_option,
    timezone_option,
    zone_of,
)
from station.credential import pass_sheet


@click.command("print")
@book_option
@ids_option
@name_option
@household_option
@click.option("--form", type=click.Choice([str(form) for form in pass_sheet.Form]), default="a6", show_default=True)
@click.option("--issuer", default="", help="Stands in the head: 幸福里社区.")
@click.option("--language", type=click.Choice(pass_sheet.LANGUAGES), default="zh-Hans", show_default=True)
@click.option(
    "--png", type=click.Path(file_okay=False, path_type=Path), help="Also each code as a picture, in this folder."
)
@click.option("--out", "page_file", type=ANY, required=True, help="The page: open it in a browser and print.")
@timezone_option
def print_(
    book: Path,
    ids: tuple[str, ...],
    name: str,
    household: str,
    form: str,
    issuer: str,
    language: str,
    png: Path | None,
    page_file: Path,
    timezone: str,
) -> None:
    """Make one page of all passes in a book, or of some: A6 sheets, four on A4, receipts, or for a phone.

    Example: station pass print --book passes.book --form r80 --issuer 幸福里社区 --out passes.html
    """
    chosen = chosen_of(book, ids, name, household)
    page = pass_sheet.page(chosen, pass_sheet.Form(form), issuer, zone_of(timezone), language)
    write_private(page_file, page.encode())
    if png is not None:
        png.mkdir(parents=True, exist_ok=True)
        for one in chosen:
            write_private(png / f"{one.claims.pass_id.hex()}.png", pass_sheet.png(one.code))
    large = [one for one in chosen if int(pass_sheet.code_of(one.code).version) > pass_sheet.SMALL_VERSION]
    click.echo(f"{page_file}: {len(chosen)} passes")
    for one in large:
        click.echo(f"  {one.claims.pass_id.hex()}: a larger code than usual; it is read from nearer")
