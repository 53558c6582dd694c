"""The road on foot: a gate without any line, a stick, a hub."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from station.journal.reader import JournalReader
from station.journal.writer import Journal
from station.wire.batch import decode_batch
from station.wire.keyring import Purpose, parse_keys
from station.wire.order import open_order
from station.wire.receipt import open_receipt
from sync.box import MAGIC, MAX_BOX, close_box, open_box, transport_key_id
from sync.carriers.folder import BoxName, CarryFolder
from sync.carry import Gate, carry_in, carry_out, waiting
from sync.errors import HubRefused
from sync.hub.carry import Counter, hand_out, stations_on, take_in
from sync.hub.home import Home
from sync.share import turn
from sync.status import Status
from tests.sync.chain import EPOCH, MORNING_MS, Chain, fever, open_journal, passage
from tests.sync.processes import ROOT, HubProcess, make_hub


class Street:
    """A gate «east», a hub, and a stick that goes between them."""

    def __init__(self, folder: Path) -> None:
        self.hub: HubProcess = make_hub(folder / "hub")
        self.home = Home(self.hub.state)
        self.state = folder / "gate"
        for name in ("orders", "sync"):
            (self.state / name).mkdir(parents=True)
        (self.state / "root.pub").write_text(self.hub.root_public.hex() + "\n")
        self.journal: Journal = open_journal(self.state / "journal.db")
        self.reader = JournalReader(self.state / "journal.db")
        self.gate = Gate(self.reader, self.state / "orders", self.state / "sync", self.state / "root.pub")
        self.store = self.home.open()
        self.stick = folder / "stick"
        self.stick.mkdir()

    def close(self) -> None:
        self.reader.close()
        self.journal.close()
        self.store.close()

    @property
    def folder(self) -> CarryFolder:
        return CarryFolder(self.stick)

    @property
    def counter(self) -> Counter:
        keys = self.home.keys
        return Counter(
            self.store,
            keys.transport_keys(),
            keys.signing_key(Purpose.RECEIPT),
            lambda: MORNING_MS,
            ZoneInfo("Asia/Shanghai"),
        )

    def at_the_hub(self) -> tuple[int, tuple[tuple[str, str], ...]]:
        folder = self.folder
        folder.prepare()
        boxes = folder.boxes()
        taken = take_in(self.counter, folder)
        hand_out(self.counter, folder, sorted({"east", *stations_on(folder, boxes)}))
        return taken.boxes, taken.aside

    def write(self, count: int) -> None:
        for _ in range(count):
            self.journal.append(passage())

    def held(self) -> int:
        with sqlite3.connect(self.home.database) as db:
            (count,) = db.execute("SELECT count(*) FROM entry WHERE station = 'east'").fetchone()
        return int(count)


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    made = Street(tmp_path)
    yield made
    made.close()


def test_there_and_back_again(street: Street) -> None:
    street.write(700)
    with pytest.raises(HubRefused, match="no keys from the hub yet"):
        carry_out(street.gate, street.folder)
    street.at_the_hub()
    assert carry_in(street.gate, street.folder).orders == 1
    assert carry_out(street.gate, street.folder) == 701  # with epoch.opened
    assert [(name.first, name.last) for name in street.folder.boxes()] == [(1, 500), (501, 701)]
    assert street.at_the_hub() == (2, ())
    assert street.held() == 701
    assert street.folder.boxes() == []
    brought = carry_in(street.gate, street.folder)
    assert (brought.receipts, brought.orders, brought.left) == (1, 0, ())
    assert waiting(street.gate) == 0
    # The desk accepts the receipt and the keys, as it would from the line.
    orders = street.state / "orders"
    root = Ed25519PublicKey.from_public_bytes(street.hub.root_public)
    keys = open_order((orders / "order-keys-000000000001.doc").read_bytes(), lambda _: [root])
    document = (orders / f"receipt-{street.journal.epoch}.doc").read_bytes()
    receipt = open_receipt(document, parse_keys(keys.content).lookup(Purpose.RECEIPT, "east"))
    assert street.journal.accept_receipt(receipt, 1) == "ok"
    assert street.journal.unsent() == 0


def test_a_lost_stick_costs_nothing(street: Street) -> None:
    street.at_the_hub()
    carry_in(street.gate, street.folder)
    street.write(3)
    assert carry_out(street.gate, street.folder) == 4
    assert carry_out(street.gate, street.folder) == 0  # it lies on the stick already
    another = street.stick.parent / "another"
    another.mkdir()
    assert carry_out(street.gate, CarryFolder(another)) == 4
    # The first one turns up after all: the hub has everything once.
    for stick in (another, street.stick):
        street.stick = stick
        street.at_the_hub()
    assert street.held() == 4


def test_nobody_else_can_read_what_is_carried(street: Street) -> None:
    street.at_the_hub()
    carry_in(street.gate, street.folder)
    street.journal.append(passage())
    carry_out(street.gate, street.folder)
    (name,) = street.folder.boxes()
    box = street.folder.read_box(name)
    for planted in ("李**".encode(), "李**".encode("utf-16-le"), b"visit.decided", b"east"):
        assert planted not in box
    assert b"STB1" not in box


def test_a_bent_box_is_set_aside_and_carried_again(street: Street) -> None:
    street.at_the_hub()
    carry_in(street.gate, street.folder)
    street.write(2)
    carry_out(street.gate, street.folder)
    (name,) = street.folder.boxes()
    path = street.stick / "checkpoint-carry" / "to-hub" / name.file_name
    bent = bytearray(path.read_bytes())
    bent[len(bent) // 2] ^= 1
    path.write_bytes(bent)
    taken, aside = street.at_the_hub()
    assert (taken, street.held()) == (0, 0)
    assert [reason for _, reason in aside] == ["box: altered on the way; carry it again"]
    assert carry_out(street.gate, street.folder) == 3
    assert street.at_the_hub() == (1, ())
    assert street.held() == 3


def test_a_strangers_box_under_our_name_is_not_believed(street: Street) -> None:
    """The transport key is no secret to anybody who has a keys order: the signature inside decides."""
    street.at_the_hub()
    public = street.home.keys.transport_keys()[0].public_key()
    from tests.sync.chain import key

    forged = Chain(private=key(9)).grow(2).batch()
    assert decode_batch(forged).head.station == "east"
    street.folder.put_box(BoxName("east", EPOCH, 1, 3), close_box(forged, public))
    taken, aside = street.at_the_hub()
    assert (taken, street.held()) == (0, 0)
    assert len(aside) == 1


def test_a_box_for_another_hub_travels_on(street: Street) -> None:
    street.folder.prepare()
    other = X25519PrivateKey.generate()
    name = BoxName("west", EPOCH, 1, 3)
    street.folder.put_box(name, close_box(Chain("west").grow(2).batch(), other.public_key()))
    taken, aside = street.at_the_hub()
    assert (taken, len(aside)) == (0, 1)
    assert street.folder.boxes() == [name]


def test_the_files_of_others_are_left_alone(street: Street) -> None:
    carry = street.stick / "checkpoint-carry"
    street.folder.prepare()
    (street.stick / "holiday.jpg").write_bytes(b"\xff\xd8")
    (carry / "to-hub" / "notes.txt").write_text("not ours")
    (carry / "to-hub" / "east-1-2.box").write_bytes(b"not ours")
    street.at_the_hub()
    carry_in(street.gate, street.folder)
    street.write(1)
    carry_out(street.gate, street.folder)
    street.at_the_hub()
    assert street.held() == 2
    assert (street.stick / "holiday.jpg").read_bytes() == b"\xff\xd8"
    assert (carry / "to-hub" / "notes.txt").read_text() == "not ours"


@pytest.mark.parametrize("which", ["", "to-hub", "from-hub", "from-hub/east"])
def test_a_link_to_elsewhere_is_not_followed(street: Street, which: str) -> None:
    street.at_the_hub()
    carry_in(street.gate, street.folder)
    street.write(1)
    target = street.stick.parent / "elsewhere"
    target.mkdir()
    place = street.stick / "checkpoint-carry" / which
    place.rename(street.stick.parent / "moved")
    place.symlink_to(target)

    def there_and_back() -> None:
        carry_in(street.gate, street.folder)
        carry_out(street.gate, street.folder)

    with pytest.raises(HubRefused, match="no folder of its own"):
        there_and_back()
    assert list(target.iterdir()) == []


def test_a_box_that_is_a_link_a_pipe_or_huge_is_not_read(street: Street) -> None:
    street.folder.prepare()
    to_hub = street.stick / "checkpoint-carry" / "to-hub"
    secret = street.stick.parent / "secret"
    secret.write_bytes(b"secret")
    names = [BoxName("east", EPOCH, first, first) for first in (1, 2, 3)]
    (to_hub / names[0].file_name).symlink_to(secret)
    os.mkfifo(to_hub / names[1].file_name)
    with (to_hub / names[2].file_name).open("wb") as file:
        file.truncate(MAX_BOX + 1)
    for name in names:
        with pytest.raises((HubRefused, OSError)):
            street.folder.read_box(name)


def test_a_full_stick_keeps_what_was_written(street: Street) -> None:
    street.at_the_hub()
    carry_in(street.gate, street.folder)
    street.write(1200)
    seen: list[int] = []

    def full_after_one(count: int) -> None:
        seen.append(count)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        carry_out(street.gate, street.folder, full_after_one)
    assert seen == [500]
    street.at_the_hub()
    carry_in(street.gate, street.folder)
    assert waiting(street.gate) == 701
    assert carry_out(street.gate, street.folder) == 701


def test_a_receipt_of_another_chain_moves_nothing(street: Street) -> None:
    """A hub that took in a copied card's entries first: what we have is still to be carried."""
    street.at_the_hub()
    carry_in(street.gate, street.folder)
    street.write(1)
    epoch = street.journal.epoch
    other = Chain(epoch=epoch).grow(4)
    public = street.home.keys.transport_keys()[0].public_key()
    street.folder.put_box(BoxName("east", epoch, 1, 5), close_box(other.batch(), public))
    street.at_the_hub()
    brought = carry_in(street.gate, street.folder)
    assert brought.receipts == 0
    assert "another chain" in brought.left[0]
    assert waiting(street.gate) == 2


