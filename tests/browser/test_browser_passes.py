"""The printed pass as a printer would see it: what a camera reads from the sheet is a pass that counts."""

from __future__ import annotations

import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser

from station.credential import gate_pass, pass_request, pass_sheet
from station.credential.own_keys import bundle
from station.credential.pass_book import IssuedPass
from station.credential.result import Now, Verdict
from station.credential.revocations import NONE_YET
from station.credential.trust import TrustStore
from station.wire.document import key_id
from station.wire.keyring import KeyRecord, KeyRing, Purpose

pytestmark = pytest.mark.browser

KEY = Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32)
NOW_S = 1_606_003_200
RECORD = KeyRecord(key_id(KEY.public_key()), Purpose.PASS, KEY.public_key().public_bytes_raw(), (), 0, 2**62)
TRUST = TrustStore().with_bundle(bundle(KeyRing((RECORD,)), 1, 0, 2**62))


def issued(number: int) -> IssuedPass:
    fields = {
        "name": "欧阳建国",
        "household": "锦绣花园 12-3-1502",
        "last4": "110X",
        "purpose": "resident",
        "until": "2020-12-31",
        "minutes_out": "120",
        "outings": "2",
        "plates": "豫J8K216,豫JL3307,豫JD12345",
    }
    office = pass_request.Issuing(1, datetime.timezone(datetime.timedelta(hours=8)), NOW_S)
    claims = pass_request.request(fields, office, bytes([number] * 8))
    return IssuedPass(claims, gate_pass.issue(claims, KEY))


@pytest.mark.parametrize("form", list(pass_sheet.Form))
def test_the_code_on_the_sheet_is_read_and_counts(chromium: Browser, tmp_path: Path, form: pass_sheet.Form) -> None:
    sheet = tmp_path / "sheet.html"
    sheet.write_text(
        pass_sheet.page([issued(1), issued(2)], form, "幸福里社区", datetime.UTC, "zh-Hans"), encoding="utf-8"
    )
    page = chromium.new_page(viewport={"width": 800, "height": 1130})
    page.goto(sheet.as_uri())
    page.emulate_media(media="print" if form is pass_sheet.Form.A4 else "screen")
    picture = cv2.imdecode(np.frombuffer(page.screenshot(full_page=True), np.uint8), cv2.IMREAD_GRAYSCALE)
    inside = page.evaluate("[...document.querySelectorAll('.pass')].every(e => e.scrollWidth <= e.clientWidth + 1)")
    fits = page.evaluate("[...document.querySelectorAll('.cut')].every(e => e.scrollHeight <= e.clientHeight + 1)")
    sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") if form is pass_sheet.Form.A6 else 0
    page.close()
    verdicts = [
        gate_pass.verify(found.text, TRUST, Now(NOW_S * 1000), NONE_YET).verdict
        for found in zxingcpp.read_barcodes(picture)
    ]
    assert verdicts == [Verdict.VALID, Verdict.VALID]
    assert inside
    assert fits
    assert sheets == (2 if form is pass_sheet.Form.A6 else 0)
