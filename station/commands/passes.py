"""``station pass``: the office's gate passes, from issue to revocation.  Run where the office's keys are."""

from __future__ import annotations

import click

from station.commands.pass_issue import issue
from station.commands.pass_order import order
from station.commands.pass_print import print_
from station.commands.pass_revoke import revoke
from station.commands.pass_show import show
from station.commands.pass_verify import verify


@click.group("pass")
def passes() -> None:
    """Gate passes: issue, print, look at, revoke."""


for command in (issue, print_, revoke, show, verify, order):
    passes.add_command(command)
