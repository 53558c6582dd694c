"""``station credential``: every format, never green by assumption; and foreign lists on their way to a gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from station.cli import cli
from station.credential import revocations
from station.credential.gate_pass import issue
from station.credential.result import Verdict
from station.credential.trust import Bundle
from station.credential.trust_document import TrustDocumentError, document
from station.credential.trust_order import decode_trust, encode_trust
from station.office.orders import OrderRefused
from station.wire.canonical import canonical
from station.wire.errors import SignatureError
from station.wire.order import Order, OrderKind, sign_order
from tests.station import test_credential_hc1 as hc1
from tests.station import test_credential_nzcp as nzcp
from tests.station import test_credential_shc as shc
from tests.station import test_credential_vds_nc as vds
from tests.station.storyboard import MORNING_MS
from tests.station.test_office import CLAIMS, NEXT, ORDER, PASS, ROOT, Gate, keys_order
from tests.station.test_parts import codes

FIELDS = ["format", "verdict", "reason", "holder", "key_id", "ms"]
BUNDLES = {
    "hc1": hc1.STORE.bundles,
    "shc": shc.STORE.bundles,
    "nzcp": nzcp.STORE.bundles,
    "vds_nc": vds.STORE.bundles,
}


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["credential", *arguments], input=stdin)


def verified(tmp_path: Path, *arguments: str, stdin: bytes | None = None) -> tuple[dict[str, Any], int]:
    out = tmp_path / "out.json"
    result = run("verify", *arguments, "--json", str(out), stdin=stdin)
    assert out.exists(), result.output
    found: dict[str, Any] = json.loads(out.read_text())
    assert list(found) == FIELDS
    assert isinstance(found["ms"], float)
    return found, result.exit_code


def keys_of(tmp_path: Path, name: str) -> list[str]:
    """The keys of one family, as prepared bundles in files."""
    arguments = []
    for at, bundle in enumerate(BUNDLES[name].values()):
        file = tmp_path / f"{name}{at}.json"
        file.write_text(json.dumps(document(bundle)))
        arguments += ["--trust", str(file)]
    return arguments


def samples() -> dict[str, tuple[str, int]]:
    """A good code of each foreign family and a time at which it is."""
    return {
        "hc1": (hc1.make({**hc1.NAME, **hc1.VACCINATED}), hc1.NOW.at_ms or 0),
        "shc": (f"shc:/{shc.digits(shc.card())}", shc.NOW.at_ms or 0),
        "nzcp": (nzcp.make(), nzcp.NOW.at_ms or 0),
        "vds_nc": (json.dumps(vds.make()), vds.NOW.at_ms or 0),
    }


@pytest.mark.parametrize("name", BUNDLES)
def test_a_foreign_certificate_is_good_with_its_keys_and_its_time_alone(tmp_path: Path, name: str) -> None:
    code, at_ms = samples()[name]
    file = tmp_path / "code.txt"
    file.write_text(code + "\r\n")
    given = ["--file", str(file), "--at-ms", str(at_ms)]
    found, status = verified(tmp_path, *given, *keys_of(tmp_path, name))
    assert (found["format"], found["verdict"], status) == (name, "valid", 0)
    assert found["holder"]
    without, status = verified(tmp_path, *given)
    assert (without["verdict"], without["holder"], status) == ("unknown_key", None, 1)
    later, status = verified(tmp_path, "--file", str(file), "--at-ms", "1", *keys_of(tmp_path, name))
    assert later["verdict"] != "valid"
    assert status == 1
    torn, status = verified(tmp_path, code[:-6], "--at-ms", str(at_ms), *keys_of(tmp_path, name))
    assert torn["verdict"] != "valid"
    assert status == 1


@pytest.mark.parametrize(
    ("code", "kind", "verdict"),
    [
        ("VR1:ZZZZ", "roster", "malformed"),
        ("41010519491231002X", "id_number", "malformed"),
        ("https://h5.dingtalk.com/healthAct/index.html?qrCode=V1a", "unrecognised", "unrecognised"),
        ("HC1:", "hc1", "malformed"),
        ("shc:/1/2/5676", "shc", "incomplete"),
        ("NZCP:/1/", "nzcp", "malformed"),
        ('{"data":{},"sig":{"sigvl":""}}', "vds_nc", "malformed"),
        ("VG1:", "vg1", "malformed"),
    ],
)
def test_nothing_else_is_ever_good(tmp_path: Path, code: str, kind: str, verdict: str) -> None:
    found, status = verified(tmp_path, code)
    assert (found["format"], status) == (kind, 1)
    assert found["verdict"] != Verdict.VALID
    if kind not in ("id_number", "nzcp"):
        assert found["verdict"] == verdict


def test_a_card_of_several_codes_is_read_from_its_lines(tmp_path: Path) -> None:
    at = ["--at-ms", str(shc.NOW.at_ms), *keys_of(tmp_path, "shc")]
    lines = codes(shc.card(), 3)
    whole, status = verified(tmp_path, "--file", "-", *at, stdin=b"\n".join(reversed(lines)))
    assert (whole["verdict"], status) == ("valid", 0)
    part, status = verified(tmp_path, "--file", "-", *at, stdin=b"\n".join(lines[:2]))
    assert (part["verdict"] == "valid", status) == (False, 1)


def test_either_a_code_or_a_file_and_readable_keys(tmp_path: Path) -> None:
    assert run("verify").exit_code == 2
    wrong = tmp_path / "wrong.json"
    for content in (b"no json", b"[]", b"{}"):
        wrong.write_bytes(content)
        result = run("verify", "x", "--trust", str(wrong))
        assert isinstance(result.exception, TrustDocumentError)


# -- a station -----------------------------------------------------------------------------------------------------


@pytest.fixture
def station(tmp_path: Path) -> tuple[Gate, Path]:
    """A gate with the office's keys, and its settings."""
    state = tmp_path / "state"
    (state / "orders").mkdir(parents=True)
    (state / "root.pub").write_text(ROOT.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex())
    config = tmp_path / "station.toml"
    config.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{state}"\nruntime = "{tmp_path}"\n')
    gate = Gate(state)
    gate.give(keys_order(), ROOT)
    return gate, config


