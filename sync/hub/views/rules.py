"""The rules: written, checked with place and value, tried on yesterday, given to the gates."""

from __future__ import annotations

import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from station.policy.file import PolicyError, parse_policy
from station.policy.policy import Policy
from station.wire.order import OrderKind
from sync.hub.database.recent import recent
from sync.hub.errors import HubFault
from sync.hub.office.orders import in_force
from sync.hub.office.trial import Trial, try_policy
from sync.hub.site import For, access, here
from sync.hub.views.doing import give_order, scope_of

rules = Blueprint("rules", __name__)

#: The longest shipped one has 20 kB.
MAX_TEXT = 200_000
_DAY = datetime.timedelta(days=1)


@rules.get("/policy")
@access(For.OFFICE)
def show() -> str:
    """The policy in force, in a text area."""
    with here().store.reading() as connection:
        order = in_force(connection, OrderKind.POLICY, scope_of(connection))
    text = "" if order is None else order.content.decode(errors="replace")
    return _page(text, number=0 if order is None else order.number)


@rules.post("/policy")
@access(For.OFFICE)
def change() -> AnyResponse | str:
    """Check a policy, try it on yesterday, or give it to the gates."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    if len(text) > MAX_TEXT:
        return _page("", trouble=f"policy: {len(text)} characters, at most {MAX_TEXT}")
    try:
        policy = parse_policy(text)
    except PolicyError as error:
        return _page(text, trouble=str(error))
    if request.form.get("do") != "publish":
        return _page(text, policy=policy, trial=_try(policy))
    try:
        with here().store.writing() as connection:
            give_order(connection, OrderKind.POLICY, text.encode(), scope_of(connection).audience)
    except HubFault as error:
        return _page(text, trouble=str(error))
    return redirect(url_for("rules.show"), 303)


def _try(policy: Policy) -> Trial:
    site = here()
    today = datetime.datetime.fromtimestamp(site.now_ms() / 1000, site.office.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    begin, end = (int(at.timestamp() * 1000) for at in (today - _DAY, today))
    with site.store.reading() as connection:
        entries = recent(connection, scope_of(connection).gates, ("visit.decided",), begin)
        return try_policy(policy, [entry.facts for entry in entries if entry.at_ms < end])


def _page(
    text: str, trouble: str = "", policy: Policy | None = None, trial: Trial | None = None, number: int = 0
) -> str:
    return render_template("policy.html", text=text, trouble=trouble, policy=policy, trial=trial, number=number)
