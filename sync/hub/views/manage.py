"""What only an admin does: accounts, the tree of units."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from sync.hub.access.accounts import Role, add_account, change_password, list_accounts, remove_account, role_of
from sync.hub.errors import HubFault
from sync.hub.home import spoken
from sync.hub.office import acts as office_acts
from sync.hub.site import For, access, here
from sync.hub.unit.tree import Tree
from sync.hub.unit.units import MAX_FILE, parse_units, read_tree, write_tree
from sync.hub.views.doing import act, me, scope_of
from sync.hub.views.watch import show_units

manage = Blueprint("manage", __name__)


@manage.get("/accounts")
@access(For.ADMIN)
def accounts() -> str:
    """Who may look and act."""
    return _page()


@manage.post("/accounts")
@access(For.ADMIN)
def change() -> str:
    """Make an account, give one another password, end one; a new password is shown once."""
    site, name, password = here(), request.form.get("account", "").strip().lower(), spoken(4)
    try:
        with site.store.writing() as connection:
            match request.form.get("do"):
                case "add":
                    role, unit = role_of(request.form.get("role", "")), request.form.get("unit", "").strip()
                    _insist(connection, unit)
                    shown = request.form.get("shown", "")
                    add_account(connection, name, shown, role, unit, password, site.now_ms())
                    act(connection, office_acts.ACCOUNT_ADDED, {"account": name, "role": role.word, "unit": unit})
                case "passwd":
                    _insist_own(connection, name)
                    change_password(connection, name, password)
                    act(connection, office_acts.ACCOUNT_PASSWORD, {"account": name})
                case "remove":
                    _insist_own(connection, name)
                    remove_account(connection, name)
                    act(connection, office_acts.ACCOUNT_REMOVED, {"account": name})
                    password = ""
                case _:
                    raise HubFault("do: one of add, passwd, remove")
    except HubFault as error:
        return _page(trouble=str(error))
    return _page(name, password)


@manage.post("/units")
@access(For.ADMIN)
def bring_units() -> AnyResponse | str:
    """Put the units of a CSV in the place of those there are."""
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise HubFault("file: choose one")
        if me().unit:
            raise HubFault("units: only an account that sees everything can replace the tree")
        units = parse_units(upload.stream.read(MAX_FILE + 1))
        with here().store.writing() as connection:
            write_tree(connection, units)
            act(connection, office_acts.UNITS_CHANGED, {"units": len(units)})
    except HubFault as error:
        return show_units(str(error))
    return redirect(url_for("watch.units"), 303)


def _insist(connection: Connection, unit: str) -> None:
    """An admin of a unit makes accounts for it and what is below."""
    tree = read_tree(connection)
    if me().unit and not unit:
        raise HubFault("unit: choose one of yours")
    if unit and unit not in _nodes(tree):
        raise HubFault(f"unit: {unit[:40]!r} is not known here")
    if unit:
        scope_of(connection, unit)


def _insist_own(connection: Connection, name: str) -> None:
    if name not in {account.name for account in list_accounts(connection) if _sees(connection, account.unit)}:
        raise HubFault(f"account: {name[:40]!r} is not known here")


def _sees(connection: Connection, unit: str) -> bool:
    if not me().unit:
        return True
    return unit in {id_ for _, id_ in read_tree(connection).walk(me().unit)}


def _nodes(tree: Tree) -> set[str]:
    return {*tree.units, *tree.gates, *tree.gates.values()}


def _page(name: str = "", password: str = "", trouble: str = "") -> str:
    with here().store.reading() as connection:
        listed = [account for account in list_accounts(connection) if _sees(connection, account.unit)]
        tree = read_tree(connection)
    return render_template(
        "accounts.html",
        accounts=listed,
        roles=list(Role),
        tree=tree,
        units=sorted(_nodes(tree)),
        fresh=(name, password),
        trouble=trouble,
    )
