"""The card tests of the SMART Health Cards developer tools, as far as they are about cards and not about FHIR.

The suite keeps what it expects in its own program; :data:`CASES` is that list.  Left out are the cases on FHIR
profiles, on how a code was drawn (segments, versions), and on SMART Health Links, which need a network.  Where
the tools only warn, a gate accepts, except that a card which is too early or too late is refused.  A case whose
files are not all there is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from station.credential import json_text, shc
from station.credential.card_revocations import CardListError, parse_list
from station.credential.result import Credential, Format, Now, Reason, Refused, Verdict, malformed
from station.credential.suite import Files, PictureReader, Tally
from station.credential.trust import Bundle, TrustStore
from station.credential.trust_lists import from_jwks

#: The tools' own pinned time, 2022-05-31T00:00:00Z.
CLOCK = Now(1_653_955_200_000)
_FOREVER_MS = 2**52
#: The address of the example issuer, whose keys lie beside the cards.
ISSUER, ISSUER_KEYS = "https://spec.smarthealth.cards/examples/issuer", "issuer-jwks.json"
#: Folders of the suite are issuers of their own under this address.
BASE = "https://raw.githubusercontent.com/smart-on-fhir/health-cards-dev-tools/main/testdata/"
_KEYS = "/.well-known/jwks.json"

#: How it is read, the reasons that a refusal may have ("-": accepted), the files of one card.
CASES = """
payload - example-00-b-jws-payload-expanded.json
payload - example-01-b-jws-payload-expanded.json
payload - example-02-b-jws-payload-expanded.json
payload - example-03-b-jws-payload-expanded.json
payload - example-00-c-jws-payload-minified.json
payload - example-01-c-jws-payload-minified.json
payload - example-02-c-jws-payload-minified.json
payload - example-03-c-jws-payload-minified.json
jws - example-00-d-jws.txt
jws - example-01-d-jws.txt
jws - example-02-d-jws.txt
jws - example-03-d-jws.txt
file - example-00-e-file.smart-health-card
file - example-01-e-file.smart-health-card
file - example-02-e-file.smart-health-card
file - example-03-e-file.smart-health-card
numeric - example-00-f-qr-code-numeric-value-0.txt
numeric - example-01-f-qr-code-numeric-value-0.txt
numeric - example-02-f-qr-code-numeric-value-[012].txt
numeric - example-02-f-qr-code-numeric-value-[102].txt
numeric - example-03-f-qr-code-numeric-value-0.txt
numeric - test-example-1195-byte-qrnumeric.txt
picture - example-02-g-qr-code-[012].png
picture - example-02-g-qr-code-[012].jpg
picture - example-02-g-qr-code-[012].bmp
picture - test-example-00-g-qr-code-0-scaled-23.jpg
picture - test-example-00-g-qr-code-0-scaled-85.jpg
picture - test-example-00-g-qr-code-[01]-qr_chunk_too_small.png
picture - test-example-00-g-qr-code-inflated-to-v22.png
picture not_ours test-example-00-g-qr-code-0-corrupted.png
picture json,claims test-invalid-jws-payload.png
file - test-example-00-e-file-multi-jws.smart-health-card
fhir - test-example-00-fhirhealthcard.json
fhir - test-example-00-fhirhealthcard-multi-jws.json
fhir - test-example-00-fhirhealthcard-with-resource-link.json
payload json test-example-00-b-jws-payload-expanded-trailing_chars.json
jws jws test-example-00-d-jws-trailing_chars.txt
file json test-example-00-e-file-trailing_chars.smart-health-card
numeric header,alphabet,not_ours test-example-00-f-qr-code-numeric-value-0-trailing_chars.txt
payload not_yet test-example-00-b-jws-payload-expanded-nbf_not_yet_valid.json
payload not_yet,claims test-example-00-b-jws-payload-expanded-nbf_milliseconds.json
payload not_yet,claims test-example-00-b-jws-payload-expanded-nbf_miliseconds.json
payload expired test-example-00-b-jws-payload-expanded-expired.json
payload expired,claims test-example-00-b-jws-payload-expanded-exp_milliseconds.json
payload expired,claims test-example-00-b-jws-payload-expanded-pre-expired.json
payload - test-example-00-b-jws-payload-expanded-missing-imm-vc-type.json
payload - test-example-00-b-jws-payload-expanded-missing-covid-vc-type.json
payload - test-example-covid-lab-jwspayload-missing-lab-vc-type.json
payload - test-example-00-b-jws-payload-expanded-optional-vc-type.json
payload - test-example-00-b-jws-payload-expanded-unknown-vc-types.json
payload content test-example-00-b-jws-payload-expanded-missing-shc-vc-type.json
numeric - test-example-00-f-qr-code-numeric-value-[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]-qr_chunk_too_small.txt
numeric - test-example-00-f-qr-code-numeric-value-0-wrong-multi-chunk.txt
numeric not_ours,header test-example-00-f-qr-code-numeric-value-0-wrong_qr_header.txt
numeric not_ours,header test-example-00-f-qr-code-numeric-wrong_qr_header.txt
numeric alphabet test-example-00-f-qr-code-numeric-value-0-odd-count.txt
numeric alphabet test-example-00-f-qr-code-numeric-value-0-number-too-big.txt
numeric too_long test-example-02-f-qr-code-numeric-value-[01]-qr_chunk_too_big.txt
numeric chunk_missing example-02-f-qr-code-numeric-value-[02].txt
numeric header example-02-f-qr-code-numeric-value-[020].txt
numeric header test-example-00-f-qr-code-numeric-value-0-index-out-of-range.txt example-02-f-qr-code-numeric-value-1.txt
file compression test-example-00-e-file-invalid_deflate.smart-health-card
file compression,header test-example-00-e-file-no_deflate.smart-health-card
file issuer_unknown test-example-00-e-file-invalid_issuer_url.smart-health-card
file issuer_unknown test-example-00-e-file-invalid_issuer_url_http.smart-health-card
file issuer_unknown test-example-00-e-file-issuer_url_with_trailing_slash.smart-health-card
file issuer_unknown test-example-00-e-file-bad_jwks.smart-health-card
file - test-example-00-e-file.wrong-extension
file algorithm,header,signature,jws,json test-example-00-e-file-multi-jws-issues.smart-health-card
jws algorithm,header test-example-00-d-jws-no_jws_header_alg.txt
jws header test-example-00-d-jws-no_jws_header_kid.txt
jws header test-example-00-d-jws-no_jws_header_zip.txt
jws header,compression test-example-00-d-jws-no_deflate.txt
jws key_unknown,issuer_unknown test-example-00-d-jws-wrong_jws_header_kid.txt
jws key_unknown,issuer_unknown test-example-00-d-jws-issuer-kid-mismatch.txt
jws key_unknown,issuer_unknown test-example-00-d-jws-issuer-not-valid-with-smart-key.txt
jws signature test-example-00-d-jws-invalid-signature.txt
jws json test-example-00-d-jws-utf8_bom_prefix.txt
jws jws test-example-00-d-jws-der-signature.txt
jws jws test-example-00-d-jws-der-signature-s-neg.txt
jws jws test-example-00-d-jws-der-signature-r-neg.txt
jws jws test-example-00-d-jws-der-signature-rs-neg.txt
list card_list badcrl/invalid-method/jws-crl-invalid-method.txt
list card_list badcrl/non-base64url-rid/jws-crl-non-base64url-rid.txt
list card_list badcrl/duplicate-rid/jws-crl-duplicate-rid.txt
list card_list badcrl/too-long-rid/jws-crl-too-long-rid.txt
list card_list badcrl/version-mismatch/jws-crl-version-mismatch.txt
"""


def run(files: Files, read_picture: PictureReader | None) -> Tally:
    """Every case whose files are among *files*; pictures only where they can be read.

    A step that is counted is the reason of a refusal.
    """
    tally = Tally()
    trust = _trust(files)
    for form, reasons, paths in cases():
        if any(path not in files for path in paths) or (form == "picture" and read_picture is None):
            continue
        found, reason = _outcome(form, paths, files, trust, read_picture)
        name = " + ".join(paths)
        tally.verdict(name, not reasons, found)
        if reasons and found.verdict is not Verdict.VALID:
            tally.reason(name, reasons, reason)
    return tally


def cases() -> Iterator[tuple[str, frozenset[str], tuple[str, ...]]]:
    """The rows of :data:`CASES`; ``[012]`` or ``[1,10]`` in a name stands for several files in that order."""
    for row in CASES.strip().splitlines():
        form, reasons, *names = row.split()
        expected = frozenset() if reasons == "-" else frozenset(reasons.split(","))
        yield form, expected, tuple(path for name in names for path in _several(name))


def _several(name: str) -> list[str]:
    if "[" not in name:
        return [name]
    head, rest = name.split("[", 1)
    inside, tail = rest.split("]", 1)
    return [head + part + tail for part in (inside.split(",") if "," in inside else inside)]


def _outcome(
    form: str, paths: tuple[str, ...], files: Files, trust: TrustStore, read_picture: PictureReader | None
) -> tuple[Credential, str]:
    texts = [files[path].decode("utf-8", "replace") for path in paths]
    try:
        if form == "picture" and read_picture is not None:
            seen = [read_picture(files[path]) for path in paths]
            texts = ["" if picture is None else picture.decode("utf-8", "replace") for picture in seen]
        if form in ("numeric", "picture"):
            found = shc.verify(shc.join(texts) if len(texts) > 1 else texts[0], trust, CLOCK)
        elif form == "payload":
            found = _payload(files[paths[0]], trust)
        elif form in ("file", "fhir"):
            found = _worst(_cards(form, files[paths[0]]), trust)
        else:
            found = shc.verify_jws(texts[0].strip() if form == "list" else texts[0], trust, CLOCK)
            if form == "list":
                _check_list(paths[0], files)
    except Refused as why:
        found = Credential(Format.SHC, why.verdict, why.reason)
    except CardListError as why:
        return Credential(Format.SHC, Verdict.MALFORMED, Reason.CONTENT), why.code
    return found, found.reason.value


def _payload(data: bytes, trust: TrustStore) -> Credential:
    """Claims that nobody signed, read as if they had been."""
    claims = json_text.load(data)
    if not isinstance(claims, dict):
        raise malformed(Reason.CLAIMS)
    known: dict[str, Any] = {}
    shc.read_claims(claims, "", trust, CLOCK, known)
    return Credential(Format.SHC, Verdict.VALID, Reason.OK, **known)


def _cards(form: str, data: bytes) -> list[Any]:
    """The cards in a file, or in the answer of a FHIR server."""
    document = json_text.load(data)
    if form == "file":
        cards = document.get("verifiableCredential") if isinstance(document, dict) else None
    else:
        rows = document.get("parameter") if isinstance(document, dict) else None
        cards = [row.get("valueString") for row in rows or [] if row.get("name") == "verifiableCredential"]
    if not isinstance(cards, list) or not cards:
        raise malformed(Reason.JSON)
    return cards


def _worst(cards: list[Any], trust: TrustStore) -> Credential:
    found = [shc.verify_jws(str(card), trust, CLOCK) for card in cards]
    return next((one for one in found if one.verdict is not Verdict.VALID), found[0])


def _check_list(path: str, files: Files) -> None:
    """The list of revoked cards beside the card, against the number that the key announces."""
    folder = path.rsplit("/", 1)[0]
    versions = {key.get("kid"): key.get("crlVersion") for key in json.loads(files[folder + _KEYS])["keys"]}
    for other in files:
        if other.startswith(f"{folder}/.well-known/crl/"):
            document = json_text.load(files[other].strip())
            parse_list(document, versions.get(document.get("kid")))


def _trust(files: Files) -> TrustStore:
    trust = TrustStore()
    for path in sorted(files):
        issuer = ISSUER if path == ISSUER_KEYS else BASE + path.removesuffix(_KEYS) if path.endswith(_KEYS) else None
        if issuer is None:
            continue
        try:
            document = json.loads(files[path])
        except ValueError:
            continue  # one of them is broken on purpose: its issuer stays unknown
        keys = from_jwks(issuer, document).keys
        if keys:
            trust = trust.with_bundle(Bundle(issuer, 1, 0, _FOREVER_MS, keys))
    return trust
