"""The lane as the gate's screen shows it.  Pure: lane and surroundings in, :class:`~station.view.View` out.

Priority of the large panel: a fever nobody has answered (for as long as it holds the lane), then a finished visit
for the moment it is shown, then the visit at the gate, then a notice, then idle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from station import log_screen, party_screen
from station.alerts import Alarm as LaneAlarm
from station.bulletins import PAGE_MS, Texts
from station.case import CODES, Case, StepKind, possible
from station.facts import Direction, HealthProof, Mask, PersonClass
from station.holder import DOUBTS
from station.lane import Lane, Shown
from station.people_board import PeopleBoard
from station.policy import Decision, Outcome, Policy, Rule
from station.questions import ANSWERS, TO_CLINIC, VISITOR, beside
from station.screen_standing import CONTACT_KEY, air_mark, why_again, why_let_through
from station.view import (
    Alarm,
    Badge,
    CaseLine,
    CaseStep,
    Chip,
    DutyLine,
    Key,
    Level,
    Measured,
    Panel,
    PanelKind,
    PersonLine,
    Recent,
    ReportLine,
    RuleText,
    Undo,
    View,
    Word,
)
from station.visit import Person, Stage, Taken, Visit, deciding

#: The strip's places (ui/UI.md) and the lines of «just now».
CHIPS, RECENT = 6, 4
#: A green panel stays at least this long before the next person's partial visit may replace it.
GREEN_AT_LEAST_MS = 1_200


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the screen shows beside the lane."""

    gate: str
    community: str
    timezone: str
    phone: str
    now_ms: int
    version: int
    badges: tuple[Badge, ...] = ()
    recent: tuple[Recent, ...] = ()
    restarted_ms: int | None = None
    demo: bool = False
    people: PeopleBoard | None = None
    report: ReportLine | None = None
    registration: int = 0
    duty: DutyLine | None = None
    duty_keys: tuple[Key, ...] = ()
    bulletins: Texts = ()


_REPORT = Key("page:report", Word("daily_report"))
_REGISTER = Key("page:registration", Word("visitor_key"), "action", "5")
_KEYS = (
    Key("page:search", Word("search"), "action", "*"),
    _REGISTER,
    Key("delivery", Word("delivery_key"), "action", "7"),
    Key("emergency", Word("emergency_key"), "stop", "8", (("people", "1"),), confirm=True),
    Key("page:more", Word("more"), "neutral"),
    Key("page:by_hand", Word("by_hand")),
    Key("page:people", Word("people_key")),
)


def view(lane: Lane, around: Surroundings) -> View:
    """Everything on the gate's screen now."""
    undo, shown = lane.undoable, panel(lane, around)
    idle = shown.kind is PanelKind.IDLE
    return View(
        version=around.version,
        gate=around.gate,
        community=around.community,
        now_ms=around.now_ms,
        timezone=around.timezone,
        direction=lane.direction,
        panel=shown,
        operator=lane.operator,
        badges=around.badges,
        keys=(
            *party_screen.lane_keys(
                _KEYS if around.report is None else (*_KEYS, _REPORT),
                lane,
                around.now_ms,
                around.restarted_ms is not None,
            ),
            *log_screen.keys(lane, around.now_ms),
            *around.duty_keys,
        ),
        waiting=_chips(lane),
        recent=around.recent[:RECENT],
        undo=None if undo is None else Undo(undo.epoch, undo.seq, undo.until_ms),
        cases=tuple(_case_line(case) for case in lane.cases.values()),
        alarm=_alarm(lane.alarm, around.phone),
        wiped_until_ms=lane.wiped_until_ms,
        restarted_ms=around.restarted_ms,
        demo=around.demo,
        office_phone=around.phone,
        people=around.people,
        report=around.report,
        registration=around.registration,
        drill=lane.drill,
        duty=around.duty,
        bulletins=around.bulletins if idle else (),
        turn=around.now_ms // PAGE_MS if idle and around.bulletins else 0,
    )


def panel(lane: Lane, around: Surroundings) -> Panel:
    """The large panel."""
    shown, visit, now_ms = lane.shown, lane.visit, around.now_ms
    if lane.alarm is not None and lane.alarm.holds_lane(now_ms):
        return _fever_panel(lane, lane.alarm)
    if shown is not None and (visit is None or now_ms < shown.until_ms - _may_be_cut(lane, shown)):
        return _shown_panel(lane, shown)
    if visit is not None:
        return _visit_panel(lane, visit)
    if lane.recording and lane.storage_ok:
        # Admitted as soon as the disk has it: whoever stands there is not gone meanwhile.
        waits, _ = list(lane.recording.values())[-1]
        person, event_ns = _line(waits.person), waits.event_ns
        return Panel(PanelKind.PARTIAL, Word("ask"), person, event_ns=event_ns, visit=int(waits.id))
    if not lane.storage_ok:
        return Panel(PanelKind.CLOSED, Word("closed"), reasons=(Word("storage_full"), Word("red_still_works")))
    if lane.notice is not None:
        until_ms = lane.notice.until_ms
        return Panel(PanelKind.ASK, Word("ask"), reasons=(Word(lane.notice.code),), until_ms=until_ms)
    return Panel(PanelKind.IDLE, Word("scan_code"), missing=(Word("scan_code"), Word("measure")))


