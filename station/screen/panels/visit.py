"""The panel of the visit at the gate: what is still missing, or what is asked.  Pure."""

from __future__ import annotations

from station.lane import exceptions
from station.lane.doubt import DOUBTS
from station.lane.lane import Lane
from station.lane.visit import Stage, Visit
from station.screen import party as party_screen
from station.screen.elements import Key, Word
from station.screen.lane_keys import TRIP, offers_trip
from station.screen.panel import Panel, PanelKind
from station.screen.panels.keys import BY_HAND, CANCEL, CODES, REGISTER, SEARCH
from station.screen.panels.lines import measured, note_words
from station.screen.panels.question import asked_of_all, question_keys
from station.screen.questions import beside
from station.screen.standing import CONTACT_KEY, air_mark, why_again


def visit_panel(lane: Lane, visit: Visit) -> Panel:
    """Who stands at the gate, and what comes next."""
    kind, headline, reasons, keys = _visit_look(visit)
    headline = party_screen.whose_turn(visit, headline)
    if offers_trip(lane, visit) and kind is PanelKind.PARTIAL:
        keys = (TRIP, *keys)
    if kind is PanelKind.ASK or visit.ask == "contact_check":
        keys = (*keys, *exceptions.offered(lane, visit))
    missing: tuple[Word, ...] = ()
    if visit.expects_reading and visit.rival is None:
        missing += (Word("measure"),)
    if visit.person is None and visit.stage is not Stage.AGAIN:
        missing += (Word("scan_code"),)
    return Panel(
        kind,
        headline,
        party_screen.line(visit),
        measured(visit, lane.policy),
        reasons,
        missing,
        visit.people,
        len(visit.round),
        keys,
        until_ms=None,
        event_ns=visit.event_ns,
        visit=int(visit.id),
        seats=party_screen.seats(visit, lane.policy.lines),
    )


def _visit_look(visit: Visit) -> tuple[PanelKind, Word, tuple[Word, ...], tuple[Key, ...]]:
    # These questions say by themselves what the note would.
    notes = () if visit.ask in {*DOUBTS, "travel_asked"} else note_words(visit, False)
    if visit.stage is Stage.AGAIN:
        low, contact = visit.ask.startswith("too_cold"), visit.ask == "contact_check"
        word = Word("low_reading" if low else "contact_check" if contact else "retake")
        by_hand = CONTACT_KEY if contact else BY_HAND
        again: tuple[Key, ...] = (by_hand, Key("park", Word("park"), "neutral"), CANCEL)
        again = again if visit.people == 1 else (*again[:2], *reversed(party_screen.group_keys(visit)), CANCEL)
        return PanelKind.RETAKE, word, (*why_again(visit, visit.ask), *air_mark(visit)), again
    if visit.stage is Stage.ASK and visit.ask == "storage_full":
        return PanelKind.CLOSED, Word("closed"), (Word("storage_full"), Word("red_still_works")), (CANCEL,)
    if visit.stage is Stage.ASK:
        notes = () if visit.rival is not None else notes
        return PanelKind.ASK, Word("ask"), (Word(visit.ask), *asked_of_all(visit), *notes), question_keys(visit)
    if visit.person is None:
        codes = CODES
        if visit.is_party and visit.expects_reading:
            keys = party_screen.group_keys(visit, SEARCH, *codes, BY_HAND, CANCEL)
            return PanelKind.PARTIAL, Word("measure"), (), keys
        return PanelKind.PARTIAL, Word("scan_code"), (), (SEARCH, REGISTER, *codes)
    if visit.people > 1 or visit.is_party:
        return PanelKind.PARTIAL, Word("measure"), (), party_screen.group_keys(visit, BY_HAND, CANCEL)
    return PanelKind.PARTIAL, Word("measure"), notes, (*beside(visit), party_screen.COMPANION, BY_HAND, CANCEL)
