"""What any panel may say beside its headline: who it is, how warm, what was noted, and by which rule.  Pure."""

from __future__ import annotations

from station.facts import HealthProof
from station.lane.facts import deciding
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.visit import Visit
from station.policy.policy import Policy, Rule
from station.screen import party as party_screen
from station.screen.elements import Word
from station.screen.panel import Measured, PersonLine, RuleText


def note_words(visit: Visit, admitted: bool) -> tuple[Word, ...]:
    """What stands beside the outcome, with the minutes where somebody is late."""
    late = 0 if visit.history is None else visit.history.overdue_minutes
    return tuple(Word(note, (("n", str(late)),)) if note == "overdue" else Word(note) for note in visit.notes(admitted))


def measured(visit: Visit, policy: Policy) -> Measured | None:
    """The reading that matters, beside the line of *policy*; None before the first."""
    taken: Taken | None = (
        party_screen.newest(visit) or deciding(visit, policy.lines) or visit.held or (visit.readings or (None,))[-1]
    )
    if taken is None:
        return None
    line = policy.lines.high_centi
    return Measured(taken.centi_celsius, max(1, len(visit.readings)), line, taken.site, taken.by_hand)


def person_line(person: Person | None) -> PersonLine | None:
    """Who *person* is, as the operator's strip says it."""
    if person is None:
        return None
    proof = person.proof
    proven = proof is not None and proof.worth is HealthProof.VALID
    until_ms = None if proof is None else proof.until_ms
    return PersonLine(person.masked, person.name, person.place, person.last4, proven, until_ms)


def rule_text(policy: Policy, name: str) -> RuleText | None:
    """The rule called *name* in words; None where *policy* has none of that name."""
    found: Rule | None = next((rule for rule in policy.rules if rule.name == name), None)
    if found is None:
        return None
    return RuleText(found.name, found.text, policy.issuer, policy.phone, found.source)
