"""What a desk makes of what lies in its folder: ``python -m tests.deep._desk_probe FOLDER ROOT_PUBLIC_HEX``.

The desk's own parts read the orders, the receipts and the state of the road once; printed as JSON are the files that
were taken, those that were refused and why, what the journal says about receipts, and the badges on the screen.
"""

from __future__ import annotations

import json
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.office.applied import Applied
from station.office.office import Office
from station.office.orders import Orders
from station.policy.file import parse_policy
from station.register import Register
from station.screen.badges import Condition, badges
from station.wire.entry import ClockState
from station.wire.receipt import Receipt
from tests.sync.chain import open_journal


def probe(folder: Path, root: bytes, looks: int) -> dict[str, Any]:
    """Let the desk of *folder* look so many times."""
    journal = open_journal(folder / "journal.db")
    package = resources.files("station")
    office = Office(
        parse_policy(package.joinpath("regimes/low.toml").read_text("utf-8")),
        Register(folder / "register.db"),
        Applied(folder / "applied"),
        Orders(folder / "orders", "east", Ed25519PublicKey.from_public_bytes(root)),
        folder / "sync" / "status.json",
        lambda payload: payload.hex(),
        True,
    )
    office.load({})
    receipts: list[str] = []

    def receive(receipt: Receipt) -> None:
        found = journal.accept_receipt(receipt, 1)
        receipts.append(found)
        if found == "fork" and receipt.epoch == journal.epoch:
            journal.open_epoch("receipt")

    office.receive = receive
    drafts = []
    refused = False
    for look in range(looks):
        drafts += office.ticked((look + 1) * 10**9)
        refused = refused or office.refused_order
    condition = Condition((), ClockState.SYNCED, office.road, journal.unsent(), "ok", "ok", True, refused)
    words = tomllib.loads(package.joinpath("web/translations/zh-Hans.toml").read_text("utf-8"))["badge"]
    screen = [words[badge.word.code].replace("{n}", str(journal.unsent())) for badge in badges(condition)]
    found = {
        "taken": [[draft.kind, dict(draft.facts)] for draft in drafts],
        "regime": office.policy.regime,
        "receipts": receipts,
        "epoch": journal.epoch,
        "screen": screen,
    }
    journal.close()
    return found


if __name__ == "__main__":
    print(json.dumps(probe(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))
