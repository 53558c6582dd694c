"""Make every decision of a journal again from the facts that stand beside it.

A decision names its policy by the SHA-256 of its text.  Where that text is not at hand nothing can be said of it, and
that is said too: an old order's text lies at the office, not at the gate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from station import kinds
from station.facts import parse_facts
from station.journal.reader import JournalReader
from station.policy.file import PolicyError, parse_policy
from station.policy.policy import Policy, decide
from station.wire.entry import parse_header

#: So many differences are told one by one; more of them say nothing new.
MAX_TOLD = 20
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Redecided:
    """What came of it: how many there are, how many came out alike, which did not, and whose policy was not at hand.

    ``differing`` names at most :data:`MAX_TOLD` entries; ``missing`` counts decisions by their policy's SHA-256.
    """

    decisions: int
    alike: int
    differ: int
    differing: tuple[str, ...]
    missing: Mapping[str, int]


def shipped() -> list[str]:
    """The texts of the policies that come with this program."""
    folder = resources.files("station").joinpath("regimes")
    return [one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith(".toml")]


def at_hand(texts: Iterable[str]) -> dict[str, Policy]:
    """The policies in *texts* by SHA-256; one that this program cannot read is left out."""
    policies = {}
    for text in texts:
        try:
            policy = parse_policy(text)
        except PolicyError:
            continue
        policies[policy.sha256] = policy
    return policies


def redecide(facts: Mapping[str, Any], policies: Mapping[str, Policy]) -> str | None:
    """How the decision in *facts* (of a ``visit.decided``) differs from a new one; empty if not at all.

    None where its policy is not among *policies*.
    """
    policy = policies.get(str(facts.get("policy_sha256")))
    if policy is None:
        return None
    try:
        again = decide(policy, parse_facts(facts["used"]))
    except (KeyError, TypeError, ValueError) as error:
        return f"its facts cannot be read ({error})"
    was = (facts.get("outcome"), facts.get("reason"), facts.get("rule"), facts.get("rest"))
    now = (str(again.outcome), again.reason, again.rule, again.rest)
    return "" if was == now else f"was {was[0]} by {was[2]}, is {now[0]} by {now[2]}"


def redecide_all(reader: JournalReader, policies: Mapping[str, Policy]) -> Redecided:
    """Every decision of *reader*'s journal, made again.

    :raises JournalUnavailable: if there is no journal to read.
    """
    alike = 0
    differing: list[str] = []
    missing: Counter[str] = Counter()
    differ = 0
    for epoch in reader.epochs():
        seq = 0
        while page := reader.read(epoch, seq, _PAGE):
            seq = page[-1].seq
            for stored in page:
                if stored.kind != kinds.VISIT_DECIDED:
                    continue
                facts = parse_header(stored.entry.header).facts
                found = redecide(facts, policies)
                if found is None:
                    missing[str(facts.get("policy_sha256"))] += 1
                elif found:
                    differ += 1
                    differing += [f"entry {epoch}/{stored.seq}: {found}"][: MAX_TOLD - len(differing)]
                else:
                    alike += 1
    return Redecided(alike + differ + missing.total(), alike, differ, tuple(differing), dict(missing))
