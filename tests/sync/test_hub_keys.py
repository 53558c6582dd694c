"""The office's keys over the years: renewed, dropped, forgotten passphrases, and what gates make of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from station.keys import seal_key
from station.seal import seal, unseal
from station.wire.document import key_id
from station.wire.keyring import KeyRing, Purpose
from station.wire.order import Order, OrderKind, open_order
from sync.hub.__main__ import main
from sync.hub.custody.keys import load_key
from sync.hub.custody.sealing import encode_closed, open_key, parse_closed, recover_key
from sync.hub.database.store import Store
from sync.hub.errors import HubFault
from sync.hub.home import Home, Secrets
from sync.hub.office.orders import newest_document
from sync.hub.office.renewal import records_in_force, renew, renew_seal
from tests.sync.chain import MORNING_MS
from tests.sync.processes import copied_home


@dataclass
class Desk:
    """The office's table: the hub's folder, its store, and what was written down when it was made."""

    home: Home
    store: Store
    told: Secrets

    @property
    def root(self) -> Ed25519PrivateKey:
        return load_key(self.home.keys.root)

    @property
    def ring(self) -> KeyRing:
        return KeyRing(tuple(records_in_force(self.store)))

    def renew(self, purpose: Purpose, drop_old: bool = False) -> Order:
        return renew(self.store, self.home.keys, purpose, self.root, "community", MORNING_MS, drop_old)

    def command(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["keys", *arguments, "--state", str(self.home.path)])


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    home, told = copied_home(tmp_path / "hub")
    return Desk(home, home.open(), told)


def ids(ring: KeyRing, purpose: Purpose) -> list[str]:
    return [record.id for record in ring.of(purpose)]


@pytest.mark.parametrize("purpose", [Purpose.RECEIPT, Purpose.ORDER, Purpose.PASS, Purpose.TRANSPORT])
def test_the_old_key_is_trusted_beside_the_new_one(office: Desk, purpose: Purpose) -> None:
    (old,) = ids(office.ring, purpose)
    order = office.renew(purpose)
    assert order.number == 2
    assert ids(office.ring, purpose)[0] == old
    assert len(ids(office.ring, purpose)) == 2
    # It is the root's word that gates believe.
    with office.store.reading() as connection:
        document = newest_document(connection, OrderKind.KEYS)
    assert document is not None
    assert open_order(document, lambda _: [office.root.public_key()]).number == 2


def test_what_the_hub_signs_from_now_on_is_with_the_new_key(office: Desk) -> None:
    office.renew(Purpose.ORDER)
    assert key_id(office.home.keys.signing_key(Purpose.ORDER).public_key()) == ids(office.ring, Purpose.ORDER)[-1]


def test_a_key_in_wrong_hands_is_believed_no_more(office: Desk) -> None:
    (old,) = ids(office.ring, Purpose.ORDER)
    office.renew(Purpose.ORDER, drop_old=True)
    assert old not in ids(office.ring, Purpose.ORDER)
    assert list(office.ring.lookup(Purpose.ORDER)(old)) == []
    # Nobody else's keys went with it.
    assert len(office.ring.records) == 5


def test_broken_off_after_the_order_the_same_key_is_taken_up(office: Desk) -> None:
    folder = office.home.keys
    secret = b"\x07" * 32
    # A power cut came before the new key took its place.
    (folder.path / "order.new").write_text(secret.hex() + "\n")
    office.renew(Purpose.ORDER)
    (folder.path / "order.new").write_text(secret.hex() + "\n")
    office.renew(Purpose.ORDER)
    new = key_id(Ed25519PrivateKey.from_private_bytes(secret).public_key())
    assert ids(office.ring, Purpose.ORDER).count(new) == 1
    assert key_id(folder.signing_key(Purpose.ORDER).public_key()) == new
    assert not (folder.path / "order.new").exists()


def test_boxes_for_the_old_transport_key_are_still_opened(office: Desk) -> None:
    old = office.home.keys.transport_keys()[0]
    office.renew(Purpose.TRANSPORT)
    keys = office.home.keys.transport_keys()
    assert [key.private_bytes_raw() for key in keys][1:] == [old.private_bytes_raw()]


def test_gates_seal_to_the_newest_key_and_the_office_opens_both(office: Desk) -> None:
    folder, told = office.home.keys, office.told
    before = seal(b"{}", X25519PublicKey.from_public_bytes(seal_key(office.ring) or b""), "east", 1, 1)
    renew_seal(office.store, folder, told.passphrase, office.root, "community", MORNING_MS)
    public = seal_key(office.ring)
    assert public == folder.closed_keys()[0].public
    after = seal(b"{}", X25519PublicKey.from_public_bytes(public), "east", 1, 2)
    newest, oldest = (open_key(closed, told.passphrase) for closed in folder.closed_keys())
    assert unseal(after, newest, "east", 1, 2) == unseal(before, oldest, "east", 1, 1) == b"{}"


def test_a_wrong_passphrase_opens_nothing_and_renews_nothing(office: Desk) -> None:
    closed = office.home.keys.closed_keys()[0]
    for wrong in ("", "short", office.told.passphrase[:-1] + "!", "another-long-passphrase"):
        with pytest.raises(HubFault, match="passphrase"):
            open_key(closed, wrong)
    with pytest.raises(HubFault, match="does not open"):
        renew_seal(office.store, office.home.keys, "another-long-passphrase", office.root, "community", MORNING_MS)
    assert len(office.ring.of(Purpose.SEAL)) == 1


def test_a_passphrase_may_be_typed_with_other_spaces(office: Desk) -> None:
    closed = office.home.keys.closed_keys()[0]
    assert open_key(closed, f"  {office.told.passphrase} \n").public_key().public_bytes_raw() == closed.public


def test_the_paper_opens_what_the_passphrase_does(office: Desk) -> None:
    closed = office.home.keys.closed_keys()[0]
    paper = X25519PrivateKey.from_private_bytes(office.told.recovery)
    assert recover_key(closed, paper).public_key().public_bytes_raw() == closed.public
    with pytest.raises(HubFault, match="recovery key"):
        recover_key(closed, X25519PrivateKey.generate())


def test_the_seal_key_itself_lies_nowhere(office: Desk) -> None:
    secret = open_key(office.home.keys.closed_keys()[0], office.told.passphrase).private_bytes_raw()
    everything = b"".join(path.read_bytes() for path in office.home.path.rglob("*") if path.is_file())
    assert secret not in everything
    assert secret.hex().encode() not in everything


@pytest.mark.parametrize(
    "source", [b"", b"[]", b"{}", b'{"v": 1}', b"[" * 100_000], ids=["empty", "list", "object", "short", "deep"]
)
def test_a_damaged_file_is_named(source: bytes) -> None:
    with pytest.raises(HubFault, match=r"^seal\.json: "):
        parse_closed(source, "seal.json")


def test_the_file_holds_what_was_closed(office: Desk) -> None:
    closed = office.home.keys.closed_keys()[0]
    assert parse_closed(encode_closed(closed), "x") == closed


def test_the_commands(office: Desk, tmp_path: Path) -> None:
    shown = [json.loads(line) for line in office.command("show").stdout.splitlines()]
    assert [line["purpose"] for line in shown] == ["receipt", "order", "pass", "seal", "transport"]
    assert json.loads(office.command("renew", "--purpose", "pass").stdout) == {"kind": "keys", "number": 2}
    changed = office.command("passphrase", "--passphrase", office.told.passphrase)
    fresh = json.loads(changed.stdout)["seal_passphrase"]
    with pytest.raises(HubFault, match="does not open"):
        open_key(office.home.keys.closed_keys()[0], office.told.passphrase)
    renewed = office.command("renew-seal", "--passphrase", fresh)
    assert json.loads(renewed.stdout) == {"kind": "keys", "number": 3}
    # The passphrase is forgotten: the paper gives both keys another one.
    paper = tmp_path / "paper.key"
    paper.write_text(office.told.recovery.hex())
    recovered = json.loads(office.command("recover", "--recovery-key", str(paper)).stdout)["seal_passphrase"]
    assert len([open_key(closed, recovered) for closed in office.home.keys.closed_keys()]) == 2
    office.home.keys.root.unlink()
    refused = office.command("renew", "--purpose", "order")
    assert refused.exit_code == 1
    assert "root.key: no key can be read" in refused.output
