"""Somebody who has stolen a gate's card: looks for what was planted there in every spelling, and tries out every hash.

``search`` reads each file as it lies there (so pages, free pages and logs too), each value of each SQLite file, and
whatever can be inflated or decoded from them.  ``crack`` goes through the numbers that people can have and compares
hashes of each, with and without every key that lies on the card, with every run of eight bytes on it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import re
import sqlite3
import time
import urllib.parse
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from station.credential.id_number import check_digit

#: A shorter run of bytes stands in a megabyte of keys and hashes by chance.
LEAST = 5
#: What one compressed piece may grow to.
_INFLATED = 1 << 20
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030")


def spellings(secret: str) -> dict[str, bytes]:
    """Every way in which *secret* may stand in bytes, by its name."""
    found: dict[str, bytes] = {}
    texts = {"": secret, "reversed ": secret[::-1]}
    texts["percent "] = urllib.parse.quote(secret)
    texts["percent lower "] = urllib.parse.quote(secret).lower()
    texts["JSON "] = json.dumps(secret)[1:-1]
    texts["JSON upper "] = re.sub(r"\\u(....)", lambda hit: "\\u" + hit[1].upper(), texts["JSON "])
    texts["HTML "] = "".join(f"&#{ord(sign)};" for sign in secret)
    texts["HTML hex "] = "".join(f"&#x{ord(sign):x};" for sign in secret)
    if any(sign > "\u2fff" for sign in secret):
        readings = lazy_pinyin(secret)
        for name, joint in (("", ""), ("spaced ", " "), ("comma ", ","), ("stroke ", "-")):
            texts[f"pinyin {name}"] = joint.join(readings)
            texts[f"pinyin titled {name}"] = joint.join(one.title() for one in readings)
        texts["tones "] = "".join(lazy_pinyin(secret, style=Style.TONE))
        texts["initials "] = "".join(one[:1] for one in readings)
    for name, text in texts.items():
        for encoding in _ENCODINGS:
            raw = text.encode(encoding)
            found[f"{name}{encoding}"] = raw
            found[f"{name}{encoding} backwards"] = raw[::-1]
            if name:
                continue
            found[f"{encoding} hex"] = raw.hex().encode()
            found[f"{encoding} HEX"] = raw.hex().upper().encode()
            for pad in range(3):
                # Only what does not depend on the neighbours: whole groups of six bits.
                coded = base64.b64encode(bytes(pad) + raw)[(0, 2, 3)[pad] :].rstrip(b"=")
                coded = coded[: len(coded) - (1 if (pad + len(raw)) % 3 else 0)]
                found[f"{encoding} base64 {pad}"] = coded
                found[f"{encoding} base64url {pad}"] = coded.translate(bytes.maketrans(b"+/", b"-_"))
    if secret.isascii() and secret.isdecimal():
        size = (int(secret).bit_length() + 7) // 8
        for width in {size, 8}:
            if width >= size:
                found[f"big-endian {width}"] = int(secret).to_bytes(width, "big")
                found[f"little-endian {width}"] = int(secret).to_bytes(width, "little")
        found["packed digits"] = bytes.fromhex(secret[: len(secret) // 2 * 2])
    return {name: raw for name, raw in found.items() if len(raw) >= LEAST}


@dataclass(frozen=True, slots=True)
class Loot:
    """The stolen card: every file, and everything that can be read out of it, each with where it was found."""

    pieces: tuple[tuple[str, bytes], ...]

    @classmethod
    def of(cls, folders: Sequence[Path], logs: str = "", thorough: bool = False) -> Loot:
        """All files in *folders* and the *logs*; *thorough* tries to inflate from every single byte on."""
        files = [("logs", logs.encode())]
        for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
            files.append((path.name, path.read_bytes()))
            files.extend(_values(path))
        pieces = list(files)
        for name, raw in files:
            pieces.extend((f"{name}, inflated at {at}", out) for at, out in _inflated(raw, thorough))
            pieces.extend((f"{name}, decoded at {at}", out) for at, out in _decoded(raw))
        return cls(tuple({piece: (name, piece) for name, piece in reversed(pieces)}.values()))

    def search(self, secrets: Iterable[str]) -> list[str]:
        """What of *secrets* stands anywhere, how it is spelled and where."""
        # Looking up how a spelling begins spares looking for thousands of them in a megabyte.
        begins = self.windows(LEAST)
        found = []
        for secret in secrets:
            for spelling, raw in spellings(secret).items():
                if raw[:LEAST] in begins:
                    found.extend(f"{secret} as {spelling} in {place}" for place, piece in self.pieces if raw in piece)
        return found

    def windows(self, size: int = 8) -> frozenset[bytes]:
        """Every run of *size* bytes; of eight: the beginning of every value that could be a hash, a mask or a tag."""
        found: set[bytes] = set()
        for _, piece in self.pieces:
            found.update(piece[at : at + size] for at in range(len(piece) - size + 1))
        return frozenset(found)

    def keys(self) -> list[bytes]:
        """Whatever on the card could be the key or the salt of a hash."""
        found: dict[bytes, None] = {}
        for place, piece in self.pieces:
            for hit in re.finditer(rb"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{64})(?![0-9a-f])", piece):
                found[bytes.fromhex(hit[0].decode())] = None
            if ".salt" in place or ".key" in place or "token" in place:
                found[piece.strip()] = None
        return list(found)


def _values(path: Path) -> Iterator[tuple[str, bytes]]:
    """Each column of each table whole, as a value may be spread over several pages of the file."""
    if path.read_bytes()[:15] != b"SQLite format 3":
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            with suppress(sqlite3.Error):
                rows = db.execute(f'SELECT * FROM "{table}"')
                names = [column[0] for column in rows.description]
                columns: list[list[bytes]] = [[] for _ in names]
                for row in rows:
                    for place, value in zip(columns, row, strict=True):
                        if value is not None:
                            place.append(value if isinstance(value, bytes) else str(value).encode())
                for name, values in zip(names, columns, strict=True):
                    yield f"{path.name}: {table}.{name}", b"\0".join(values)


def _inflated(raw: bytes, thorough: bool) -> Iterator[tuple[int, bytes]]:
    """What zlib, gzip or raw deflate make of *raw* from any place on that looks like a beginning."""
    starts = {hit.start(): 47 for hit in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", raw)}
    for at, bits in [*starts.items(), *((at, -15) for at in (range(len(raw)) if thorough else (0, 1, 2)))]:
        with suppress(zlib.error):
            out = zlib.decompressobj(bits).decompress(raw[at : at + _INFLATED], _INFLATED)
            if len(out) >= LEAST:
                yield at, out


def _decoded(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """What stands there in base64 or base45-like text longer than a name, one layer deep, inflated too."""
    for hit in re.finditer(rb"[A-Za-z0-9+/_-]{24,}", raw):
        text = hit[0].translate(bytes.maketrans(b"-_", b"+/"))
        with suppress(ValueError):
            out = base64.b64decode(text[: len(text) // 4 * 4])
            yield hit.start(), out
            yield from ((hit.start(), more) for _, more in _inflated(out, False))


# -- trying out ---------------------------------------------------------------------------------------------------

#: Text that a program may have put before, or a separator; the construction is tried with each.
_PLAIN: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("sha256", lambda text: hashlib.sha256(text).digest()),
    ("sha1", lambda text: hashlib.sha1(text).digest()),  # what a careless program would use
    ("md5", lambda text: hashlib.md5(text).digest()),
    ("blake2b", lambda text: hashlib.blake2b(text).digest()),
    ("blake2b 8", lambda text: hashlib.blake2b(text, digest_size=8).digest()),
    ("blake2b 16", lambda text: hashlib.blake2b(text, digest_size=16).digest()),
    ("blake2b 32", lambda text: hashlib.blake2b(text, digest_size=32).digest()),
    ("blake2s", lambda text: hashlib.blake2s(text).digest()),
    ("sha512", lambda text: hashlib.sha512(text).digest()),
    ("sha3-256", lambda text: hashlib.sha3_256(text).digest()),
    ("sha256 twice", lambda text: hashlib.sha256(hashlib.sha256(text).digest()).digest()),
)


def _keyed(number: int, key: bytes) -> tuple[tuple[str, Callable[[bytes], bytes]], ...]:
    short = key[:64]
    return (
        (f"hmac-sha256, key {number}", lambda text: hmac.digest(key, text, "sha256")),
        (f"hmac-sha1, key {number}", lambda text: hmac.digest(key, text, "sha1")),
        (f"blake2b, key {number}", lambda text: hashlib.blake2b(text, key=short).digest()),
        (f"sha256, key {number} before", lambda text: hashlib.sha256(key + text).digest()),
        (f"sha256, key {number} after", lambda text: hashlib.sha256(text + key).digest()),
    )


@dataclass(slots=True)
class Tried:
    """What was tried, and what it found."""

    windows: int
    keys: int
    constructions: int
    candidates: int = 0
    tries: int = 0
    seconds: float = 0.0
    exhausted: bool = False
    found: list[str] = field(default_factory=list)


def crack(loot: Loot, candidates: Iterable[str], budget_s: float) -> Tried:
    """Try each of *candidates* under every construction for *budget_s* of this process's own time."""
    windows, keys = loot.windows(), loot.keys()
    ways = [*_PLAIN, *(way for number, key in enumerate(keys) for way in _keyed(number, key))]
    tried = Tried(len(windows), len(keys), len(ways))
    began, stride = time.process_time(), 64
    for number, candidate in enumerate(candidates):
        if number % stride == 0 and time.process_time() - began > budget_s:
            break
        text = candidate.encode()
        for name, way in ways:
            if way(text)[:8] in windows:
                tried.found.append(f"{candidate} by {name}")
        tried.candidates = number + 1
    else:
        tried.exhausted = True
    tried.tries, tried.seconds = tried.candidates * len(ways), time.process_time() - began
    return tried


def numbers_of_people(regions: Sequence[str], endings: Sequence[str], years: range) -> Iterator[str]:
    """ID numbers of *regions* that end in one of *endings* (the last four, which a gate shows), newest year first."""
    days = [f"{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, 32)]
    for year, region, day, ending in itertools.product(reversed(years), regions, days, endings):
        first = f"{region}{year}{day}{ending[:3]}"
        if check_digit(first) == ending[3:]:
            yield first + ending[3:]


def all_numbers(regions: Sequence[str], years: range) -> Iterator[str]:
    """ID numbers of *regions* whose ending nobody knows."""
    days = [f"{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, 32)]
    for region, year, day, order in itertools.product(regions, reversed(years), days, range(1000)):
        first = f"{region}{year}{day}{order:03d}"
        yield first + check_digit(first)


def telephones(beginnings: Sequence[str], endings: Sequence[str]) -> Iterator[str]:
    """Mobile numbers that begin with three digits of *beginnings* and end in one of *endings*."""
    for beginning, ending, middle in itertools.product(beginnings, endings, range(10_000)):
        yield f"{beginning}{middle:04d}{ending}"
