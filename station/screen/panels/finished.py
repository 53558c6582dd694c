"""The panel of a visit that was just decided, for the moment it is shown.  Pure."""

from __future__ import annotations

from station.facts import Direction, Mask
from station.lane import exceptions
from station.lane.lane import Lane
from station.lane.marks import Shown
from station.lane.visit import Visit
from station.policy.policy import Decision, Outcome
from station.screen import party as party_screen
from station.screen.details import emergency_keys, emergency_words
from station.screen.elements import Key, Word
from station.screen.lane_keys import TRIP, offers_trip
from station.screen.panel import Panel, PanelKind
from station.screen.panels.keys import LEADER, OK, RULE
from station.screen.panels.lines import measured, note_words, rule_text
from station.screen.standing import air_mark, why_again, why_let_through

#: A green panel stays at least this long before the next person's partial visit may replace it.
GREEN_AT_LEAST_MS = 1_200


def may_be_cut(lane: Lane, shown: Shown) -> int:
    """How much of its time a finished visit gives to the next person who is already here."""
    if shown.decision.rule == "emergency":
        return lane.timing.refusal_shown_ms - GREEN_AT_LEAST_MS
    if shown.decision.outcome is Outcome.ADMIT:
        return lane.timing.admit_shown_ms - GREEN_AT_LEAST_MS
    return lane.timing.refusal_shown_ms // 2


def finished_panel(lane: Lane, shown: Shown) -> Panel:
    """What became of *shown*, and what can still be said of it."""
    visit, decision, policy = shown.visit, shown.decision, lane.policy
    kind, headline, keys = _outcome_look(visit, decision)
    reasons = (*party_screen.about_seat(lane, shown), *_reasons(visit, decision))
    if decision.rule == "emergency":
        (headline, reasons), keys = emergency_words(lane, shown), emergency_keys(lane, shown)
    elif kind is PanelKind.ADMIT and offers_trip(lane, visit):
        keys = (*keys, TRIP)
    elif kind is PanelKind.DENY and lane.visit is None:
        keys = (*keys[:2], *exceptions.offered(lane, visit), *keys[2:])
    return Panel(
        kind,
        headline,
        party_screen.line_about(lane, shown),
        measured(visit, policy),
        reasons,
        people=visit.people,
        measured=len(visit.round),
        keys=keys,
        rule=rule_text(policy, decision.rule) if kind in (PanelKind.DENY, PanelKind.REFER) else None,
        until_ms=shown.until_ms,
        event_ns=visit.event_ns,
        entry=shown.entry,
        visit=int(visit.id),
        seats=party_screen.seats(visit, policy.lines),
    )


def _outcome_look(visit: Visit, decision: Decision) -> tuple[PanelKind, Word, tuple[Key, ...]]:
    leaving = visit.direction is Direction.OUT
    match decision.outcome:
        case Outcome.ADMIT:
            unchecked = visit.mask is Mask.UNCHECKED
            mask = (Key("mask", Word("no_mask_key"), "warn", "4", (("mask", "none"),)),) if unchecked else ()
            return PanelKind.ADMIT, Word("admit"), mask
        case Outcome.RETAKE:
            return PanelKind.RETAKE, Word("rest_and_retake"), (OK,)
        case Outcome.REFER:
            return PanelKind.REFER, Word("refer"), (RULE, LEADER, OK)
    return PanelKind.DENY, Word("cannot_leave" if leaving else "cannot_enter"), (RULE, LEADER, OK)


def _reasons(visit: Visit, decision: Decision) -> tuple[Word, ...]:
    retake = decision.outcome is Outcome.RETAKE
    words = [*(why_again(visit, decision.reason) if retake else (Word(decision.reason),)), *air_mark(visit)]
    admitted = decision.outcome is Outcome.ADMIT
    # Beside a refusal a valid pass reads as a contradiction: the reason may stand on the operator's side alone.
    left_out = {decision.reason} if admitted else {decision.reason, "pass_valid"}
    words += [word for word in note_words(visit, admitted) if word.code not in left_out]
    if admitted:
        words += why_let_through(visit)
        mask = {Mask.UNCHECKED: "mask_unchecked", Mask.GIVEN: "mask_given", Mask.WORN: "mask_worn"}
        if visit.mask in mask:
            words.append(Word(mask[visit.mask]))
    if any(taken.by_hand for taken in visit.round):
        words.append(Word("measured_by_hand"))
    return tuple(words)