def order(kind: OrderKind, number: int, content: bytes) -> Order:
    return Order(kind, number, ("*",), "office", MORNING_MS, content)


def test_a_pass_is_judged_with_what_the_station_has_in_force(station: tuple[Gate, Path], tmp_path: Path) -> None:
    gate, config = station
    given = [issue(CLAIMS, PASS), "--config", str(config), "--at-ms", str(MORNING_MS)]
    found, status = verified(tmp_path, *given)
    assert (found["format"], found["verdict"], found["holder"], status) == ("vg1", "valid", "马师傅", 0)
    listed = revocations.of(4, 0, 2**52, [CLAIMS.pass_id])
    gate.give(order(OrderKind.REVOCATIONS, 4, canonical(revocations.document(listed))))
    found, status = verified(tmp_path, *given)
    assert (found["verdict"], status) == ("revoked", 1)


def test_foreign_lists_go_from_their_publishers_to_a_gate(station: tuple[Gate, Path], tmp_path: Path) -> None:
    gate, config = station
    jwks, content, signed = (tmp_path / name for name in ("jwks.json", "trust.json", "usb.doc"))
    jwks.write_text(json.dumps({"keys": [shc.JWK, {"kty": "EC"}]}))
    prepared = tmp_path / "prepared.json"
    prepared.write_text(json.dumps(document(Bundle("dcc", 7, 0, 2**52, (hc1.SIGNER,)))))
    arguments = ["--jwks", "cards", shc.ISSUER, str(jwks), "--bundle", str(prepared), "--number", "7"]
    built = run("trust", "build", *arguments, "--out", str(content))
    assert built.output == "cards: 1 keys, 1 could not be read\n"
    bundles, _ = decode_trust(content.read_bytes())
    assert [(bundle.name, bundle.number, len(bundle.keys)) for bundle in bundles] == [("cards", 7, 1), ("dcc", 7, 1)]
    signed.write_bytes(sign_order(order(OrderKind.TRUST, 7, content.read_bytes()), ORDER))
    brought = run("trust", "import", str(signed), "--config", str(config))
    assert brought.output == "order-trust-000000000007.doc: handed to the desk\n"
    gate.look()
    assert gate.office.trust.bundles["cards"].number == 7
    shown = run("trust", "show", "--config", str(config)).output
    assert "dcc: number 7, 1 keys, of 1970-01-01, stale " in shown
    assert "keys: number 1, 1 keys, of 2020-11-22, stale never" in shown
    assert shown.endswith("revoked passes: number 0, 0\n")


def test_only_what_the_office_signed_is_handed_on(station: tuple[Gate, Path], tmp_path: Path) -> None:
    gate, config = station
    file = tmp_path / "usb.doc"
    for made, key, error in (
        (order(OrderKind.TRUST, 7, encode_trust([])), NEXT, SignatureError),
        (order(OrderKind.POLICY, 7, b""), ORDER, OrderRefused),
    ):
        file.write_bytes(sign_order(made, key))
        result = run("trust", "import", str(file), "--config", str(config))
        assert isinstance(result.exception, error)
    assert gate.files() == []
