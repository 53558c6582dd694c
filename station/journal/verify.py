"""Verify a journal: that nothing in it was altered or left out, as far as anybody outside of the gate can tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station import kinds
from station.journal.errors import JournalDamaged, JournalUnavailable
from station.journal.reader import PAGE, JournalReader
from station.wire.entry import Entry, Header, check_parts, entry_hash, epoch_start, parse_header, verify_head
from station.wire.errors import WireError


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a journal found.  ``fault`` is empty when everything is as it was written.

    Of ``forgotten`` entries the parts are gone; ``announced`` is up to where the journal itself says so, by epoch, and
    ``unannounced`` how many parts are gone beyond that.
    """

    station: str
    epochs: int
    entries: int
    forgotten: int
    head: str
    fault: str = ""
    announced: dict[int, int] = field(default_factory=dict)
    unannounced: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing was altered or left out."""
        return not self.fault


@dataclass(frozen=True, slots=True)
class Held:
    """A head that somebody outside of the gate holds: the hub's from its receipts, or one written down."""

    epoch: int
    seq: int
    hash: bytes


def verify(reader: JournalReader, public_key: bytes | None = None, held: Held | None = None) -> Verdict:
    """Walk every epoch: each hash, each signature, each part that is there, each link to the epoch before.

    *public_key* is the station's own, from elsewhere: without it only a journal's agreement with itself is shown.
    Without *held* nobody can tell whether the newest entries were cut off.

    :raises JournalUnavailable: if there is no journal to read.
    """
    announced = _announced(reader)
    walk = _Walk(public_key, announced)
    station, epochs, fault = reader.station(), reader.epochs(), ""
    try:
        for epoch in epochs:
            walk.epoch(reader, epoch)
        if held is not None:
            _check_held(reader, held)
    except (WireError, JournalDamaged) as error:
        fault = str(error)
    head = walk.head.hex()
    return Verdict(station, len(epochs), walk.entries, walk.forgotten, head, fault, announced, walk.unannounced)


def _announced(reader: JournalReader) -> dict[int, int]:
    """Up to where parts were forgotten, by epoch, as the entries say that the walk is about to verify."""
    found: dict[int, int] = {}
    for source, _head in reader.headers((kinds.PERSONAL_FORGOTTEN,)):
        try:
            epoch, seq = parse_header(source).facts["through"]
            found[epoch] = max(seq, found.get(epoch, 0))
        except (WireError, KeyError, TypeError, ValueError):
            continue  # the walk says which entry it is that makes no sense
    return found


def _check_held(reader: JournalReader, held: Held) -> None:
    try:
        head = reader.head(held.epoch, held.seq)
    except JournalDamaged:
        raise
    except JournalUnavailable:
        raise WireError(f"entry {held.epoch}/{held.seq}: was there, and is not any more") from None
    if head != held.hash:
        raise WireError(f"entry {held.epoch}/{held.seq}: leads to another head than the one that is held")


class _Walk:
    """What was seen so far; ``last`` and ``head`` are the epoch before and its last hash."""

    def __init__(self, trusted: bytes | None, announced: dict[int, int]) -> None:
        self.entries = self.forgotten = self.unannounced = 0
        self._announced = announced
        self.last: int | None = None
        self.head = b""
        self._trusted = trusted

    def epoch(self, reader: JournalReader, epoch: int) -> None:
        """Walk *epoch*, whose first entry must name what stands before it.

        :raises WireError: at the first thing that is not as it was written.
        """
        own = reader.public_key(epoch)
        if len(own) != 32 or (self._trusted is not None and own != self._trusted):
            raise WireError(f"epoch {epoch}: its public key is not the station's")
        key = Ed25519PublicKey.from_public_bytes(own)
        prev, seq, station = reader.head(epoch, 0), 0, ""
        while page := reader.read(epoch, seq, PAGE):
            for stored in page:
                seq += 1
                try:
                    header = parse_header(stored.entry.header)
                    station = station or header.station
                    if (stored.seq, stored.kind) != (seq, header.kind):
                        raise WireError(f"{epoch}/{seq} is missing, or filed under another name")
                    if (header.station, header.epoch, header.seq) != (station, epoch, seq):
                        raise WireError("header: names another entry")
                    if seq == 1:
                        self._check_start(header, own, prev)
                    prev = entry_hash(prev, stored.entry.header)
                    if prev != stored.hash:
                        raise WireError("hash: the chain does not lead here")
                    verify_head(key, prev, stored.entry.sig)
                    check_parts(stored.entry, header)
                except WireError as error:
                    raise WireError(f"entry {epoch}/{stored.seq}: {error}") from None
                self._count(stored.entry, header)
        if seq == 0:
            raise WireError(f"epoch {epoch}: has no entries")
        self.last, self.head = epoch, prev

    def _count(self, entry: Entry, header: Header) -> None:
        self.entries += 1
        committed = header.personal_c is not None or header.sealed_c is not None
        gone = committed and entry.personal is None and entry.sealed is None
        self.forgotten += gone
        self.unannounced += gone and header.seq > self._announced.get(header.epoch, 0)

    def _check_start(self, header: Header, own: bytes, start: bytes) -> None:
        before = None if self.last is None else self.head
        facts = header.facts
        named = (facts.get("public_key"), facts.get("previous_epoch"), facts.get("previous_head"))
        if header.kind != kinds.EPOCH_OPENED or named != (
            own.hex(),
            self.last,
            None if before is None else before.hex(),
        ):
            raise WireError("epoch.opened: does not name the epoch before it, or its last head")
        if epoch_start(header.station, header.epoch, own, self.last, before) != start:
            raise WireError("epoch.opened: does not found this chain")
