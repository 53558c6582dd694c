"""The road as it is walked: a real journal, a real agent process, a real hub process, and what lies between them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.journal.reader import JournalReader
from station.journal.writer import Journal
from station.wire.keyring import Purpose, parse_keys
from station.wire.order import OrderKind, open_order
from station.wire.receipt import Receipt, open_receipt
from sync.hub.board.board import read_board
from sync.hub.custody.keys import KeyFolder
from sync.hub.database.store import open_store
from sync.hub.office.orders import publish as issue
from sync.hub.views.pages import board_body
from tests.sync.chain import MORNING_MS, fever, open_journal, passage
from tests.sync.processes import ROOT, AgentProcess, HubProcess, eventually, pss_kb
from tests.sync.scripted import HTML, Reply, SwallowingProxy, scripted


@pytest.fixture
def agent(tmp_path: Path, hub: HubProcess) -> Iterator[AgentProcess]:
    """The agent of «east», not yet running."""
    made = AgentProcess(tmp_path / "gate", hub.url, hub.tokens["east"])
    made.state.mkdir()
    yield made
    made.kill()


@pytest.fixture
def journal(agent: AgentProcess) -> Iterator[Journal]:
    made = open_journal(agent.journal)
    yield made
    made.close()


def fill(journal: Journal, count: int) -> None:
    draft = passage()
    for _ in range(count):
        journal.append(draft)


def held(hub: HubProcess, table: str = "entry") -> list[tuple[int, int, bytes]]:
    """What the hub's file holds of «east», read past the hub."""
    db = sqlite3.connect(f"file:{hub.state / 'hub.db'}?mode=ro", uri=True, timeout=60)
    try:
        query = f"SELECT epoch, seq, hash FROM {table} WHERE station = 'east' ORDER BY epoch, seq"
        return db.execute(query).fetchall()
    finally:
        db.close()


def board(hub: HubProcess) -> dict[str, Any]:
    store = open_store(hub.state / "hub.db")
    with store.reading() as connection:
        body = board_body(read_board(connection, MORNING_MS, ZoneInfo("Asia/Shanghai")))
    store.close()
    return body


def written(agent: AgentProcess) -> list[tuple[int, int, bytes]]:
    reader = JournalReader(agent.journal)
    try:
        return [(s.epoch, s.seq, s.hash) for epoch in reader.epochs() for s in reader.read(epoch, 0, 10**6)]
    finally:
        reader.close()


def all_arrived(hub: HubProcess, agent: AgentProcess) -> bool:
    # The numbers first: comparing everything again and again would take the machine away from the two processes.
    reader = JournalReader(agent.journal)
    last = sum(reader.last_seq(epoch) for epoch in reader.epochs())
    reader.close()
    db = sqlite3.connect(f"file:{hub.state / 'hub.db'}?mode=ro", uri=True, timeout=60)
    (count,) = db.execute("SELECT count(*) FROM entry WHERE station = 'east'").fetchone()
    db.close()
    return bool(count == last and held(hub) == written(agent))


def receipt(agent: AgentProcess, hub: HubProcess, epoch: int) -> Receipt | None:
    """The receipt in the orders folder, verified as the desk would: the pinned root key opens the keys order."""
    try:
        keys = (agent.orders / "order-keys-000000000001.doc").read_bytes()
        document = (agent.orders / f"receipt-{epoch}.doc").read_bytes()
    except FileNotFoundError:
        return None
    order = open_order(keys, lambda _: [Ed25519PublicKey.from_public_bytes(hub.root_public)])
    return open_receipt(document, parse_keys(order.content).lookup(Purpose.RECEIPT))


def has_receipt(agent: AgentProcess, hub: HubProcess, journal: Journal) -> bool:
    found = receipt(agent, hub, journal.epoch)
    return found is not None and found.contiguous_seq == journal.seq


def test_what_the_gate_writes_the_hub_holds_and_the_gate_knows_it(
    hub: HubProcess, agent: AgentProcess, journal: Journal
) -> None:
    fill(journal, 520)
    agent.start()
    eventually(lambda: has_receipt(agent, hub, journal))
    assert held(hub) == written(agent)
    found = receipt(agent, hub, journal.epoch)
    assert found is not None
    assert journal.accept_receipt(found, 1) == "ok"
    assert journal.unsent() == 0
    # one more goes within a moment, without a restart
    journal.append(passage(direction="out"))
    eventually(lambda: has_receipt(agent, hub, journal))
    assert agent.status()["state"] == "ok"
    status, logged = agent.stop()
    assert (status, logged.splitlines()) == (0, ["hub: answers"])