def test_an_order_that_is_in_force_is_not_brought_again(street: Street) -> None:
    street.at_the_hub()
    assert carry_in(street.gate, street.folder).orders == 1
    (street.state / "orders" / "order-keys-000000000001.doc").unlink()
    assert carry_in(street.gate, street.folder).orders == 0
    assert not (street.state / "orders" / "order-keys-000000000001.doc").exists()


def test_a_box_opens_for_one_key_alone() -> None:
    mine, theirs = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    box = close_box(b"batch", mine.public_key())
    assert box.startswith(MAGIC + transport_key_id(mine.public_key()))
    assert open_box(box, mine) == b"batch"
    for wrong, key, code in (
        (box, theirs, "other_hub"),
        (box[:-1], mine, "box"),
        (b"", mine, "no_box"),
        (b"STB1" + box[4:], mine, "no_box"),
    ):
        with pytest.raises(HubRefused) as refused:
            open_box(wrong, key)
        assert refused.value.code == code


def test_a_share_that_is_not_mounted_is_not_written_to(street: Street) -> None:
    street.write(1)
    status = Status(street.state / "sync" / "status.json")
    assert not turn(street.gate, street.stick, status, 1)
    assert (status.state, status.detail) == ("offline", "folder")
    assert list(street.stick.iterdir()) == []


