"""The carrier against a real server that misbehaves in every way we know of."""

from __future__ import annotations

import io
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from station.wire.document import MAX_LINE, sign_document
from station.wire.order import Order, OrderKind, sign_order
from sync.answer import OrderName, read_receipt
from sync.carriers.https import MAX_ANSWER, HttpsCarrier
from sync.errors import BatchTooLarge, HubRefused, HubUnavailable
from tests.sync.chain import key
from tests.sync.scripted import HTML, PORTAL, Reply, ScriptedServer, scripted

POLICY = OrderName("policy", 3)
DOCUMENT = sign_order(Order(OrderKind.POLICY, 3, ("*",), "office", 1, b"content" * 20_000), key())


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted() as made:
        yield made


@pytest.fixture
def carrier(server: ScriptedServer) -> HttpsCarrier:
    return HttpsCarrier(server.url, lambda: "token", silence_s=0.4, answer_s=0.6)


def refusal(status: int, code: str = "signature") -> Reply:
    return Reply(status, json.dumps({"code": code, "message": "no"}).encode(), {"Content-Type": "application/json"})


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(500, b"trace"), "fault"),
        (Reply(502, PORTAL, {"Content-Type": "text/html"}), "fault"),
        (Reply(503), "busy"),
        (Reply(429), "busy"),
        (Reply(408), "fault"),
        (HTML, "portal"),
        (Reply(200, b"\n  <html>"), "portal"),
        (Reply(302, b"", {"Location": "http://login.example/"}), "portal"),
        (Reply(307, b"", {"Location": "http://login.example/"}), "portal"),
        (Reply(404, b"not here"), "no_hub"),
        (Reply(403, PORTAL, {"Content-Type": "text/html"}), "portal"),
        (Reply(401, b"[]"), "no_hub"),
        (Reply(400, b'{"error": "x"}'), "no_hub"),
        (Reply(204), "no_hub"),
        (Reply(200, b"x" * 500, cut=100), "cut"),
        (Reply(200, b"x" * (MAX_ANSWER + 1)), "answer_too_long"),
        (Reply(hang=True), "timeout"),
        (Reply(200, b"x" * 100, pause_s=0.05), "timeout"),
    ],
)
def test_worth_another_try(server: ScriptedServer, carrier: HttpsCarrier, reply: Reply, code: str) -> None:
    server.script.append(reply)
    with pytest.raises(HubUnavailable) as failed:
        carrier.deliver(b"batch")
    assert failed.value.code == code
    assert str(failed.value).startswith("hub: ")
    # and the next request is as good as the first
    server.script.append(Reply(200, b"receipt"))
    assert carrier.deliver(b"batch") == b"receipt"


@pytest.mark.parametrize(("status", "whole_road"), [(400, False), (401, True), (403, True), (404, False)])
def test_only_the_hubs_own_words_are_a_refusal(
    server: ScriptedServer, carrier: HttpsCarrier, status: int, whole_road: bool
) -> None:
    server.script.append(refusal(status))
    with pytest.raises(HubRefused) as refused:
        carrier.deliver(b"batch")
    assert (refused.value.code, refused.value.whole_road) == ("signature", whole_road)


@pytest.mark.parametrize("reply", [refusal(413), Reply(413, PORTAL, {"Content-Type": "text/html"})])
def test_too_large_says_so_whoever_says_it(server: ScriptedServer, carrier: HttpsCarrier, reply: Reply) -> None:
    server.script.append(reply)
    with pytest.raises(BatchTooLarge):
        carrier.deliver(b"x" * 100_000)


def test_a_proxy_that_refuses_before_the_batch_is_sent_is_heard() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        carrier = HttpsCarrier(f"http://127.0.0.1:{listening.getsockname()[1]}", lambda: "token", silence_s=5)

        def refuse() -> None:
            near, _ = listening.accept()
            with near:
                near.recv(1000)
                near.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                near.shutdown(socket.SHUT_WR)
                while near.recv(65_536):
                    pass

        thread = threading.Thread(target=refuse)
        thread.start()
        with pytest.raises(BatchTooLarge):
            carrier.deliver(bytes(2_000_000))
        thread.join()


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [("7", 7, 7), ("0", 0, 0), ("a date in 30 s", 25, 30), ("a date in -30 s", 0, 0)],
)
def test_retry_after_in_both_its_forms(
    server: ScriptedServer, carrier: HttpsCarrier, value: str, least: float, most: float
) -> None:
    if value.startswith("a date"):
        value = formatdate(time.time() + int(value.split()[3]), usegmt=True)
    server.script.append(Reply(503, headers={"Retry-After": value}))
    with pytest.raises(HubUnavailable) as failed:
        carrier.receipt(1)
    assert failed.value.retry_after_s is not None
    assert least <= failed.value.retry_after_s <= most


@pytest.mark.parametrize("value", ["soon", "", "1e9", "9" * 400])
def test_retry_after_that_means_nothing(server: ScriptedServer, carrier: HttpsCarrier, value: str) -> None:
    server.script.append(Reply(503, headers={"Retry-After": value}))
    with pytest.raises(HubUnavailable) as failed:
        carrier.receipt(1)
    assert failed.value.retry_after_s is None


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    with pytest.raises(HubUnavailable) as failed:
        HttpsCarrier(f"http://127.0.0.1:{port}", lambda: "token").receipt(1)
    assert failed.value.code == "unreachable"