def test_once_sends_what_there_is_and_says_whether_it_could(
    hub: HubProcess, agent: AgentProcess, journal: Journal
) -> None:
    fill(journal, 10)
    assert agent.once().returncode == 0
    assert held(hub) == written(agent)
    fill(journal, 1)
    hub.kill()
    done = agent.once()
    assert done.returncode == 1
    assert "cannot be reached" in done.stdout
    assert agent.status()["state"] == "offline"


def test_a_hub_that_is_away_for_a_while_gets_everything(hub: HubProcess, agent: AgentProcess, journal: Journal) -> None:
    fill(journal, 5)
    agent.start()
    eventually(lambda: agent.status().get("state") == "ok")
    hub.kill()
    fill(journal, 100)
    eventually(lambda: agent.status()["state"] == "offline")
    hub.start()
    # The longer the hub takes to start, the longer the agent's next pause, up to a minute.
    eventually(lambda: all_arrived(hub, agent), patience_s=100)
    eventually(lambda: agent.status()["state"] == "ok")
    _, logged = agent.stop()
    # edges only: it broke, it is back
    assert [line.split(" ")[1] for line in logged.splitlines()] == ["answers", hub.url, "answers"]


def test_a_hub_killed_between_commit_and_answer_loses_and_doubles_nothing(
    hub: HubProcess, agent: AgentProcess, journal: Journal
) -> None:
    proxy = SwallowingProxy(hub.port)
    agent.url = proxy.url
    fill(journal, 700)
    proxy.arm(b"POST /api/v1/batches", hub.kill)
    agent.start()
    assert proxy.swallowed.wait(20)
    # what the hub had committed is there although nobody was told
    assert len(held(hub)) == 500
    eventually(lambda: agent.status().get("state") == "offline")
    hub.start()
    eventually(lambda: all_arrived(hub, agent))
    eventually(lambda: has_receipt(agent, hub, journal))
    assert held(hub, "fork") == []
    entries = board(hub)["entries"]
    assert entries == 701
    proxy.close()
    db = sqlite3.connect(hub.state / "hub.db")
    assert db.execute("SELECT sum(inward) FROM tally").fetchone() == (700,)
    db.close()


def test_twin_a_hub_without_its_file_is_noticed_by_the_same_look(
    hub: HubProcess, agent: AgentProcess, journal: Journal
) -> None:
    # The test before would be worth nothing if it could not tell a lost entry or a doubled one.
    fill(journal, 20)
    agent.once()
    db = sqlite3.connect(hub.state / "hub.db")
    db.execute("DELETE FROM entry WHERE seq = 7")
    db.commit()
    assert not all_arrived(hub, agent)
    db.close()


@pytest.mark.parametrize(
    "replies",
    [
        [Reply(500, b"x")] * 2,
        [Reply(429, headers={"Retry-After": "0"}), Reply(503, headers={"Retry-After": "1"})],
        [HTML, Reply(302, headers={"Location": "http://login.example/"})],
        [Reply(200, b"x" * 300, cut=50), Reply(200, b""), Reply(200, b"thank you")],
        [Reply(404, b"who?"), Reply(502, b"bad gateway")],
    ],
    ids=["500", "429 and 503", "a login page", "cut, empty, no receipt", "a proxy"],
)
def test_bad_answers_only_cost_time(
    hub: HubProcess, agent: AgentProcess, journal: Journal, replies: list[Reply]
) -> None:
    with scripted(hub.url) as server:
        agent.url = server.url
        fill(journal, 30)
        server.script.extend(replies)
        agent.start()
        eventually(lambda: all_arrived(hub, agent))
        eventually(lambda: agent.status().get("state") == "ok")
        assert not server.script
        agent.stop()


def test_batches_shrink_until_a_proxy_lets_them_through(hub: HubProcess, agent: AgentProcess, journal: Journal) -> None:
    with scripted(hub.url) as server:
        agent.url = server.url
        server.limit = 30_000
        fill(journal, 600)
        assert agent.once().returncode == 0
        sizes = [size for method, _, size in server.seen if method == "POST"]
    assert sizes[0] > server.limit
    assert max(sizes[3:]) <= server.limit
    assert held(hub) == written(agent)


