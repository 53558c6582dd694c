"""The examples of the New Zealand specification: a folder ``valid`` and a folder ``invalid``.

The trust is the ``did.json`` among them; the time is pinned, because the example that is not active yet became
active in November 2026.
"""

from __future__ import annotations

import json
from typing import Any

from station.credential import nzcp
from station.credential.result import Now, Reason
from station.credential.suite import Files, PictureReader, Tally
from station.credential.trust import Bundle, TrustStore
from station.credential.trust_lists import from_did

#: 2021-12-01T00:00:00Z.
CLOCK = Now(1_638_316_800_000)
_FOREVER_MS = 2**52
_PICTURES = (".png", ".jpg", ".jpeg")


def run(files: Files, read_picture: PictureReader | None) -> Tally:
    """Every pass among *files*, as text and, where pictures can be read, as picture.

    The step that is counted for a picture is whether a pass can be read from it.
    """
    tally = Tally()
    trust = _trust(files)
    for path in sorted(files):
        folders = path.split("/")[:-1]
        if "valid" not in folders and "invalid" not in folders:
            continue
        text: str | None = None
        if path.endswith(".txt"):
            text = files[path].decode("utf-8", "replace").strip()
        elif path.endswith(_PICTURES) and read_picture is not None:
            seen = read_picture(files[path])
            text = "" if seen is None else seen.decode("utf-8", "replace")
            tally.flag(path, "picture", True, bool(text), Reason.NOT_OURS.value)
        if text is not None and text.startswith(nzcp.PREFIX):
            tally.verdict(path, "valid" in folders, nzcp.verify(text, trust, CLOCK))
    return tally


def _trust(files: Files) -> TrustStore:
    trust = TrustStore()
    for number, path in enumerate(sorted(path for path in files if path.endswith("did.json"))):
        document: dict[str, Any] = json.loads(files[path])
        trust = trust.with_bundle(Bundle(f"did {number}", 1, 0, _FOREVER_MS, from_did(document).keys))
    return trust