def certificate(folder: Path, address: str = "127.0.0.1") -> tuple[Path, ssl.SSLContext]:
    """An authority of one, for *address*: the file gates are given, and what its server needs."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hub")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    public_file, private_file = folder / "ca.pem", folder / "key.pem"
    public_file.write_bytes(made.public_bytes(Encoding.PEM))
    private_file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public_file, private_file)
    return public_file, context


def test_tls_with_the_offices_own_authority(tmp_path: Path) -> None:
    ca_file, context = certificate(tmp_path)
    with scripted(tls=context) as server:
        server.always = Reply(200, b"receipt")
        assert HttpsCarrier(server.url, lambda: "token", ca_file).receipt(1) == b"receipt"


@pytest.mark.parametrize("address", [None, "127.0.0.2"])
def test_tls_that_cannot_be_trusted(tmp_path: Path, address: str | None) -> None:
    # without the authority, or with one for another address
    ca_file, context = certificate(tmp_path, address or "127.0.0.1")
    with scripted(tls=context) as server:
        server.always = Reply(200, b"receipt")
        with pytest.raises(HubUnavailable) as failed:
            HttpsCarrier(server.url, lambda: "token", ca_file if address else None).receipt(1)
        assert failed.value.code == "tls"
        assert server.seen == []


def test_no_tls_where_tls_is_expected(server: ScriptedServer) -> None:
    with pytest.raises(HubUnavailable) as failed:
        HttpsCarrier(server.url.replace("http:", "https:"), lambda: "token").receipt(1)
    assert failed.value.code == "tls"


def test_a_certificate_file_that_is_not_there(server: ScriptedServer, tmp_path: Path) -> None:
    with pytest.raises(HubRefused) as refused:
        HttpsCarrier(server.url, lambda: "token", tmp_path / "ca.pem")
    assert "ca.pem" in str(refused.value)


@pytest.mark.parametrize("url", ["http://hub.example", "http://192.168.1.2:8081", "ftp://127.0.0.1", "hub.example", ""])
def test_addresses_that_are_not_used(url: str) -> None:
    with pytest.raises(HubRefused) as refused:
        HttpsCarrier(url, lambda: "token")
    assert refused.value.code == "url"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://localhost:1/", "http://[::1]:1", "https://hub.example/x"]
)
def test_addresses_that_are(url: str) -> None:
    HttpsCarrier(url, lambda: "token")


def test_the_token_is_asked_each_time(server: ScriptedServer) -> None:
    tokens = iter(["old", "new"])
    carrier = HttpsCarrier(server.url, lambda: next(tokens))
    server.always = Reply(200, b"[]")
    carrier.newer_orders({}, 0)
    carrier.newer_orders({"keys": 1, "policy": 12}, 5)
    assert server.seen[1][1] == "/api/v1/orders?have=keys:1,policy:12&unsent=5"
    assert next(tokens, "none left") == "none left"


def test_an_order_arrives_whole(server: ScriptedServer, carrier: HttpsCarrier) -> None:
    server.script.append(Reply(200, DOCUMENT))
    file = io.BytesIO()
    carrier.fetch_order(POLICY, file)
    assert file.getvalue() == DOCUMENT


@pytest.mark.parametrize(
    "body",
    [
        DOCUMENT[:-1],
        DOCUMENT + b"x",
        DOCUMENT[:100],
        b"",
        b"{}\n",
        sign_order(Order(OrderKind.POLICY, 4, ("*",), "office", 1, b"content"), key()),
        sign_order(Order(OrderKind.KEYS, 3, ("*",), "office", 1, b"content"), key()),
        sign_document(b"x", {"kind": "policy", "number": 3, "content_length": "7"}, key(), b"content"),
        b"x" * (2 * MAX_LINE),
    ],
)
def test_what_is_not_the_whole_order_is_not_taken(server: ScriptedServer, carrier: HttpsCarrier, body: bytes) -> None:
    server.script.append(Reply(200, body))
    with pytest.raises(HubUnavailable) as failed:
        carrier.fetch_order(POLICY, io.BytesIO())
    assert failed.value.code == "no_order"


@pytest.mark.parametrize(
    "listed",
    [
        b"{}",
        b"null",
        b"[1]",
        b"\xff",
        b'[{"kind": "policy"}]',
        b'[{"kind": "../../etc/passwd", "number": 1}]',
        b'[{"kind": "policy", "number": -1}]',
        b'[{"kind": "policy", "number": true}]',
        b'[{"kind": "policy", "number": 1000000000000}]',
        json.dumps([{"kind": "case", "number": n} for n in range(101)]).encode(),
        b"[" * 100_000,
    ],
)
def test_what_is_no_list_of_orders(server: ScriptedServer, carrier: HttpsCarrier, listed: bytes) -> None:
    server.script.append(Reply(200, listed))
    with pytest.raises(HubUnavailable) as failed:
        carrier.newer_orders({}, 0)
    assert failed.value.code == "no_orders"


def claim(**changes: object) -> bytes:
    body = {"station": "east", "epoch": 5, "contiguous_seq": 2, "hash_at_contiguous_seq": "00" * 32, "highest_seq": 3}
    return sign_document(b"any", {**body, **changes}, key())


def test_a_receipt_is_read_without_its_signature() -> None:
    held = read_receipt(claim(), "east", 5)
    assert (held.contiguous_seq, held.head, held.highest_seq) == (2, bytes(32), 3)
    assert read_receipt(claim(contiguous_seq=0, hash_at_contiguous_seq=None), "east", 5).head is None


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"ok",
        b"{}\n",
        claim(station="west"),
        claim(epoch=6),
        claim(contiguous_seq=4),
        claim(contiguous_seq=-1),
        claim(contiguous_seq="2"),
        claim(contiguous_seq=0),
        claim(highest_seq=None),
        claim(hash_at_contiguous_seq=None),
        claim(hash_at_contiguous_seq="zz"),
    ],
)
def test_a_receipt_that_is_none(source: bytes) -> None:
    with pytest.raises(HubUnavailable) as failed:
        read_receipt(source, "east", 5)
    assert failed.value.code == "no_receipt"