def test_an_entry_too_large_for_a_proxy_is_shown(hub: HubProcess, agent: AgentProcess, journal: Journal) -> None:
    with scripted(hub.url) as server:
        agent.url = server.url
        server.limit = 100
        fill(journal, 3)
        journal.append(fever())
        assert agent.once().returncode == 1
        assert (agent.status()["state"], agent.status()["detail"]) == ("refused", "too_large")
        # orders come all the same
        assert list(agent.orders.glob("order-keys-*"))


def test_a_batch_the_hub_refuses_holds_up_neither_fevers_nor_another_epoch(
    hub: HubProcess, agent: AgentProcess, journal: Journal
) -> None:
    no = json.dumps({"code": "signature", "message": "no"}).encode()
    with scripted(hub.url) as server:
        agent.url = server.url
        agent.once()
        fill(journal, 30)
        document = (agent.orders / f"receipt-{journal.epoch}.doc").read_bytes()
        server.script.extend([Reply(200, document), Reply(400, no, {"Content-Type": "application/json"})])
        agent.start()
        eventually(lambda: agent.status().get("detail") == "signature")
        assert agent.status()["state"] == "refused"
        old = journal.epoch
        case = journal.append(fever())
        journal.open_epoch("test")
        fill(journal, 5)
        eventually(lambda: {(case.epoch, case.seq), (journal.epoch, 6)} <= {row[:2] for row in held(hub)})
        assert agent.status()["state"] == "refused"
        assert [seq for epoch, seq, _ in held(hub) if epoch == old] == [1, case.seq]
        # a person restarts the agent once the cause is found
        agent.stop()
        assert agent.once().returncode == 0
    assert held(hub) == written(agent)
    assert held(hub, "fork") == []


@pytest.mark.usefixtures("journal")
def test_an_unknown_token_is_shown_and_a_new_one_taken(hub: HubProcess, agent: AgentProcess) -> None:
    agent.token = "a" * 43
    assert agent.once().returncode == 1
    assert (agent.status()["state"], agent.status()["detail"]) == ("refused", "token")
    agent.token = hub.tokens["east"]
    assert agent.once().returncode == 0


@pytest.mark.usefixtures("journal")
def test_another_gates_token_is_refused(hub: HubProcess, agent: AgentProcess) -> None:
    agent.token = hub.tokens["west"]
    assert agent.once().returncode == 1
    assert agent.status()["state"] in {"refused", "offline"}
    assert held(hub) == []


def test_a_fever_overtakes_a_backlog(hub: HubProcess, agent: AgentProcess, journal: Journal) -> None:
    fill(journal, 300)
    case = journal.append(fever())
    fill(journal, 300)
    with scripted(hub.url) as server:
        agent.url = server.url
        assert agent.once().returncode == 0
        sizes = [size for method, _, size in server.seen if method == "POST"]
    # the fever alone went first, and every entry of the backlog went once
    assert sizes[0] < 2000 < min(sizes[1:])
    assert held(hub) == written(agent)
    assert (case.epoch, case.seq, case.hash) in held(hub)
    assert board(hub)["open_fevers"] == 1


def test_a_fever_does_not_wait_for_the_next_try(hub: HubProcess, agent: AgentProcess, journal: Journal) -> None:
    with scripted(hub.url) as server:
        agent.url = server.url
        agent.once()
        fill(journal, 3)
        # the hub asks for a minute of rest
        server.always = Reply(503, headers={"Retry-After": "60"})
        agent.start()
        eventually(lambda: agent.status().get("detail") == "busy")
        server.always = None
        began = time.monotonic()
        journal.append(fever())
        eventually(lambda: all_arrived(hub, agent))
        assert time.monotonic() - began < 15


@pytest.mark.parametrize("content", [None, b"\0\0\0", b'{"v": 1, "sent": {"1": 99999}, "orders": {}}'])
def test_a_lost_cursor_costs_only_sending_again(
    hub: HubProcess, agent: AgentProcess, journal: Journal, content: bytes | None
) -> None:
    fill(journal, 40)
    agent.once()
    cursor = agent.sync / "cursor.json"
    assert json.loads(cursor.read_bytes())["sent"] == {str(journal.epoch): 41}
    cursor.unlink()
    if content is not None:
        cursor.write_bytes(content)
    fill(journal, 4)
    assert agent.once().returncode == 0
    assert held(hub) == written(agent)
    assert held(hub, "fork") == []


