"""What goes wrong between a gate and its hub, one row a fault (``./run test --deep faults``).

Each row plays its fault with a real hub process, a real journal and, where a gate sends, a real agent process, and
then looks from outside at what the gate did, what the hub holds and what the screen says.  Each row has a twin: the
same fault against a copy of the programs in which the one line that deals with it is changed.  A twin that passes
means that the row proves nothing.  The table goes to ``docs/faults.json``; rows of other faults there stay.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.atomic import write_whole
from station.journal.reader import JournalReader
from station.wire.entry import MAX_HEADER
from station.wire.keyring import Purpose
from station.wire.order import EVERY_STATION, Order, OrderKind, sign_order
from sync.hub.custody.keys import KeyFolder
from sync.hub.home import Home, Office
from sync.hub.office.orders import order_document
from tests.sync.chain import MORNING_MS, Chain, key, open_journal, passage
from tests.sync.processes import ROOT, AgentProcess, HubProcess, make_hub, programs_of
from tests.sync.scripted import HTML, Reply, SwallowingProxy, scripted

#: Nothing is left to chance in these rows; the number is that of the keys and salts in tests/sync/chain.py.
SEED = 1
TABLE = ROOT / "docs" / "faults.json"
#: 2050-01-01 in Shanghai.
FAR_MS = 2_524_579_200_000
DAY_MS = 24 * 3600 * 1000


#: The rows of a run by their fault, None until one has passed.
Table = dict[str, "dict[str, Any] | None"]


@dataclass
class World:
    """A hub that runs and a gate that is about to; both from the programs in *root*."""

    root: Path
    folder: Path
    hub: HubProcess
    agent: AgentProcess

    def post(self, batch: bytes, station: str = "east") -> tuple[int, dict[str, Any]]:
        status, body = self.hub.request("POST", "/api/v1/batches", batch, station)
        try:
            return status, json.loads(body.split(b"\n")[0])
        except ValueError:
            return status, {}

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(f"file:{self.hub.state / 'hub.db'}?mode=ro", uri=True, timeout=10)
        try:
            return db.execute(query).fetchall()
        finally:
            db.close()

    def held(self, table: str = "entry") -> list[tuple[int, int, bytes]]:
        return [tuple(row) for row in self.rows(f"SELECT epoch, seq, hash FROM {table} ORDER BY epoch, seq")]

    def wait(self, what: Callable[[], bool], patience_s: float) -> None:
        deadline, pause = time.monotonic() + patience_s, threading.Event()
        while not what() and time.monotonic() < deadline:
            pause.wait(0.2)

    def board(self) -> dict[str, Any]:
        """What the office's page shows."""
        command = [sys.executable, "-m", "sync.hub", "board", "--state", str(self.hub.state)]
        done = subprocess.run(
            command, cwd=self.root, env=programs_of(self.root), capture_output=True, text=True, check=True
        )
        return dict(json.loads(done.stdout))

    def desk(self, looks: int = 1) -> dict[str, Any]:
        """What the gate's desk makes of its folder."""
        command = [sys.executable, "-m", "tests.deep._desk_probe", str(self.agent.state)]
        command += [self.hub.root_public.hex(), str(looks)]
        done = subprocess.run(
            command, cwd=self.root, env=programs_of(self.root), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-1000:]
        return dict(json.loads(done.stdout))


@dataclass
class Seen:
    """What a row saw: how many entries were written, lost and doubled, and the words on the screen."""

    n: int
    lost: int
    doubled: int
    screen: list[str] = field(default_factory=list)


def chain_seen(world: World, chain: Chain, screen: list[str] | None = None) -> Seen:
    """How the hub's entries compare with *chain*."""
    wanted = [(chain.epoch, seq, hash_) for seq, hash_ in enumerate(chain.heads[1:], 1)]
    return compared(world, wanted, screen or [])


def gate_seen(world: World, looks: int = 1) -> Seen:
    """How the hub's entries compare with the gate's journal, and what its screen says."""
    reader = JournalReader(world.agent.journal)
    wanted = [(s.epoch, s.seq, s.hash) for epoch in reader.epochs() for s in reader.read(epoch, 0, 10**6)]
    reader.close()
    seen = compared(world, wanted, [])
    seen.screen = world.desk(looks)["screen"]
    return seen


