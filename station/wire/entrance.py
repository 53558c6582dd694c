"""How desk and road let a gate in together: what the one asks for, and what the other says came of it.  Pure.

The desk has the key and may not use the network; the road has the network and no key.  After somebody has confirmed
the fingerprint, the desk leaves a :class:`Request` in the state folder; the road takes it to the hub that it names and
leaves an :class:`Outcome` in its own folder; the desk looks at it again, since the road is not to be believed.
Both are canonical JSON.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from station.wire.canonical import canonical, is_hex, is_version, parse
from station.wire.document import key_id
from station.wire.errors import WireError
from station.wire.invitation import Invitation, root_mark, sign_entrance
from station.wire.order import Order, OrderKind, open_order

VERSION = 1
#: A ``keys`` order of some forty keys in base64 fits in; nothing else here is long.
MAX_OUTCOME = 65_536
#: A request holds an address and some short fields.
MAX_REQUEST = 4_096
#: The road has not had an answer yet, and goes on asking.
ASKING = "asking"
#: The gate is let in.
GIVEN = "given"
#: The hub, or the road, said no; another code is needed.
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Request:
    """What the road is to take to the hub at ``url``: ``body`` is its request; ``id`` names this one try.

    ``station`` and ``root`` (the root key's mark) are what the hub's answer must have.
    """

    id: str
    station: str
    url: str
    root: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the request ``id``: ``state`` is :data:`ASKING`, :data:`GIVEN` or :data:`REFUSED`.

    ``code`` says why it is not given (yet); ``root`` and ``keys`` are the root public key and the ``keys`` order.
    """

    id: str
    state: str
    code: str = ""
    root: bytes = b""
    keys: bytes = b""


def request_of(invitation: Invitation, id: str, name: str, key: Ed25519PrivateKey) -> Request:
    """The request of a gate called *name* that has *key*."""
    return Request(id, invitation.station, invitation.url, invitation.root, entrance_body(invitation, name, key))


def entrance_body(invitation: Invitation, name: str, key: Ed25519PrivateKey) -> bytes:
    """What the hub is asked with (docs/hub.md)."""
    return canonical(
        {
            "token": invitation.token,
            "name": name,
            "public_key": key.public_key().public_bytes_raw().hex(),
            "signature": sign_entrance(invitation.token, name, key).hex(),
        }
    )


def fitting_keys(root: bytes, mark: str, keys: bytes) -> Order:
    """The ``keys`` order *keys*, once *root* is found to be the key that *mark* says, and to have signed it.

    :raises WireError: if it is not.
    """
    if root_mark(root) != mark:
        raise WireError("another root key than the code says")
    public = Ed25519PublicKey.from_public_bytes(root)
    order = open_order(keys, lambda id_: [public] if key_id(public) == id_ else [])
    if order.kind is not OrderKind.KEYS:
        raise WireError("its keys are another order")
    return order


def encode_request(request: Request) -> bytes:
    """The content of the desk's file."""
    text = request.body.decode()
    fields = {"id": request.id, "station": request.station, "url": request.url, "root": request.root, "body": text}
    return canonical({"v": VERSION, **fields})


def parse_request(source: bytes) -> Request:
    """The request in *source*.

    :raises WireError: if it is none.
    """
    body = parse(source)
    names = ("id", "station", "url", "root", "body")
    if not is_version(body, VERSION) or not all(isinstance(body.get(name), str) for name in names):
        raise WireError("entrance: no request")
    return Request(body["id"], body["station"], body["url"], body["root"], body["body"].encode())


def encode_outcome(outcome: Outcome) -> bytes:
    """The content of the road's file."""
    keys = base64.b64encode(outcome.keys).decode()
    fields = {"id": outcome.id, "state": outcome.state, "code": outcome.code, "root": outcome.root.hex(), "keys": keys}
    return canonical({"v": VERSION, **fields})


def parse_outcome(source: bytes) -> Outcome:
    """The outcome in *source*.

    :raises WireError: if it is none.
    """
    body = parse(source)
    names = ("id", "state", "code", "root", "keys")
    if not is_version(body, VERSION) or not all(isinstance(body.get(name), str) for name in names):
        raise WireError("entrance: no outcome")
    if body["state"] not in (ASKING, GIVEN, REFUSED) or (body["state"] == GIVEN and not is_hex(body["root"], 32)):
        raise WireError("entrance: the outcome makes no sense")
    try:
        keys = base64.b64decode(body["keys"], validate=True)
    except ValueError:
        raise WireError("entrance: keys are no base64") from None
    root = bytes.fromhex(body["root"]) if body["state"] == GIVEN else b""
    return Outcome(body["id"], body["state"], body["code"], root, keys)


def encode_address(url: str) -> bytes:
    """The content of the file that names the hub a gate was let in by."""
    return canonical({"v": VERSION, "url": url})


def parse_address(source: bytes) -> str:
    """The address in *source*.

    :raises WireError: if there is none.
    """
    body = parse(source)
    if not is_version(body, VERSION) or not isinstance(body.get("url"), str):
        raise WireError("entrance: no address of a hub")
    return str(body["url"])