def test_a_hub_restored_from_an_older_copy_is_filled_again(
    hub: HubProcess, agent: AgentProcess, journal: Journal
) -> None:
    fill(journal, 20)
    agent.start()
    eventually(lambda: all_arrived(hub, agent))
    hub.kill()
    copy = sqlite3.connect(hub.state / "hub.db")
    copy.execute("DELETE FROM entry WHERE seq > 5")
    copy.execute("DELETE FROM part WHERE seq > 5")
    head = copy.execute("SELECT hash FROM entry WHERE seq = 5").fetchone()[0]
    copy.execute("UPDATE epoch SET contiguous_seq = 5, highest_seq = 5, contiguous_hash = ?", (head,))
    copy.commit()
    copy.close()
    hub.start()
    fill(journal, 1)
    eventually(lambda: all_arrived(hub, agent))


def test_a_copied_card_is_kept_beside_and_told_so(hub: HubProcess, agent: AgentProcess, tmp_path: Path) -> None:
    first = open_journal(agent.journal)
    fill(first, 10)
    first.close()
    copy = AgentProcess(tmp_path / "copy", hub.url, hub.tokens["east"])
    copy.state.mkdir()
    copy.journal.write_bytes(agent.journal.read_bytes())
    ours = open_journal(agent.journal)
    for _ in range(5):
        ours.append(passage(direction="out"))
    assert agent.once().returncode == 0
    theirs = open_journal(copy.journal)
    fill(theirs, 8)
    assert copy.once().returncode == 0
    assert held(hub) == written(agent)
    assert [row for row in held(hub, "fork") if row in written(copy)] == written(copy)[11:]
    found = receipt(copy, hub, theirs.epoch)
    assert found is not None
    assert theirs.accept_receipt(found, 1) == "fork"
    # its old epoch is over: the hub has it beside the other, and nothing of it is unsent
    over = theirs.epoch
    theirs.open_epoch("receipt")
    assert (theirs.unsent(), theirs.other_chain().waiting) == (1, 0)
    assert found.forked == ((19, next(head for epoch, seq, head in written(copy) if (epoch, seq) == (over, 19))),)
    # and again: nothing new
    assert copy.once().returncode == 0
    assert len(held(hub, "fork")) == 8
    assert [(each["gate"], each["first"], each["count"]) for each in board(hub)["forks"]] == [("东门", 12, 8)]
    ours.close()
    theirs.close()


def test_two_agents_at_once_do_no_harm(hub: HubProcess, agent: AgentProcess, journal: Journal) -> None:
    other = AgentProcess(agent.state, hub.url, hub.tokens["east"])
    fill(journal, 520)
    agent.start()
    other.start()
    journal.append(fever())
    fill(journal, 50)
    eventually(lambda: all_arrived(hub, agent))
    assert (agent.stop()[0], other.stop()[0]) == (0, 0)
    assert held(hub, "fork") == []
    assert not list(agent.orders.glob(".*"))


def publish(hub: HubProcess, content: bytes, kind: OrderKind = OrderKind.POLICY, audience: str = "*") -> int:
    store = open_store(hub.state / "hub.db")
    key = KeyFolder(hub.state / "keys").signing_key(Purpose.ORDER)
    with store.writing() as connection:
        number = issue(connection, kind, content, (audience,), "community", key, MORNING_MS).number
    store.close()
    return number


@pytest.mark.usefixtures("journal")
def test_orders_reach_the_folder_whole(hub: HubProcess, agent: AgentProcess) -> None:
    agent.once()
    assert [path.name for path in sorted(agent.orders.glob("order-*"))] == ["order-keys-000000000001.doc"]
    agent.start()
    for size in (10, 5_000_000):
        content = b"#" * size
        number = publish(hub, content)
        name = agent.orders / f"order-policy-{number:012d}.doc"
        eventually(name.exists)
        order = open_order(name.read_bytes(), keys_of(agent, hub).lookup(Purpose.ORDER))
        assert order.content == content
    # what is for another gate does not come, and what came is not fetched again
    publish(hub, b"#", OrderKind.NOTICES, "west")
    agent.stop()
    for path in agent.orders.glob("order-*"):
        path.unlink()
    agent.once()
    assert list(agent.orders.glob("order-*")) == []


def keys_of(agent: AgentProcess, hub: HubProcess) -> Any:
    document = (agent.orders / "order-keys-000000000001.doc").read_bytes()
    order = open_order(document, lambda _: [Ed25519PublicKey.from_public_bytes(hub.root_public)])
    return parse_keys(order.content)