def compared(world: World, wanted: list[tuple[int, int, bytes]], screen: list[str]) -> Seen:
    held, forks = world.held(), world.held("fork")
    doubled = len(held) - len(set(held)) + len(set(held) & set(forks)) + len(set(forks) & set(wanted) - set(held))
    (people,) = world.rows("SELECT coalesce(sum(inward), 0) FROM tally")[0]
    # Whoever passed, passed: those in a fork are counted too.
    either = "(SELECT kind FROM entry UNION ALL SELECT kind FROM fork)"
    kinds = world.rows(f"SELECT count(*) FROM {either} WHERE kind = 'visit.decided'")[0][0]
    return Seen(len(wanted), len(set(wanted) - set(held)), doubled + max(0, people - kinds), screen)


def journal_of(world: World, count: int) -> None:
    journal = open_journal(world.agent.journal)
    for _ in range(count):
        journal.append(passage())
    journal.close()


@dataclass(frozen=True)
class Row:
    """A fault, how it is played, what must be seen, and the twin: a file, the line that deals with it, its absence."""

    fault: str
    how: str
    play: Callable[[World], Seen]
    twin: tuple[str, str, str]


UNSIGNED = ("sync/hub/examination/run.py", "    _verify(prev, batch.entries[-1].sig, keys)\n", "")
UNDEDUPED = ("sync/hub/intake/placing.py", "placed.had.append(link)", "placed.fork.append(link)")
ANY_KEY = (
    "station/wire/document.py",
    '    raise SignatureError(f"key: no trusted key {document.key} signed this document")\n',
    "    return parse(document.body)\n",
)

ROWS: list[Row] = []


def fault(name: str, how: str, *twin: str) -> Callable[[Callable[[World], Seen]], Callable[[World], Seen]]:
    """Make a row of a function that plays it."""
    file, line, instead = twin

    def add(play: Callable[[World], Seen]) -> Callable[[World], Seen]:
        ROWS.append(Row(name, how, play, (file, line, instead)))
        return play

    return add


# ------------------------------------------------------------------------------------------------------ bad batches


@fault("replayed batch", "each batch posted four times, whole and in part", *UNDEDUPED)
def replayed(world: World) -> Seen:
    journal_of(world, 30)
    assert world.agent.once().returncode == 0
    reader = JournalReader(world.agent.journal)
    epoch = reader.epochs()[0]
    entries = [stored.entry for stored in reader.read(epoch, 0, 100)]
    chain = Chain(epoch=epoch)
    chain.entries, chain.heads = entries, [reader.head(epoch, seq) for seq in range(len(entries) + 1)]
    reader.close()
    for _ in range(3):
        assert world.post(chain.batch())[0] == 200
        assert world.post(chain.batch(7, 20))[0] == 200
    return gate_seen(world)


@fault(
    "reordered batches",
    "the third of three first",
    "sync/hub/intake/ingest.py",
    "        seq, head = _join(shelf, seq, head)\n",
    "        pass\n",
)
def reordered(world: World) -> Seen:
    chain = Chain().grow(29)
    for first, last in ((21, 30), (1, 10), (11, 20)):
        assert world.post(chain.batch(first, last))[0] == 200
    assert world.rows("SELECT contiguous_seq FROM epoch") == [(30,)]
    return chain_seen(world, chain)


@fault(
    "truncated batch",
    "cut by 1, 3, 50 bytes and to its magic",
    "station/wire/batch.py",
    "if not inflater.eof or inflater.unused_data:",
    "if inflater.unused_data:",
)
def truncated(world: World) -> Seen:
    chain = Chain().grow(9)
    for cut in (1, 3, 50, len(chain.batch()) - 4):
        status, body = world.post(chain.batch()[:-cut])
        assert (status, body["code"]) == (400, "wire")
    assert world.held() == []
    assert world.post(chain.batch())[0] == 200
    return chain_seen(world, chain)


@fault("bit flipped in a batch", "one bit of the first and of the last entry", *UNSIGNED)
def bit_flipped(world: World) -> Seen:
    chain = Chain().grow(9)
    framed = zlib.decompress(chain.batch()[4:])
    for at in (framed.index(b'"people":1') + 9, framed.rindex(b'"people":1') + 9):
        damaged = bytearray(framed)
        damaged[at] ^= 1
        status, body = world.post(b"STB1" + zlib.compress(bytes(damaged)))
        assert (status, body.get("code")) == (400, "signature")
    assert world.held() == []
    assert world.post(chain.batch())[0] == 200
    return chain_seen(world, chain)


