"""Every kind of act that the office's own chain holds, with what it means.  Pure; docs/hub.md is held against it."""

from __future__ import annotations

from typing import Any, Final

from station.wire.order import Order

EPOCH_OPENED: Final = "epoch.opened"
ACCOUNT_ADDED: Final = "account.added"
ACCOUNT_PASSWORD: Final = "account.password"
ACCOUNT_REMOVED: Final = "account.removed"
PROGRAM_ADDED: Final = "program.added"
PROGRAM_REMOVED: Final = "program.removed"
UNITS_CHANGED: Final = "units.changed"
ORDER_PUBLISHED: Final = "order.published"
PASS_ISSUED: Final = "pass.issued"
PASS_REVOKED: Final = "pass.revoked"
CASE_ASSIGNED: Final = "case.assigned"
CASE_CLOSED: Final = "case.closed"
NAMES_OPENED: Final = "names.opened"
GATE_INVITED: Final = "gate.invited"
REPORT_CONFIRMED: Final = "report.confirmed"
ISOLATION_STEP: Final = "isolation.step"
ISOLATION_RELEASED: Final = "isolation.released"
NOTIFIED_ADDED: Final = "notified.added"
NOTIFIED_WITHDRAWN: Final = "notified.withdrawn"

MEANING: Final[dict[str, str]] = {
    EPOCH_OPENED: "the chain begins, or goes on under another order key",
    ACCOUNT_ADDED: "an account was made",
    ACCOUNT_PASSWORD: "an account got another password",
    ACCOUNT_REMOVED: "an account was ended",
    PROGRAM_ADDED: "a program of others may read",
    PROGRAM_REMOVED: "a program may read no more",
    UNITS_CHANGED: "the tree of units was replaced",
    ORDER_PUBLISHED: "an order went out to gates",
    PASS_ISSUED: "passes were issued",
    PASS_REVOKED: "passes were revoked",
    CASE_ASSIGNED: "a fever case was given to somebody",
    CASE_CLOSED: "a fever case was closed by the office",
    NAMES_OPENED: "names in full were opened for a session; the reason is in the personal part",
    GATE_INVITED: "a code that lets a gate in was shown",
    REPORT_CONFIRMED: "the daily report of a unit was confirmed",
    ISOLATION_STEP: "a step of somebody's release from isolation was done: reported, examined, agreed, certified",
    ISOLATION_RELEASED: "somebody was released from isolation; why steps were left out is in the personal part",
    NOTIFIED_ADDED: "a case that the authorities told of was written down; who told is in the personal part",
    NOTIFIED_WITHDRAWN: "such a case was withdrawn; why is in the personal part",
}


def published(order: Order) -> dict[str, Any]:
    """The facts of the act that published *order*."""
    return {
        "kind": str(order.kind),
        "number": order.number,
        "sha256": order.sha256,
        "audience": list(order.audience),
    }