def test_an_order_that_breaks_off_is_fetched_again(hub: HubProcess, agent: AgentProcess, journal: Journal) -> None:
    with scripted(hub.url) as server:
        agent.url = server.url
        agent.once()
        (agent.orders / "order-keys-000000000001.doc").unlink()
        (agent.sync / "cursor.json").unlink()
        receipt_now = Reply(200, (agent.orders / f"receipt-{journal.epoch}.doc").read_bytes())
        listed = Reply(200, b'[{"kind": "keys", "number": 1}]', {"Content-Type": "application/json"})
        server.script.extend([receipt_now, listed, Reply(200, b'{"body":"x"' * 10, cut=60)])
        assert agent.once().returncode == 1
        assert list(agent.orders.glob("*order*")) == []
        assert agent.once().returncode == 0
    assert keys_of(agent, hub).of(Purpose.RECEIPT)


def test_a_desk_that_is_not_there_yet_is_waited_for(hub: HubProcess, agent: AgentProcess) -> None:
    agent.start()
    eventually(agent.sync.exists)
    journal = open_journal(agent.journal)
    fill(journal, 3)
    eventually(lambda: all_arrived(hub, agent))
    journal.close()
    assert agent.stop()[0] == 0


def test_another_journal_under_the_same_name_is_noticed(hub: HubProcess, agent: AgentProcess) -> None:
    journal = open_journal(agent.journal)
    fill(journal, 3)
    agent.start()
    eventually(lambda: all_arrived(hub, agent))
    journal.close()
    for suffix in ("", "-wal", "-shm"):
        # The agent still has all three open.
        (agent.state / f"journal.db{suffix}").rename(agent.state / f"damaged.db{suffix}")
    journal = open_journal(agent.journal)
    fill(journal, 6)
    eventually(lambda: {(journal.epoch, 7)} <= {row[:2] for row in held(hub)})
    journal.close()


def test_a_folder_that_cannot_be_written_is_shown_and_does_not_end_the_road(
    hub: HubProcess, agent: AgentProcess, journal: Journal
) -> None:
    agent.start()
    eventually(lambda: agent.status().get("state") == "ok")
    away = agent.state / "away"
    agent.orders.rename(away)
    journal.append(passage())
    eventually(lambda: agent.status()["detail"] == "disk")
    for name in ("status.json", "cursor.json"):
        (agent.sync / name).unlink(missing_ok=True)
        (agent.sync / name).mkdir()
    away.rename(agent.orders)
    journal.append(fever())
    eventually(lambda: has_receipt(agent, hub, journal))
    assert agent.stop()[0] == 0


def test_the_settings_of_the_station_are_enough(hub: HubProcess, agent: AgentProcess, journal: Journal) -> None:
    fill(journal, 3)
    agent.command()
    settings = agent.state / "station.toml"
    settings.write_text(
        f"""
        [station]
        id = "east"
        name = "东门"
        [paths]
        state = "{agent.state}"
        [hub]
        url = "{hub.url}"
        token_file = "{agent.sync / "token"}"
        """,
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sync", "--config", str(settings), "--once"]
    assert subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode == 0
    assert held(hub) == written(agent)
    settings.write_text('[station]\nid = "east"\nname = "东门"\n', encoding="utf-8")
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, "[hub]" in done.stderr) == (2, True)
    settings.write_text("nonsense", encoding="utf-8")
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.usefixtures("journal")
def test_the_agent_ends_at_once_even_while_the_hub_hangs(hub: HubProcess, agent: AgentProcess) -> None:
    with scripted(hub.url) as server:
        agent.url = server.url
        server.always = Reply(hang=True)
        agent.start()
        eventually(lambda: server.seen)
        began = time.monotonic()
        assert agent.stop()[0] == 0
        assert time.monotonic() - began < 8


def test_the_agent_is_small_and_knows_no_web_framework(hub: HubProcess, agent: AgentProcess, journal: Journal) -> None:
    fill(journal, 600)
    agent.start()
    eventually(lambda: all_arrived(hub, agent))
    assert agent.process is not None
    # The goal is 30 MB; what a busy machine shares with others counts in parts, so a little more is allowed.
    assert pss_kb(agent.process.pid) < 40_000
    maps = Path(f"/proc/{agent.process.pid}/maps").read_text()
    assert "greenlet" not in maps
    assert "argon2" not in maps