@fault(
    "oversized batch and entry",
    "64 MiB in 64 kB, a body of 12 MiB, a header of 65 kB",
    "station/wire/entry.py",
    "MAX_HEADER = 65_536",
    "MAX_HEADER = 10_000_000",
)
def oversized(world: World) -> Seen:
    chain = Chain().grow(3)
    good = b'{"actor":"a","at_ms":1,"boot_id":"b","boottime_ns":1,"clock":"synced","epoch":%d,"facts":{"x":"%s"},'
    tail = b'"kind":"drone.landed","personal_c":null,"sealed_c":null,"seq":%d,"station":"east","v":1}'
    chain.add_raw(good % (chain.epoch, b"y" * MAX_HEADER) + tail % (len(chain) + 1)).grow(3)
    assert world.post(b"STB1" + zlib.compress(bytes(64 * 1024 * 1024), 9))[0] == 400
    # The hub hangs up on a body that it would have to throw away.
    with contextlib.suppress(OSError):
        assert world.post(bytes(12 * 1024 * 1024))[0] == 413
    assert world.held() == []
    status, body = world.post(chain.batch())
    assert status == 200
    assert json.loads(body["body"])["quarantined"] == [5]
    return chain_seen(world, chain)


@fault("wrongly signed batch", "the same gate's name, another key", *UNSIGNED)
def wrongly_signed(world: World) -> Seen:
    status, body = world.post(Chain(private=key(9)).grow(9).batch())
    assert (status, body.get("code")) == (400, "signature")
    assert world.held() == []
    chain = Chain().grow(9)
    assert world.post(chain.batch())[0] == 200
    return chain_seen(world, chain)


@fault(
    "foreign batch",
    "a good batch of another gate under this gate's token",
    "sync/hub/examination/examiner.py",
    "    if batch.head.station != station:\n",
    "    if False:\n",
)
def foreign(world: World) -> Seen:
    status, body = world.post(Chain("west", private=key(2)).grow(3).batch(), "east")
    assert (status, body.get("code")) == (403, "station")
    assert world.held() == []
    chain = Chain().grow(3)
    assert world.post(chain.batch())[0] == 200
    return chain_seen(world, chain)


@fault(
    "future-dated entry",
    "a passage of 2050 among today's",
    "sync/hub/database/shelf.py",
    "(*key, seq, day, personal, salt, sealed)",
    "(*key, seq, ats[seq - seqs[0]] // DAY_MS, personal, salt, sealed)",
)
def future_dated(world: World) -> Seen:
    chain = Chain().grow(2).add(personal={"masked": "李**"}, at_ms=FAR_MS).grow(2)
    assert world.post(chain.batch())[0] == 200
    days = dict(world.rows("SELECT day, inward FROM tally"))
    assert days == {20201122: 4, 20500101: 1}
    # what is forgotten goes by the day it came, whatever day it claims
    (day,) = world.rows("SELECT day FROM part")[0]
    assert abs(day - time.time() * 1000 / DAY_MS) < 2
    return chain_seen(world, chain)


@fault(
    "cloned card",
    "two gates go on from one copied journal",
    "sync/hub/intake/ingest.py",
    "    shelf.keep_fork(fork, now_ms)\n",
    "",
)
def cloned_card(world: World) -> Seen:
    journal_of(world, 10)
    copy = AgentProcess(world.folder / "copy", world.hub.url, world.agent.token, root=world.root)
    copy.state.mkdir()
    shutil.copy(world.agent.journal, copy.journal)
    journal = open_journal(world.agent.journal)
    for _ in range(5):
        journal.append(passage(direction="out"))
    journal.close()
    assert world.agent.once().returncode == 0
    twin = open_journal(copy.journal)
    for _ in range(8):
        twin.append(passage())
    twin.close()
    assert copy.once().returncode == 0
    board = world.board()
    assert [(each["gate"], each["first"], each["count"]) for each in board["forks"]] == [("东门", 12, 8)]
    # the copy is told, and goes on under a chain of its own
    before = sorted(JournalReader(copy.journal).epochs())
    told = replace(world, agent=copy).desk()
    assert told["receipts"] == ["fork"]
    assert told["epoch"] not in before
    return gate_seen(world)


@fault(
    "entry that always breaks the hub",
    "3,000 levels of JSON, no JSON at all, and facts of another shape among good ones",
    "sync/hub/examination/run.py",
    "        why = str(error)\n",
    "        raise\n",
)
def always_breaks(world: World) -> Seen:
    chain = Chain().grow(3).add_raw(b'{"a":' * 3000).add_raw(b"\xff\0").add("visit.decided", {"people": []}).grow(3)
    status, body = world.post(chain.batch())
    assert status == 200
    assert json.loads(body["body"])["quarantined"] == [5, 6, 7]
    return chain_seen(world, chain)


