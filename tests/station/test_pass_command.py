"""``station pass`` from issue to revocation, with the office's real keys and the gate's own verifier."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.cli import cli
from station.credential import revocations
from station.roster.passes import decode_passes
from station.wire.canonical import canonical
from station.wire.order import OrderKind, open_order

KEY = Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32)
HE = ("--name", "何伟", "--household", "3-2-501", "--last4", "2205", "--purpose", "resident")
LONG = "2099-12-31"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["pass", *map(str, arguments)])


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "pass.key"
    path.write_text(KEY.private_bytes_raw().hex())
    return path


@pytest.fixture
def book(tmp_path: Path, key: Path) -> Path:
    """A book with the pass of 何伟, and one of 李敏."""
    path, until = tmp_path / "passes.book", in_a_month()
    done = run("issue", "--key", key, "--site", "1", *HE, "--until", until, "--minutes-out", "120", "--book", path)
    assert done.exit_code == 0, done.output
    rows = tmp_path / "list.csv"
    rows.write_text("姓名,地址\n李敏,5-1-202\n", encoding="utf-8")
    done = run("issue", "--key", key, "--site", "1", "--list", rows, "--until", until, "--book", path)
    assert done.exit_code == 0, done.output
    return path


def in_a_month() -> str:
    """The command asks the real clock, so the day is reckoned from it."""
    import datetime

    return (datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=30)).isoformat()


def test_issued_passes_are_valid_until_they_are_revoked(tmp_path: Path, key: Path, book: Path) -> None:
    out, listed = tmp_path / "out.json", tmp_path / "revoked.json"
    assert run("verify", "--book", book, "--key", key, "--json", out).exit_code == 0
    assert [one["verdict"] for one in json.loads(out.read_text("utf-8"))] == ["valid", "valid"]
    done = run("revoke", "--list", listed, "--book", book, "--name", "何伟", "--key", key, "--orders", tmp_path)
    assert done.exit_code == 0, done.output
    assert run("verify", "--book", book, "--key", key, "--list", listed, "--json", out).exit_code == 1
    assert [one["verdict"] for one in json.loads(out.read_text("utf-8"))] == ["revoked", "valid"]
    source = (tmp_path / "order-revocations-000000000001.doc").read_bytes()
    order = open_order(source, lambda _id: [KEY.public_key()])
    assert (order.kind, order.number, order.audience) == (OrderKind.REVOCATIONS, 1, ("*",))
    held = revocations.parse(json.loads(order.content))
    assert (held.number, len(held), order.content) == (1, 1, canonical(revocations.document(held)))


def test_a_second_revocation_keeps_the_first_under_the_next_number(tmp_path: Path, book: Path) -> None:
    listed, out = tmp_path / "revoked.json", tmp_path / "out.json"
    for name, number, count in (("何伟", 1, 1), ("李敏", 2, 2), ("李敏", 3, 2)):
        assert run("revoke", "--list", listed, "--book", book, "--name", name, "--json", out).exit_code == 0
        found = json.loads(out.read_text("utf-8"))
        assert (found["number"], found["revoked"]) == (number, count)
    assert found["new"] == 0
    assert run("revoke", "--list", listed, "--id", "00" * 8).exit_code == 0
    held = revocations.parse(json.loads(listed.read_bytes()))
    assert bytes(8) in held
    assert held.stale_after_ms - held.issued_at_ms == 7 * 86_400_000


def test_show_says_what_stands_on_a_pass(book: Path) -> None:
    shown = run("show", "--book", book, "--name", "何伟").output
    for said in ("name: 何伟", "household: 3-2-501", "last4: 2205", "minutes_out: 120", "version: 8-M"):
        assert said in shown
    assert "李敏" not in shown


def test_print_makes_a_page_and_pictures_that_can_be_read(tmp_path: Path, book: Path) -> None:
    page, pictures = tmp_path / "passes.html", tmp_path / "png"
    done = run("print", "--book", book, "--form", "r58", "--issuer", "幸福里社区", "--png", pictures, "--out", page)
    assert done.exit_code == 0, done.output
    html = page.read_text("utf-8")
    assert html.count("<svg") == 2
    assert "58mm 132mm" in html
    codes = {json.loads(line)["code"] for line in book.read_text("utf-8").splitlines()}
    read = set()
    for path in pictures.iterdir():
        picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
        read |= {found.text for found in zxingcpp.read_barcodes(picture)}
    assert read == codes


def test_the_order_of_passes_lists_what_is_in_force(tmp_path: Path, book: Path) -> None:
    listed, content = tmp_path / "revoked.json", tmp_path / "passes.order"
    run("revoke", "--list", listed, "--book", book, "--name", "李敏")
    assert run("order", "--book", book, "--list", listed, "--out", content).exit_code == 0
    (known,) = decode_passes(content.read_bytes())
    assert (known.holder, known.minutes_out) == ("何伟", 120)


def test_what_holds_names_is_readable_by_its_owner_alone(tmp_path: Path, book: Path) -> None:
    run("print", "--book", book, "--out", tmp_path / "passes.html")
    for name in ("passes.book", "passes.html"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_broken_list_issues_nothing_and_names_every_line(tmp_path: Path, key: Path) -> None:
    rows, book = tmp_path / "list.csv", tmp_path / "new.book"
    rows.write_text("姓名,地址\n何伟,3-2-501\n4,5-1-202\n5,5-1-203\n", encoding="utf-8")
    done = run("issue", "--key", key, "--site", "1", "--list", rows, "--until", in_a_month(), "--book", book)
    assert done.exit_code == 1
    assert [f"list.csv line {number}: name" in done.output for number in (2, 3, 4)] == [False, True, True]
    assert not book.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("issue", "--site", "1", *HE, "--until", "2h", "--key", "KEY", "--book", "B"), "until: '2h': a day such as"),
        (
            ("issue", "--site", "1", *HE, "--until", LONG, "--key", "KEY", "--book", "B", "--timezone", "x"),
            "no time zone",
        ),
        (("issue", "--site", "1", *HE, "--until", LONG, "--key", "BAD", "--book", "B"), "until: '2099"),
        (("print", "--book", "BOOK", "--id", "zz", "--out", "P"), "expected 4 to 16 hex digits"),
        (("print", "--book", "BAD", "--out", "P"), "line 1: not the code of a pass"),
        (("verify", "--book", "BOOK"), "give --config or --key"),
        (("revoke", "--list", "L", "--id", "12"), "expected all 16 hex digits"),
        (("revoke", "--list", "L", "--name", "何伟"), "need the --book"),
        (("revoke", "--list", "L"), "nothing to revoke"),
        (("revoke", "--list", "BAD", "--id", "00" * 8), "no list of revoked passes"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, key: Path, book: Path, arguments: tuple[str, ...], says: str) -> None:
    bad = tmp_path / "bad"
    bad.write_text("nothing")
    files = {"KEY": key, "BAD": bad, "BOOK": book, "B": tmp_path / "b", "P": tmp_path / "p", "L": tmp_path / "l"}
    done = run(*(files.get(one, one) for one in arguments))
    assert done.exit_code == 1
    assert says in str(done.exception)
