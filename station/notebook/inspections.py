"""Inspections 督查: who came, what they found, what was put right, and that it is over.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from station import kinds
from station.journal.draft import Draft
from station.lane.action import Action, ActionError
from station.lane.lane import Lane
from station.lane.person import Person
from station.notebook.notebook import Notebook
from station.notebook.round_times import clock
from station.notebook.rounds import DISINFECTION, LOG, last
from station.screen.elements import Key, Word

BY = ("street", "county", "health", "own")
FINDINGS = ("no_disinfection", "no_rota", "ledger_gap", "no_supplies", "protection", "crowding", "other")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wanting; ``right_ms`` is when it was put right, None while it is not."""

    id: str
    what: str
    at_ms: int
    right_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """One visit of inspectors; ``closed_ms`` is None while they are here."""

    id: str
    by: str
    at_ms: int
    findings: tuple[Finding, ...] = ()
    closed_ms: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do: they have gone, and everything was put right."""
        return self.closed_ms is not None and all(one.right_ms is not None for one in self.findings)


def inspections(notebook: Notebook) -> list[Inspection]:
    """Every inspection that the notebook has, oldest first."""
    found: dict[str, Inspection] = {}
    wanted = (kinds.INSPECTION_OPENED, kinds.INSPECTION_FINDING, kinds.INSPECTION_PUT_RIGHT, kinds.INSPECTION_CLOSED)
    for note in notebook.of(*wanted):
        facts, name = note.facts, note.facts["inspection"]
        if note.kind == kinds.INSPECTION_OPENED:
            found[name] = Inspection(name, facts["by"], note.at_ms)
        elif name not in found:
            continue
        elif note.kind == kinds.INSPECTION_CLOSED:
            found[name] = replace(found[name], closed_ms=note.at_ms)
        elif note.kind == kinds.INSPECTION_FINDING:
            more = Finding(facts["finding"], facts["what"], note.at_ms)
            found[name] = replace(found[name], findings=(*found[name].findings, more))
        else:
            put_right = (
                replace(one, right_ms=note.at_ms) if one.id == facts["finding"] else one for one in found[name].findings
            )
            found[name] = replace(found[name], findings=tuple(put_right))
    return list(found.values())


def inspected(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Inspectors came (``by``), found something (``finding``), it was put right (``right``), they went (``close``).

    :raises ActionError: if there is no such inspection, or no such finding still open.
    """
    if action.get("by"):
        draft = Draft(kinds.INSPECTION_OPENED, {"inspection": lane.new_id(), "by": action.get("by")}, lane.actor)
    else:
        draft = _about(lane, action)
    lane.record(draft)
    lane.say("inspection_noted", now_ms)


def _about(lane: Lane, action: Action) -> Draft:
    name = action.get("inspection")
    inspection = next((one for one in inspections(lane.notebook) if one.id == name), None)
    if inspection is None or inspection.is_over:
        raise ActionError("inspection_gone", f"inspection: none open called {name!r}")
    of = {"inspection": name}
    if action.get("finding"):
        return Draft(
            kinds.INSPECTION_FINDING, {**of, "finding": lane.new_id(), "what": action.get("finding")}, lane.actor
        )
    if action.get("close") and inspection.closed_ms is None:
        return Draft(kinds.INSPECTION_CLOSED, {**of, "findings": len(inspection.findings)}, lane.actor)
    finding = next((one for one in inspection.findings if one.id == action.get("right")), None)
    if finding is None or finding.right_ms is not None:
        raise ActionError("inspection_gone", f"inspection: no open finding called {action.get('right')!r}")
    # What put it right: the disinfection that was made since.
    newest = last(lane.notebook, *DISINFECTION) if finding.what == "no_disinfection" else None
    linked = {} if newest is None or newest.at_ms < finding.at_ms else {"round": [newest.epoch, newest.seq]}
    return Draft(kinds.INSPECTION_PUT_RIGHT, {**of, "finding": finding.id, **linked}, lane.actor)


def key(lane: Lane, now_ms: int) -> Key:
    """督查: those that are going on, or who has come."""
    going_on = [one for one in inspections(lane.notebook) if not one.is_over]
    listed = tuple(_open(lane, one, now_ms) for one in going_on[-4:])
    here = {one.by for one in going_on if one.closed_ms is None}
    fresh = tuple(
        Key("inspection", Word(f"inspection_{by}"), "action", "", (("by", by),)) for by in BY if by not in here
    )
    wanting = any(finding.right_ms is None for one in going_on for finding in one.findings)
    return Key(
        "inspection",
        Word("inspection_key"),
        "warn" if wanting else "action",
        "",
        LOG,
        choices=(*listed, *fresh),
    )


def _open(lane: Lane, inspection: Inspection, now_ms: int) -> Key:
    of = (("inspection", inspection.id),)
    time = (("time", clock(inspection.at_ms, now_ms, ZoneInfo(lane.timezone))),)
    wanting = tuple(
        Key("inspection", Word(f"right_{one.what}"), "warn", "", (*of, ("right", one.id)))
        for one in inspection.findings
        if one.right_ms is None
    )
    here = inspection.closed_ms is None
    more = tuple(
        Key("inspection", Word(f"finding_{what}"), "action", "", (*of, ("finding", what))) for what in FINDINGS
    )
    gone = Key("inspection", Word("inspection_close"), "neutral", "", (*of, ("close", "1")), confirm=True)
    word = Word(f"inspection_{inspection.by}_at", time)
    choices = (*wanting, *more, gone) if here else wanting
    return Key("inspection", word, "warn", "", (*LOG, *of), choices=choices)