# --------------------------------------------------------------------------------------------------- a hub that fails


@fault("hub accepts and dies before answering", "killed between commit and answer", *UNDEDUPED)
def dies_before_answering(world: World) -> Seen:
    journal_of(world, 700)
    proxy = SwallowingProxy(world.hub.port)
    world.agent.url = proxy.url
    proxy.arm(b"POST /api/v1/batches", world.hub.kill)
    # The same agent goes on: one that was started afresh would ask first what the hub holds, and send nothing twice.
    world.agent.start()
    assert proxy.swallowed.wait(60)
    assert len(world.held()) == 500
    world.hub.start()
    # Its pauses grow to a minute while nobody answers.
    world.wait(lambda: world.rows("SELECT contiguous_seq FROM epoch") == [(701,)], 240)
    _, logged = world.agent.stop()
    assert len(world.held()) == 701, logged
    proxy.close()
    return gate_seen(world)


@fault(
    "hub answers 500, 429, 413, HTML, nonsense",
    "in turn, then a proxy that takes 1,000 bytes at most",
    "sync/agent.py",
    "self._not_before = self._clock.monotonic() + self._delay_s(error)",
    "raise error",
)
def bad_answers(world: World) -> Seen:
    replies = [Reply(500, b"x"), Reply(429, headers={"Retry-After": "0"}), HTML, Reply(200, b"thanks"), Reply(502)]
    with scripted(world.hub.url) as server:
        world.agent.url = server.url
        world.agent.once()
        journal_of(world, 30)
        server.script.extend(replies)
        world.agent.start()
        world.wait(lambda: len(world.held()) == 31, 40)
        world.agent.stop()
        assert not server.script
        server.limit = 1000
        journal_of(world, 30)
        assert world.agent.once().returncode == 0
    return gate_seen(world)


@fault(
    "hub hangs",
    "takes a batch and never answers",
    "sync/carriers/https.py",
    "timeout=Timeout(connect=CONNECT_S, read=silence_s),",
    "timeout=None,",
)
def hangs(world: World) -> Seen:
    with scripted(world.hub.url) as server:
        world.agent.url = server.url
        world.agent.once()
        journal_of(world, 5)
        server.script.append(Reply(hang=True))
        world.agent.start()
        # The agent lets go of a silent hub after 20 s.
        world.wait(lambda: len(world.held()) == 6, 50)
        world.agent.stop()
    return gate_seen(world)


# ---------------------------------------------------------------------------------------------------------- bad orders

LOW = (ROOT / "station" / "regimes" / "low.toml").read_text("utf-8")


def order_key(world: World) -> Ed25519PrivateKey:
    return KeyFolder(world.hub.state / "keys").signing_key(Purpose.ORDER)


def drop(world: World, number: int, regime: str, signer: Ed25519PrivateKey, audience: str = EVERY_STATION) -> None:
    content = LOW.replace('regime = "low"', f'regime = "{regime}"').replace("number = 1\n", f"number = {number}\n")
    order = Order(OrderKind.POLICY, number, (audience,), "community", MORNING_MS, content.encode())
    world.agent.orders.mkdir(exist_ok=True)
    (world.agent.orders / f"order-policy-{number:012d}.doc").write_bytes(sign_order(order, signer))


def with_orders(world: World) -> None:
    """The gate has the office's keys, and policy 7 (high) is in force."""
    journal_of(world, 3)
    assert world.agent.once().returncode == 0
    drop(world, 7, "high", order_key(world))
    assert world.desk(2)["regime"] == "high"


def refusal(world: World, code: str, regime: str = "high") -> Seen:
    told = world.desk()
    assert [facts["code"] for kind, facts in told["taken"] if kind == "order.refused"] == [code]
    assert told["regime"] == regime
    assert "规定更新被拒" in told["screen"]
    seen = gate_seen(world)
    seen.screen = told["screen"]
    return seen


@fault(
    "order with a lower number",
    "policy 6 after policy 7",
    "station/office/applied.py",
    "order.number > in_force[0]",
    "True",
)
def lower_number(world: World) -> Seen:
    with_orders(world)
    drop(world, 6, "closed", order_key(world))
    return refusal(world, "order_old")