def _may_be_cut(lane: Lane, shown: Shown) -> int:
    """How much of its time a finished visit gives to the next person who is already here."""
    if shown.decision.rule == "emergency":
        return lane.timing.refusal_shown_ms - GREEN_AT_LEAST_MS
    if shown.decision.outcome is Outcome.ADMIT:
        return lane.timing.admit_shown_ms - GREEN_AT_LEAST_MS
    return lane.timing.refusal_shown_ms // 2


def _shown_panel(lane: Lane, shown: Shown) -> Panel:
    visit, decision, policy = shown.visit, shown.decision, lane.policy
    kind, headline, keys = _outcome_look(visit, decision)
    reasons = (*party_screen.about_seat(lane, shown), *_reasons(visit, decision))
    if decision.rule == "emergency":
        (headline, reasons), keys = party_screen.emergency_words(lane, shown), party_screen.emergency_keys(lane, shown)
    elif kind is PanelKind.ADMIT and party_screen.offers_trip(lane, visit):
        keys = (*keys, party_screen.TRIP)
    return Panel(
        kind,
        headline,
        party_screen.line_about(lane, shown),
        _measured(visit, policy),
        reasons,
        people=visit.people,
        measured=len(visit.round),
        keys=keys,
        rule=_rule(policy, decision.rule) if kind in (PanelKind.DENY, PanelKind.REFER) else None,
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
            return PanelKind.RETAKE, Word("rest_and_retake"), (_OK,)
        case Outcome.REFER:
            return PanelKind.REFER, Word("refer"), (_RULE, _LEADER, _OK)
    return PanelKind.DENY, Word("cannot_leave" if leaving else "cannot_enter"), (_RULE, _LEADER, _OK)


_OK = Key("cancel", Word("next_person"), "neutral", "Escape")
_CANCEL = Key("cancel", Word("cancel"), "neutral", "Escape")
_RULE = Key("page:rule", Word("show_rule"), "action")
_LEADER = Key("call_leader", Word("call_leader"), "warn", "9")
_SEARCH = Key("page:search", Word("search"), "action", "*")
_COMPANION = Key("companion", Word("companion"), "action", "+")
_BY_HAND = Key("page:by_hand", Word("by_hand"), "action")


def _visit_panel(lane: Lane, visit: Visit) -> Panel:
    kind, headline, reasons, keys = _visit_look(visit)
    headline = party_screen.whose_turn(visit, headline)
    if party_screen.offers_trip(lane, visit) and kind is PanelKind.PARTIAL:
        keys = (party_screen.TRIP, *keys)
    missing: tuple[Word, ...] = ()
    if visit.expects_reading and visit.rival is None:
        missing += (Word("measure"),)
    if visit.person is None and visit.stage is not Stage.AGAIN:
        missing += (Word("scan_code"),)
    return Panel(
        kind,
        headline,
        party_screen.line(visit),
        _measured(visit, lane.policy),
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
    notes = () if visit.ask in DOUBTS else note_words(visit, False)
    if visit.stage is Stage.AGAIN:
        low, contact = visit.ask.startswith("too_cold"), visit.ask == "contact_check"
        word = Word("low_reading" if low else "contact_check" if contact else "retake")
        by_hand = CONTACT_KEY if contact else _BY_HAND
        again: tuple[Key, ...] = (by_hand, Key("park", Word("park"), "neutral"), _CANCEL)
        again = again if visit.people == 1 else (*again[:2], *reversed(party_screen.group_keys(visit)), _CANCEL)
        return PanelKind.RETAKE, word, (*why_again(visit, visit.ask), *air_mark(visit)), again
    if visit.stage is Stage.ASK and visit.ask == "storage_full":
        return PanelKind.CLOSED, Word("closed"), (Word("storage_full"), Word("red_still_works")), (_CANCEL,)
    if visit.stage is Stage.ASK:
        notes = () if visit.rival is not None else notes
        return PanelKind.ASK, Word("ask"), (Word(visit.ask), *notes), _question_keys(visit)
    if visit.person is None:
        codes = tuple(_colour(colour) for colour in ("green", "yellow", "red"))
        if visit.is_party and visit.expects_reading:
            keys = party_screen.group_keys(visit, _SEARCH, *codes, _BY_HAND, _CANCEL)
            return PanelKind.PARTIAL, Word("measure"), (), keys
        return PanelKind.PARTIAL, Word("scan_code"), (), (_SEARCH, _REGISTER, *codes)
    if visit.people > 1 or visit.is_party:
        return PanelKind.PARTIAL, Word("measure"), (), party_screen.group_keys(visit, _BY_HAND, _CANCEL)
    return PanelKind.PARTIAL, Word("measure"), notes, (*beside(visit), _COMPANION, _BY_HAND, _CANCEL)


def _colour(colour: str) -> Key:
    look = {"green": "action", "yellow": "warn", "red": "stop"}[colour]
    return Key("code_seen", Word(f"code_{colour}"), look, "", (("colour", colour),))


def _question_keys(visit: Visit) -> tuple[Key, ...]:
    """The answers to what is being asked."""
    if visit.claims:
        return (
            Key("reading_of", Word("this_person"), "warn", "1", (("person", "0"),)),
            Key("reading_of", Word("other_person"), "action", "2", (("person", "1"),)),
        )
    if visit.ask == "which_seat":
        return (*party_screen.seat_keys(visit), _CANCEL)
    if visit.rival is not None:
        names = [_choice_name(visit, 0), _choice_name(visit, 1)]
        return (
            Key("reading_of", Word("choose", (("name", names[0]),)), "action", "1", (("person", "0"),)),
            Key("reading_of", Word("choose", (("name", names[1]),)), "action", "2", (("person", "1"),)),
            *((party_screen.TOGETHER,) if visit.person is not None and visit.held is None else ()),
            _CANCEL,
        )
    if visit.ask == "whose_reading":
        return (
            Key("reading_of", Word("same_person"), "action", "1", (("person", "0"),)),
            Key("reading_of", Word("next_person"), "action", "2", (("person", "1"),)),
            _CANCEL,
        )
    if visit.ask in DOUBTS:
        return (
            Key("holder", Word("holder_yes"), "action", "1", (("same", "yes"),)),
            Key("holder", Word("holder_no"), "warn", "2", (("same", "no"),)),
            _CANCEL,
        )
    if visit.ask == "trip":
        return (*party_screen.TRIPS, _CANCEL)
    if visit.ask == "no_mask":
        return (
            Key("mask", Word("mask_given_key"), "action", "4", (("mask", "given"),)),
            Key("mask", Word("mask_refused_key"), "stop", "3", (("mask", "refused"),)),
            _CANCEL,
            _LEADER,
        )
    if visit.ask in ANSWERS:
        return (*ANSWERS[visit.ask], _LEADER, _CANCEL)
    if visit.ask == "no_pass":
        return (_SEARCH, TO_CLINIC, _LEADER, _CANCEL)
    if visit.ask == "who_is_it":
        return (_SEARCH, VISITOR, _CANCEL)
    codes = tuple(_colour(colour) for colour in ("green", "yellow", "red"))
    register = (_REGISTER,) if visit.person is None or visit.person.klass is PersonClass.UNKNOWN else ()
    return (_SEARCH, *register, *codes, _CANCEL)


def _choice_name(visit: Visit, which: int) -> str:
    """What stands on the key: a name, or with one person and two readings the temperature."""
    if visit.person is None:
        taken = visit.round[-1] if which == 0 and visit.round else visit.held
        return "" if taken is None else _degrees(taken.centi_celsius)
    person = visit.person if which == 0 else visit.rival
    return "" if person is None else (person.name or person.masked or "?")


def _fever_panel(lane: Lane, alarm: LaneAlarm) -> Panel:
    case = lane.cases.get(alarm.cases[-1])
    shown = lane.shown if lane.shown is not None and case is not None and lane.shown.visit.id == case.id else None
    visit = shown.visit if shown else None
    cause = Word("symptoms" if case is not None and case.cause == "symptoms" else "above_line")
    keys: tuple[Key, ...] = ()
    if case is not None:
        keys = (Key("answer", Word("answer"), "stop", "3", (("case", case.id),), confirm=True),)
        if alarm.escalated and not case.called:
            keys += (Key("called", Word("phone_called"), "action", "9", (("case", case.id),)),)
    return Panel(
        PanelKind.FEVER,
        Word("fever"),
        party_screen.line_about(lane, shown) if shown else PersonLine(case.masked if case else ""),
        _measured(visit, lane.policy) if visit else None,
        (*((party_screen.about_seat(lane, shown) if shown else ()) or (cause,)), Word("keep_distance")),
        keys=keys,
        rule=_rule(lane.policy, shown.decision.rule) if shown else None,
        event_ns=visit.event_ns if visit else None,
        entry=shown.entry if shown else None,
        visit=int(visit.id) if visit else 0,
    )


def _reasons(visit: Visit, decision: Decision) -> tuple[Word, ...]:
    retake = decision.outcome is Outcome.RETAKE
    words = [*(why_again(visit, decision.reason) if retake else (Word(decision.reason),)), *air_mark(visit)]
    words += [word for word in note_words(visit, decision.outcome is Outcome.ADMIT) if word.code != decision.reason]
    if decision.outcome is Outcome.ADMIT:
        words += why_let_through(visit)
        mask = {Mask.UNCHECKED: "mask_unchecked", Mask.GIVEN: "mask_given", Mask.WORN: "mask_worn"}
        if visit.mask in mask:
            words.append(Word(mask[visit.mask]))
    if any(taken.by_hand for taken in visit.round):
        words.append(Word("measured_by_hand"))
    return tuple(words)


def note_words(visit: Visit, admitted: bool) -> tuple[Word, ...]:
    """What stands beside the outcome, with the minutes where somebody is late."""
    late = 0 if visit.history is None else visit.history.overdue_minutes
    return tuple(Word(note, (("n", str(late)),)) if note == "overdue" else Word(note) for note in visit.notes(admitted))


def _measured(visit: Visit, policy: Policy) -> Measured | None:
    taken: Taken | None = (
        party_screen.newest(visit) or deciding(visit, policy.lines) or visit.held or (visit.readings or (None,))[-1]
    )
    if taken is None:
        return None
    line = policy.lines.high_centi
    return Measured(taken.centi_celsius, max(1, len(visit.readings)), line, taken.site, taken.by_hand)


def _line(person: Person | None) -> PersonLine | None:
    if person is None:
        return None
    proof = person.proof
    proven = proof is not None and proof.worth is HealthProof.VALID
    until_ms = None if proof is None else proof.until_ms
    return PersonLine(person.masked, person.name, person.place, person.last4, proven, until_ms)


def _rule(policy: Policy, name: str) -> RuleText | None:
    found: Rule | None = next((rule for rule in policy.rules if rule.name == name), None)
    if found is None:
        return None
    return RuleText(found.name, found.text, policy.issuer, policy.phone, found.source)


def _chips(lane: Lane) -> tuple[Chip, ...]:
    resting = sorted(lane.waiting.values(), key=lambda visit: visit.since_ms)
    return tuple(
        Chip(
            int(visit.id),
            party_screen.chip_name(visit),
            visit.tag,
            visit.since_ms,
            visit.ready_ms,
            visit.since_ms + lane.timing.waiting_ms,
        )
        for visit in resting[:CHIPS]
    )


def _case_line(case: Case) -> CaseLine:
    done = tuple(CaseStep(name, at_ms) for name, at_ms in case.done)
    ahead = possible(case)
    following = tuple(CaseStep(step.name, None, next=True) for step in ahead[:1])
    keys = tuple(_case_key(case, step) for step in ahead)
    return CaseLine(int(case.id), case.masked, case.opened_ms, case.answered, done + following, keys)


def _case_key(case: Case, step: StepKind) -> Key:
    """The key of *step*; one that asks for a temperature opens the pad, one that asks for a word its choices."""
    about = (("case", case.id), ("step", step.name))
    word = Word(f"step_{step.name}")
    if step.name == "answered":
        return Key("answer", word, "stop", "3", about[:1])
    if step.needs == "centi_celsius":
        return Key("page:by_hand", word, "action", "", (("act", "case_step"), *about))
    asked = (step.needs, *step.also) if step.needs else ()
    return _asking(Key("case_step", word, "action", "", about), asked)


def _asking(key: Key, names: tuple[str, ...]) -> Key:
    """*key* with the choices of *names* behind it, one after the other: which clinic, who goes along, in what."""
    if not names:
        return key
    choices = tuple(
        _asking(Key(key.act, Word(f"{names[0]}_{value}"), "action", "", (*key.arguments, (names[0], value))), names[1:])
        for value in CODES[names[0]]
    )
    return replace(key, choices=choices)


def _alarm(alarm: LaneAlarm | None, phone: str) -> Alarm | None:
    if alarm is None:
        return None
    return Alarm(alarm.since_ms, alarm.silent_until_ms, alarm.escalated, phone if alarm.escalated else "")


def badge(code: str, level: Level, since_ms: int | None = None, **gaps: object) -> Badge:
    """One mark in the header."""
    return Badge(Word(code, tuple((name, str(value)) for name, value in gaps.items())), level, since_ms)


def _degrees(centi_celsius: int) -> str:
    return f"{centi_celsius // 100}.{centi_celsius % 100:02d}"
