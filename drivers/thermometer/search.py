"""Which protocol, at which speed: what to try, and when it is found.  Pure.

A device that talks is sent nothing: for every speed the line is only listened to, with the decoders of all
families at once.  Only when nothing was understood are the families' own start commands tried, then their
polls, each at the speeds of its own family.  A question that two unrelated devices understand differently
(``A5 55 01 FB``: a GY-MCU90640 answers its emissivity, a Heimann module a temperature) comes after everything else,
is a question to both and a setting to neither, and only the decoder of the family that was meant hears the answer.

Found means :data:`ENOUGH` valid frames of one family.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drivers.thermometer.protocols import Decoder, Garbage, Item, Poll, Protocol, Understood

#: The chance that noise passes four constant bytes and a sum three times within one probe is nil.
ENOUGH = 3
#: A device that talks once a second is heard at least once in this time ...
LISTEN_MS = 1_500
#: ... one that is asked answers within some 10 ms, and is asked four times ...
ASK_MS = 700
#: ... and one valid frame buys the time for three of them.
HOPEFUL_MS = 4_500


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing to try: listen at *baud* for *protocols*, after *send* if there is one, polling if there is one."""

    baud: int
    protocols: tuple[Protocol, ...]
    send: bytes | None = None
    poll: Poll | None = None

    @property
    def listen_ms(self) -> int:
        """How long this is worth when nothing is understood."""
        return LISTEN_MS if self.poll is None else ASK_MS


@dataclass(frozen=True, slots=True)
class Found:
    """The protocol, the decoder with what it still holds, and what was understood, with the times in nanoseconds."""

    probe: Probe
    protocol: Protocol
    decoder: Decoder
    items: tuple[tuple[Understood, int], ...]


def plan(protocols: Sequence[Protocol], baud: int | None = None) -> tuple[Probe, ...]:
    """Everything to try, in order; with *baud* only at that speed."""
    bauds = _in_rank([row.bauds if baud is None else (baud,) for row in protocols])
    listening = [Probe(speed, tuple(row for row in protocols if speed in (baud, *row.bauds))) for speed in bauds]
    pairs = [(speed, row) for speed in bauds for row in protocols if speed in (baud, *row.bauds)]
    starting = [Probe(speed, (row,), send=row.start) for speed, row in pairs if row.start is not None]
    polling = [Probe(speed, (row,), poll=row.poll) for speed, row in pairs if row.poll is not None]
    polling.sort(key=lambda probe: probe.poll is not None and probe.poll.ambiguous)
    return (*listening, *starting, *polling)


def _in_rank(choices: Sequence[tuple[int, ...]]) -> list[int]:
    """Everybody's first choice before anybody's second, each once."""
    longest = max((len(bauds) for bauds in choices), default=0)
    ranked = [bauds[rank] for rank in range(longest) for bauds in choices if rank < len(bauds)]
    return list(dict.fromkeys(ranked))


class Listener:
    """One probe under way: the same bytes go to a decoder of each of its protocols."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self._decoders = [(row, row.decoder()) for row in probe.protocols]
        self._understood: dict[str, list[tuple[Understood, int]]] = {row.name: [] for row in probe.protocols}

    def asked(self, command: bytes) -> None:
        """*command* was just sent."""
        for _, decoder in self._decoders:
            decoder.asked(command)

    def feed(self, data: bytes, observed_ns: int) -> Found | None:
        """Add *data*, nothing when the line is idle; the first protocol that has :data:`ENOUGH` frames is it."""
        for protocol, decoder in self._decoders:
            found = self._add(protocol, decoder, decoder.feed(data) if data else decoder.flush(), observed_ns)
            if found is not None:
                return found
        return None

    def _add(self, protocol: Protocol, decoder: Decoder, said: Iterable[Item], observed_ns: int) -> Found | None:
        items = self._understood[protocol.name]
        items += [(item, observed_ns) for item in said if not isinstance(item, Garbage)]
        return Found(self._probe, protocol, decoder, tuple(items)) if len(items) >= ENOUGH else None

    @property
    def listen_ms(self) -> int:
        """How long this probe is worth, counted from its beginning."""
        return HOPEFUL_MS if self.frames else self._probe.listen_ms

    @property
    def frames(self) -> int:
        """How many valid frames have come, of any protocol."""
        return sum(len(items) for items in self._understood.values())
