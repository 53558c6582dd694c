"""How far the chains go that contradict an epoch's own and are kept beside it.  Pure.

A gate whose chain is such a one learns from its receipt that nothing of it is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from station.wire.entry import entry_hash
from station.wire.receipt import MAX_FORKED


def tips(forks: Iterable[tuple[int, bytes, bytes]], heads: Mapping[int, bytes]) -> tuple[tuple[int, bytes], ...]:
    """Seq and hash of the last entry of each chain of *forks* that is held without a gap, the longest first.

    *forks* are (seq, hash, header) by seq; *heads* the hashes of the epoch's own chain by seq, as far as it has no gap.
    A chain that begins with another first entry stands by the signature that it was taken in with.
    """
    reached: dict[int, set[bytes]] = {}
    ends: dict[bytes, int] = {}
    for seq, hash_, header in forks:
        before = {*reached.get(seq - 1, ()), *((heads[seq - 1],) if seq - 1 in heads else ())}
        prev = next((one for one in before if entry_hash(one, header) == hash_), None)
        if prev is None and seq > 1:
            continue
        reached.setdefault(seq, set()).add(hash_)
        if prev is not None:
            ends.pop(prev, None)
        ends[hash_] = seq
    found = sorted(((seq, hash_) for hash_, seq in ends.items()), reverse=True)
    return tuple(found[:MAX_FORKED])
