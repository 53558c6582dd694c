"""What gates may ask of a hub, over a real socket of a real process."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from station.wire.batch import MAX_SIZE
from station.wire.document import split_document
from sync.hub.api import MAX_BODY
from tests.sync.chain import Chain
from tests.sync.processes import HubProcess, make_hub


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """One hub for all tests that leave nothing behind."""
    made = make_hub(tmp_path_factory.mktemp("shared") / "hub")
    made.start()
    yield made
    made.kill()


def code(body: bytes) -> str:
    refusal = json.loads(body)
    assert set(refusal) == {"code", "message"}
    return str(refusal["code"])


def test_a_batch_in_a_receipt_out(hub: HubProcess) -> None:
    chain = Chain().grow(4)
    status, document = hub.request("POST", "/api/v1/batches", chain.batch())
    assert status == 200
    body = json.loads(split_document(document).body)
    assert (body["station"], body["epoch"], body["contiguous_seq"]) == ("east", chain.epoch, 5)
    assert body["hash_at_contiguous_seq"] == chain.heads[5].hex()
    status, document = hub.request("GET", f"/api/v1/receipts/{chain.epoch}")
    assert json.loads(split_document(document).body)["contiguous_seq"] == 5
    # a gate sees only its own
    _, document = hub.request("GET", f"/api/v1/receipts/{chain.epoch}", station="west")
    assert json.loads(split_document(document).body)["contiguous_seq"] == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/v1/batches"), ("GET", "/api/v1/receipts/1"), ("GET", "/api/v1/orders")],
)
@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer wrong", "Basic {}", "{}"])
def test_nothing_without_a_token(shared: HubProcess, method: str, path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.format(shared.tokens["east"])}
    body = b"x" if method == "POST" else None
    status, answer = shared.request(method, path, body, station=None, **headers)
    assert (status, code(answer)) == (401, "token")


@pytest.mark.parametrize(
    ("method", "path", "status", "expected"),
    [
        ("GET", "/api/v1/batches", 405, "method_not_allowed"),
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v1/receipts/x", 404, "not_found"),
        ("GET", "/api/v1/receipts/99999999999999999999", 400, "epoch"),
        ("GET", "/api/v1/orders?have=policy", 400, "have"),
        ("GET", "/api/v1/orders?have=policy:-1", 400, "have"),
        ("GET", "/api/v1/orders?have=" + "x" * 500, 400, "have"),
        ("GET", "/api/v1/orders/policy/7", 404, "order"),
        ("GET", "/api/v1/orders/policy/99999999999999999999", 404, "order"),
        ("GET", "/api/v1/board.json", 401, "login"),
    ],
)
def test_a_wrong_request_is_refused_in_json(
    shared: HubProcess, method: str, path: str, status: int, expected: str
) -> None:
    answered, body = shared.request(method, path)
    assert (answered, code(body)) == (status, expected)


def test_a_batch_of_another_gate(shared: HubProcess) -> None:
    status, body = shared.request("POST", "/api/v1/batches", Chain().batch(), station="west")
    assert (status, code(body)) == (403, "station")


def test_noise_is_refused(shared: HubProcess) -> None:
    status, body = shared.request("POST", "/api/v1/batches", b"\0" * 1000)
    assert (status, code(body)) == (400, "wire")


def test_the_largest_batch_fits_and_nothing_beyond_is_read(shared: HubProcess) -> None:
    assert MAX_BODY > MAX_SIZE
    head = (
        "POST /api/v1/batches HTTP/1.1\r\nHost: hub\r\n"
        f"Authorization: Bearer {shared.tokens['east']}\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", shared.port), timeout=60) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_keys_are_the_first_order(shared: HubProcess) -> None:
    status, body = shared.request("GET", "/api/v1/orders?have=&unsent=12")
    assert (status, json.loads(body)) == (200, [{"kind": "keys", "number": 1}])
    status, body = shared.request("GET", "/api/v1/orders?have=keys:1")
    assert (status, json.loads(body)) == (200, [])
    status, body = shared.request("GET", "/api/v1/orders/keys/1")
    assert status == 200
    assert json.loads(split_document(body).body)["kind"] == "keys"
