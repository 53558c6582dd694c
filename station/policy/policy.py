"""Decide what happens to a visit.  Pure.

A policy is an ordered list of rules (station/policy/file.py reads it from TOML).  The first rule whose conditions
all hold wins.  It asks no clock, opens no file and remembers nothing, so any decision in the journal can be made
again from the same facts and the same policy.  It fails closed: the last rule has no conditions and does not admit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from station.facts import Facts
from station.screening.standing import Budget


class Outcome(StrEnum):
    """What becomes of a visit.  ``ask`` is not final: something other than a temperature is missing."""

    ADMIT = "admit"
    RETAKE = "retake"
    REFER = "refer"
    DENY = "deny"
    ASK = "ask"


class Temperature(StrEnum):
    """The deciding reading against the policy's lines."""

    MISSING = "missing"
    COLD = "cold"
    NORMAL = "normal"
    HIGH = "high"


#: What the source of a rule begins with that no plan has.
OWN = "[own]"


@dataclass(frozen=True, slots=True)
class Lines:
    """Where a temperature stops being normal: high from ``high_centi`` on, cold below ``cold_centi``.

    ``cold_skin_centi`` is the line for bare skin where the gate has no normal of its own yet.
    ``baseline_margin_centi`` is how far above the gate's own normal stands out where the device shows the body, and
    the three shares are the office's budget of false ones (:class:`~station.screening.standing.Budget`).
    """

    high_centi: int
    cold_centi: int
    baseline_margin_centi: int = 80
    rest_ms: int = 300_000
    cold_skin_centi: int = 3_400
    retake_permille: int = 100
    check_permille: int = 25
    certain_permille: int = 5

    @property
    def budget(self) -> Budget:
        """How often the office bears to be wrong.

        :raises ValueError: if the shares do not grow.
        """
        shares = (self.retake_permille, self.check_permille, self.certain_permille)
        return Budget(*shares, adjusted_margin_centi=self.baseline_margin_centi)


@dataclass(frozen=True, slots=True)
class Span:
    """A condition on a number: at least the first, below the second; None is open."""

    at_least: int | None = None
    below: int | None = None

    def holds(self, value: object) -> bool:
        """Whether *value* is a number inside; no number is never inside."""
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        return (self.at_least is None or value >= self.at_least) and (self.below is None or value < self.below)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a policy.

    ``when`` holds (fact, allowed values or span) pairs; ``temperature`` and ``stands_out`` are facts that the
    policy's lines derive.  ``rest`` sends a retake to rest first.  One that is ``instead_of_admit`` only
    counts where the rules after it would admit.  ``source`` is the plan the rule comes from, or
    ``[own]``; ``text`` is the sentence for the person, by language.
    """

    name: str
    outcome: Outcome
    reason: str
    when: tuple[tuple[str, tuple[object, ...] | Span], ...] = ()
    rest: bool = False
    instead_of_admit: bool = False
    source: str = ""
    text: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Proofs:
    """What of a health certificate counts: how long a negative test does, and whether one with several entries does."""

    test_hours: int = 48
    one_entry: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """An ordered, complete list of rules, and who issued them under which number.

    ``sha256`` names the very text they were read from: two texts may carry one number.
    """

    regime: str
    number: int
    issuer: str
    phone: str
    lines: Lines
    rules: tuple[Rule, ...]
    sha256: str = ""
    proofs: Proofs = Proofs()


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome, why, and the rule that gave it."""

    outcome: Outcome
    reason: str
    rule: str
    rest: bool = False


def temperature(lines: Lines, facts: Facts) -> Temperature:
    """Where the deciding reading of *facts* lies."""
    centi = facts.centi_celsius
    if centi is None:
        return Temperature.MISSING
    if centi >= lines.high_centi:
        return Temperature.HIGH  # one high reading decides before the others of a group are taken
    if facts.measured < facts.people:
        return Temperature.MISSING
    cold_centi = lines.cold_centi if facts.cold_below_centi is None else facts.cold_below_centi
    return Temperature.COLD if centi < cold_centi else Temperature.NORMAL


def decide(policy: Policy, facts: Facts) -> Decision:
    """The decision that *policy* gives for *facts*.  Total: every parsed policy decides everything."""
    standing_back: Rule | None = None
    for rule in policy.rules:
        if _failing(rule, policy.lines, facts) is not None:
            continue
        if not rule.instead_of_admit:
            admits = rule.outcome is Outcome.ADMIT
            chosen = standing_back if standing_back is not None and admits else rule
            return Decision(chosen.outcome, chosen.reason, chosen.name, chosen.rest)
        standing_back = standing_back or rule
    raise AssertionError("a parsed policy ends in a rule without conditions")


def explain(policy: Policy, facts: Facts) -> tuple[tuple[Rule, str], ...]:
    """Each rule in order, with the fact that kept it from applying, or ``"applies"``.

    ``"instead_of_admit"`` is said of one whose conditions hold where nobody would have been admitted anyhow.
    """
    chosen = decide(policy, facts).rule

    def why(rule: Rule) -> str:
        stands_back = rule.instead_of_admit and rule.name != chosen
        return _failing(rule, policy.lines, facts) or ("instead_of_admit" if stands_back else "applies")

    return tuple((rule, why(rule)) for rule in policy.rules)


def stricter_than_plan(policy: Policy) -> tuple[Rule, ...]:
    """The rules that turn somebody away or keep them here and that no plan asks for: the office's own."""
    refusing = (Outcome.DENY, Outcome.REFER)
    return tuple(rule for rule in policy.rules if rule.outcome in refusing and is_own(rule))


def is_own(rule: Rule) -> bool:
    """Whether *rule* comes from no plan."""
    return rule.source.startswith(OWN)


def _failing(rule: Rule, lines: Lines, facts: Facts) -> str | None:
    for name, wanted in rule.when:
        value = _value(name, lines, facts)
        holds = wanted.holds(value) if isinstance(wanted, Span) else value in wanted
        if not holds:
            return name
    return None


def _value(name: str, lines: Lines, facts: Facts) -> object:
    if name == "temperature":
        return temperature(lines, facts)
    if name == "stands_out":
        above = facts.above_baseline_centi
        return above is not None and above >= lines.baseline_margin_centi
    value: object = getattr(facts, name)
    return value