def test_a_share_carries_by_itself(street: Street) -> None:
    street.at_the_hub()
    status = Status(street.state / "sync" / "status.json")
    street.journal.append(fever())
    assert turn(street.gate, street.stick, status, 1)
    street.at_the_hub()
    assert turn(street.gate, street.stick, status, 2)
    assert (status.state, street.held(), waiting(street.gate)) == ("ok", 2, 0)


def station_toml(street: Street, more: str = "") -> Path:
    path = street.state / "station.toml"
    path.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{street.state}"\n{more}')
    return path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_commands_of_a_technician(street: Street) -> None:
    config = str(station_toml(street))
    street.write(5)
    stick, state = str(street.stick), str(street.hub.state)
    assert run("sync.hub", "carry", "--state", state, stick, "--station", "east").returncode == 0
    # A stick that was used before goes by itself when it is plugged in.
    done = run("sync", "carry", "both", "--if-marked", "--config", config, stick)
    assert json.loads(done.stdout) == {"receipts": 0, "orders": 1, "entries": 6}
    done = run("sync.hub", "carry", "--state", state, stick)
    assert json.loads(done.stdout) == {"boxes": 1, "not_taken": 0, "orders": 1}
    done = run("sync", "carry", "in", "--config", config, stick)
    assert json.loads(done.stdout) == {"receipts": 1, "orders": 0, "waiting": 0}
    done = run("sync", "carry", "out", "--config", config, "/nowhere")
    assert (done.returncode, done.stderr) == (1, "Error: /nowhere: no such folder; is the stick plugged in?\n")
    empty = street.stick.parent / "empty"
    empty.mkdir()
    done = run("sync", "carry", "both", "--if-marked", "--config", config, str(empty))
    assert (done.returncode, list(empty.iterdir())) == (0, [])


def test_two_roads_are_one_too_many(street: Street) -> None:
    config = station_toml(street, f'[hub]\nurl = "https://hub.example"\nfolder = "{street.stick}"\n')
    done = run("sync", "--config", str(config), "--once")
    assert done.returncode == 2
    assert "names a url and a folder" in done.stderr
