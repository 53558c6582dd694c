"""The hub: made once with ``init``, gates let in with ``enrol``, orders issued with ``publish``, run with ``serve``."""

from __future__ import annotations

from typing import Any

import click

from sync.errors import SyncError
from sync.hub.commands.account import account
from sync.hub.commands.backup import backup_command, backup_key, restore_command
from sync.hub.commands.board import board
from sync.hub.commands.carry import carry
from sync.hub.commands.enrol import enrol_command, revoke_command
from sync.hub.commands.forget import forget_command
from sync.hub.commands.init import init
from sync.hub.commands.invite import invite_command
from sync.hub.commands.keys import keys
from sync.hub.commands.password import password
from sync.hub.commands.program import program
from sync.hub.commands.publish import publish_command
from sync.hub.commands.serve import serve
from sync.hub.commands.unit import unit
from sync.hub.commands.upgrade import upgrade

COMMANDS = (
    *(init, upgrade, password, forget_command, backup_key, backup_command, restore_command),
    *(enrol_command, invite_command, revoke_command, publish_command, carry, board, serve),
    *(keys, account, unit, program),
)


class _Commands(click.Group):
    """Shows a hub's faults as one line instead of a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SyncError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def main() -> None:
    """The community's end of the road.  Every command's --help has an example."""


for _command in COMMANDS:
    main.add_command(_command)


if __name__ == "__main__":
    main(prog_name="python -m sync.hub")