@fault("order signed by another key", "policy 8 of nobody's key", *ANY_KEY)
def wrong_key(world: World) -> Seen:
    with_orders(world)
    drop(world, 8, "closed", Ed25519PrivateKey.from_private_bytes(bytes([77]) * 32))
    return refusal(world, "signature")


@fault(
    "order for another station",
    "policy 8 for the west gate",
    "station/office/orders.py",
    "if not order.addresses(self.station):",
    "if False:",
)
def wrong_station(world: World) -> Seen:
    with_orders(world)
    drop(world, 8, "closed", order_key(world), "west")
    return refusal(world, "order_other_station")


@fault("stick with somebody else's files", "keys, orders and pictures of another community", *ANY_KEY)
def somebody_elses_stick(world: World) -> Seen:
    with_orders(world)
    other = Home(world.folder / "other-community")
    other.create(Office("隔壁社区", "other", "Asia/Shanghai", False, ""), MORNING_MS)
    theirs = KeyFolder(other.path / "keys")
    store = other.open()
    with store.reading() as connection:
        document = order_document(connection, "east", "keys", 1)
    store.close()
    assert document is not None
    orders = world.agent.orders
    (orders / "order-keys-000000000002.doc").write_bytes(document)
    drop(world, 9, "closed", theirs.signing_key(Purpose.ORDER))
    (orders / "receipt-4294967303.doc").write_bytes(document)
    (orders / "order-policy-000000000010.doc").write_bytes(b"holiday.jpg")
    (orders / "IMG_0001.JPG").write_bytes(b"\xff\xd8")
    told = world.desk()
    assert told["regime"] == "high"
    assert [kind for kind, _ in told["taken"]] == ["order.refused"] * 3
    assert told["receipts"] == []
    assert "规定更新被拒" in told["screen"]
    seen = gate_seen(world)
    seen.screen = told["screen"]
    return seen


def run_row(row: Row, root: Path, folder: Path) -> Seen:
    """Play *row* with the programs in *root*."""
    hub = make_hub(folder / "hub")
    hub.root = root
    agent = AgentProcess(folder / "gate", hub.url, hub.tokens["east"], root=root)
    agent.state.mkdir()
    hub.start()
    try:
        return row.play(World(root, folder, hub, agent))
    finally:
        agent.kill()
        hub.kill()


def sabotaged(row: Row, folder: Path) -> Path:
    """A copy of the programs without the line of *row*."""
    root = folder / "programs"
    for package in ("drivers", "station", "sync", "tests", "benchmarks"):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__", "browser"))
    file, line, instead = row.twin
    source = (root / file).read_text("utf-8")
    assert source.count(line) == 1, f"{file} has changed; name the line that deals with {row.fault}"
    (root / file).write_text(source.replace(line, instead), "utf-8")
    return root


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """The rows of this run by their fault, None until it has passed; they replace those of the runs before."""
    found: Table = {}
    yield found
    kept = json.loads(TABLE.read_text("utf-8"))["rows"] if TABLE.exists() else []
    rows = [row for row in kept if row["fault"] not in found] + [row for row in found.values() if row is not None]
    content = json.dumps({"rows": rows}, ensure_ascii=False, indent=1) + "\n"
    write_whole(TABLE, content.encode(), mode=0o644)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("row", ROWS, ids=[row.fault for row in ROWS])
def test_the_fault_costs_nothing_and_its_twin_does(row: Row, tmp_path: Path, table: Table) -> None:
    began, clock = datetime.now(UTC), time.monotonic()
    table[row.fault] = None
    (tmp_path / "real").mkdir()
    seen = run_row(row, ROOT, tmp_path / "real")
    assert (seen.lost, seen.doubled) == (0, 0)
    (tmp_path / "twin").mkdir()
    root = sabotaged(row, tmp_path / "twin")
    try:
        other = run_row(row, root, tmp_path / "twin")
        twin_failed = (other.lost, other.doubled) != (0, 0)
    except (AssertionError, OSError, ValueError, KeyError, sqlite3.Error, subprocess.SubprocessError):
        twin_failed = True
    assert twin_failed, "the row proves nothing: it passes without the line that deals with its fault"
    table[row.fault] = {
        "fault": row.fault,
        "how": row.how,
        "n": seen.n,
        "lost": seen.lost,
        "doubled": seen.doubled,
        "screen": seen.screen,
        "twin_failed": twin_failed,
        "seed": SEED,
        "commit": _commit(),
        "started": began.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - clock, 1),
    }


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
