"""What the hub's answers say, as far as the road needs to know.

Signatures are the desk's to verify: it has the keys.  Here an answer is only taken apart far enough to tell it from
the page of a hotel's network, and to move the cursor.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from station.wire.canonical import parse
from station.wire.document import MAX_LINE, split_document
from station.wire.entry import is_hash
from station.wire.errors import WireError
from sync.errors import HubUnavailable

#: Kinds become file names.
_KIND = re.compile(r"[a-z][a-z-]{0,31}")
_ORDER_FILE = re.compile(r"order-([a-z][a-z-]{0,31})-([0-9]{12})\.doc")
#: Twelve digits in the file name sort as the numbers do.
_MAX_NUMBER = 10**12 - 1
#: The hub gives at most this many a time; the rest comes with the next question.
MAX_LISTED = 100
#: A message from elsewhere that is shown on a screen.
MAX_MESSAGE = 200


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt claims that the hub holds of one epoch; ``head`` is None at 0."""

    epoch: int
    contiguous_seq: int
    head: bytes | None
    highest_seq: int


@dataclass(frozen=True, slots=True)
class OrderName:
    """Which order."""

    kind: str
    number: int

    @property
    def file_name(self) -> str:
        """What it is called in the orders folder."""
        return f"order-{self.kind}-{self.number:012d}.doc"


def read_receipt(source: bytes, station: str, epoch: int) -> Held:
    """What the receipt in *source* claims about *epoch* of *station*.

    :raises HubUnavailable: if it is no such receipt.
    """
    try:
        body = parse(split_document(source).body)
        seq, highest, head = body["contiguous_seq"], body["highest_seq"], body["hash_at_contiguous_seq"]
        if body["station"] != station or body["epoch"] != epoch:
            raise WireError("it is about another station or epoch")
        if type(seq) is not int or type(highest) is not int or not 0 <= seq <= highest:
            raise WireError("contiguous_seq or highest_seq is no number")
        if (head is None) != (seq == 0) or (head is not None and not is_hash(head)):
            raise WireError("hash_at_contiguous_seq is no hash")
    except (WireError, KeyError) as error:
        raise HubUnavailable("no_receipt", f"hub: the answer is no receipt ({error})") from None
    return Held(epoch, seq, None if head is None else bytes.fromhex(head), highest)


def read_order_list(source: bytes) -> list[OrderName]:
    """The orders that *source* names, a JSON list of ``{"kind", "number"}``.

    :raises HubUnavailable: if it is no such list.
    """
    try:
        listed = json.loads(source)
        if not isinstance(listed, list) or len(listed) > MAX_LISTED:
            raise ValueError("expected a short list")
        return [_order_name(item) for item in listed]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise HubUnavailable("no_orders", f"hub: the answer is no list of orders ({error})") from None


def check_order(line: bytes, size: int, name: OrderName) -> None:
    """Make sure that a file of *size* bytes beginning with *line* is the whole of the order *name*.

    :raises HubUnavailable: if it is another or was cut short.
    """
    try:
        if len(line) > MAX_LINE + 1:
            raise WireError("its first line has no end")
        body = parse(split_document(line).body)
        if (body["kind"], body["number"]) != (name.kind, name.number):
            raise WireError("it is another order")
        if len(line) + body["content_length"] != size:
            raise WireError(f"{size} bytes instead of {len(line) + body['content_length']}")
    except (WireError, KeyError, TypeError) as error:
        raise HubUnavailable("no_order", f"hub: the answer is not order {name.kind} {name.number} ({error})") from None


def read_order_name(file_name: str) -> OrderName:
    """Which order a file of that name holds.

    :raises ValueError: if none does.
    """
    match = _ORDER_FILE.fullmatch(file_name)
    if match is None:
        raise ValueError(f"{file_name}: not the name of an order")
    return OrderName(match[1], int(match[2]))


def read_refusal(source: bytes) -> tuple[str, str] | None:
    """The code and message of the hub's own refusal, None if *source* is somebody else's page."""
    try:
        body = json.loads(source)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or not all(isinstance(body.get(name), str) for name in ("code", "message")):
        return None
    return body["code"][:MAX_MESSAGE], body["message"][:MAX_MESSAGE]


def _order_name(item: Any) -> OrderName:
    kind, number = item["kind"], item["number"]
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise ValueError("kind is no kind")
    if type(number) is not int or not 0 <= number <= _MAX_NUMBER:
        raise ValueError("number is out of range")
    return OrderName(kind, number)
