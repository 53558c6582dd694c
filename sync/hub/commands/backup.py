"""``station hub backup-key``, ``backup`` and ``restore``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sync.hub.commands.options import now_ms, state_option
from sync.hub.home import Home


@click.command("backup-key")
@state_option
@click.option("--to", required=True, type=click.Path(path_type=Path), help="The file for the key: print it, remove it.")
def backup_key(home: Home, to: Path) -> None:
    """Make the key that opens backups; the hub itself keeps only the half that makes them.  Prints that as JSON.

    Example: python -m sync.hub backup-key --state /var/lib/hub --to /media/usb/backup.key
    """
    from sync.hub.backup import make_backup_key

    home.office()
    public = make_backup_key(home, to)
    click.echo(f"Without {to} no backup can be opened: copy it to paper, and keep it away from the hub.", err=True)
    click.echo(json.dumps({"public": public}))


@click.command("backup")
@state_option
@click.option(
    "--to",
    required=True,
    # A folder that is made where no disk is mounted would fill the hub's own disk, and burn with it.
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder for backups; it must be there already, as on a disk that is mounted.",
)
@click.option("--keep-days", default=30, show_default=True, help="Older ones there are removed.")
def backup_command(home: Home, to: Path, keep_days: int) -> None:
    """Write everything but the root key into one encrypted file, while the hub runs.  Prints its name as JSON.

    Example: python -m sync.hub backup --state /var/lib/hub --to /media/backups
    """
    from sync.hub.backup import backup

    click.echo(json.dumps({"file": str(backup(home, to, now_ms(), keep_days))}))


@click.command("restore")
@state_option
@click.option(
    "--from", "source", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The backup."
)
@click.option("--key-file", required=True, type=click.Path(path_type=Path), help="What backup-key made.")
@click.option("--database", default="", help="An empty PostgreSQL, as postgresql://USER@HOST/NAME.  [default: a file]")
def restore_command(home: Home, source: Path, key_file: Path, database: str) -> None:
    """Make a hub again from its backup, in a new folder; its gates send what it lacks.  Prints the rows as JSON.

    Example: python -m sync.hub restore --state /var/lib/hub --from hub-20201122T000000Z.backup --key-file backup.key
    """
    from sync.hub.backup import load_backup_key, restore

    click.echo(json.dumps(restore(home, source, load_backup_key(key_file), database)))
