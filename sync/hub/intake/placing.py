"""Where the links of a run belong, given what is held.  Pure.

Identity is the hash.  The chain that begins with the epoch and has no gap is the one we answer for; what is held
beyond a gap waits to be joined; whatever contradicts either is a fork, and both sides are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.hub.errors import Refusal
from sync.hub.examination.run import Link, Run


@dataclass(frozen=True, slots=True)
class Ground:
    """What is held around a run: ``before`` is the head just before its first link, None if not known."""

    contiguous_seq: int
    before: bytes | None
    held: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Placed:
    """What is to be done with each link.

    ``displaced`` are seqs held beyond the gap that the gapless chain now contradicts: they become the fork.
    ``joined`` if the links of ``main`` and ``had`` continue the gapless chain.
    """

    main: list[Link] = field(default_factory=list)
    had: list[Link] = field(default_factory=list)
    fork: list[Link] = field(default_factory=list)
    displaced: list[int] = field(default_factory=list)
    joined: bool = False


def place(run: Run, ground: Ground) -> Placed:
    """Sort the links of *run*.

    :raises Refusal: if neither the chain nor any header says where they belong.
    """
    if not run.named and ground.before != run.prev:
        raise Refusal("place", f"batch: nothing in it says that it belongs at entry {run.first_seq}")
    if ground.before is not None and ground.before != run.prev:
        return Placed(fork=list(run.links))
    joined = run.first_seq - 1 <= ground.contiguous_seq
    if not any(seq >= run.first_seq for seq in ground.held):
        return Placed(main=list(run.links), joined=joined)
    placed = Placed(joined=joined)
    for at, link in enumerate(run.links):
        held = ground.held.get(link.seq)
        if held == link.hash:
            placed.had.append(link)
        elif held is None:
            placed.main.append(link)
        elif joined and link.seq > ground.contiguous_seq:
            placed.displaced.append(link.seq)
            placed.main.append(link)
        else:
            placed.fork.extend(run.links[at:])
            break
    return placed
