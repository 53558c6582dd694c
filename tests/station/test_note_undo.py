"""撤销 on the duty log: what was pressed by mistake stays in the journal and counts nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from station import kinds
from station.journal.rebuild import rebuild_file
from station.lane.action import Act
from station.notebook import table as notebook_table
from station.notebook.incidents import open_ones
from station.notebook.inspections import inspections
from station.notebook.isolation import Isolated, open_cases
from station.notebook.note_undo import UNDO_MS
from station.notebook.notebook import Notebook
from station.notebook.supplies import left_of
from station.report.counts import Counts, count
from station.report.noted import Noted
from station.report.survey import survey
from station.screen.elements import Key
from station.screen.log import badges
from station.web.keys import way_to_log
from tests.station.journal_kit import journal_at, tables
from tests.station.storyboard import Day, day
from tests.station.test_beside import screen

ZHOU, WU = Isolated("zhou", "周**", "1302"), Isolated("wu", "吴**", "5301")
ROUNDS, ISOLATION = "sheet-round-rounds-key-log-1", "sheet-log-isolation"


def undo_of(story: Day, page: str) -> Key | None:
    """The key 撤销 on the sheet called *page*."""
    *_, opened = way_to_log(screen(story).keys, page)
    return next((key for key in opened.choices if key.act == Act.UNDO_NOTE), None)


def undoes(story: Day, page: str) -> Day:
    key = undo_of(story, page)
    assert key is not None
    assert key.confirm
    return story.presses(Act.UNDO_NOTE, **dict(key.arguments))


def test_a_round_pressed_by_mistake_is_voided_and_the_one_before_counts_again() -> None:
    story = day("round").presses(Act.ROUND, what="waste").waits(60)
    story.presses(Act.ROUND, what="barriers")
    undoes(story, ROUNDS)
    (void,) = story.recorded(kinds.ENTRY_VOIDED)
    assert void.facts["voids"] == [story.disk.entries[1][0].epoch, story.disk.entries[1][0].seq]
    assert [note.facts["what"] for note in story.lane.notebook.of(kinds.ROUND_DONE)] == ["waste"]
    assert len(story.recorded(kinds.ROUND_DONE)) == 2  # nothing is gone


def test_it_is_offered_for_some_minutes_and_only_on_its_own_sheet() -> None:
    story = day("minutes").presses(Act.ROUND, what="waste")
    note = story.lane.notebook.of(kinds.ROUND_DONE)[0].id
    assert undo_of(story, "sheet-log-supplies") is None
    story.now_ms += UNDO_MS
    assert undo_of(story, ROUNDS) is not None
    story.now_ms += 1
    assert undo_of(story, ROUNDS) is None
    story.refuses("nothing_to_undo", Act.UNDO_NOTE, note=note)


def test_steps_are_taken_back_from_the_newest_on() -> None:
    story = day("steps").presses(Act.INCIDENT, what="quarrel")
    begun = story.lane.notebook.of(kinds.INCIDENT_NOTED)[0]
    story.presses(Act.INCIDENT, incident=begun.facts["incident"], step="went_away")
    assert open_ones(story.lane.notebook) == []
    story.refuses("nothing_to_undo", Act.UNDO_NOTE, note=begun.id)
    undoes(story, "sheet-incident-incidents-key-log-1")
    assert [one.id for one in open_ones(story.lane.notebook)] == [begun.facts["incident"]]
    undoes(story, "sheet-incident-incidents-key-log-1")
    assert open_ones(story.lane.notebook) == []


def test_a_count_and_an_inspection_are_taken_back_too() -> None:
    story = day("others").presses(Act.SUPPLIES, item="masks", left="18").presses(Act.SUPPLIES, item="masks", left="81")
    undoes(story, "sheet-log-supplies")
    assert left_of(story.lane.notebook, "masks") == 18
    story.presses(Act.INSPECTION, by="county")
    undoes(story, "sheet-inspection-inspection-key-log-1")
    assert inspections(story.lane.notebook) == []


def test_with_a_high_reading_goes_the_doctors_case_that_it_opened() -> None:
    story = day("isolation")
    story.lane.isolated = (ZHOU, WU)
    story.presses(Act.ISOLATION, subject="wu", centi_celsius="3640", by="doctor")
    story.presses(Act.ISOLATION, subject="zhou", centi_celsius="3850", by="doctor")
    assert set(open_cases(story.lane.notebook)) == {"zhou"}
    key = undo_of(story, ISOLATION)
    assert key is not None
    assert dict(key.word.gaps)["name"] == "周**"
    undoes(story, ISOLATION)
    assert open_cases(story.lane.notebook) == {}
    assert [note.personal["subject"] for note in story.lane.notebook.of(kinds.ISOLATION_MEASURED)] == ["wu"]
    assert "isolation_doctor_n" not in [badge.word.code for badge in badges(story.lane, story.now_ms)]
    undoes(story, ISOLATION)
    assert undo_of(story, ISOLATION) is None


def test_nothing_real_is_taken_back_in_a_drill() -> None:
    story = day("drill").presses(Act.ROUND, what="waste")
    story.lane.drill = True
    assert undo_of(story, ROUNDS) is None


def test_table_restart_rebuild_and_report_leave_it_out(tmp_path: Path) -> None:
    story = day("kept").presses(Act.ROUND, what="waste").presses(Act.SUPPLIES, item="masks", left="18")
    undoes(story, ROUNDS)
    journal = journal_at(tmp_path)
    old = {(appended.epoch, appended.seq): draft for appended, draft in story.disk.entries}
    written: dict[tuple[int, int], list[int]] = {}
    noted: list[Noted] = []
    for place, draft in old.items():
        facts = dict(draft.facts)
        if draft.kind == kinds.ENTRY_VOIDED:
            facts["voids"] = written[tuple(facts["voids"])]
        entry = journal.append(type(draft)(draft.kind, facts, draft.actor, draft.personal))
        written[place] = [entry.epoch, entry.seq]
        noted.append(Noted(entry.epoch, entry.seq, entry.kind, entry.at_ms, "synced", "", 0, "", facts, b""))
    rows = [tuple(row) for row in journal.rows(notebook_table.SELECT)]
    journal.close()
    woken = Notebook(notebook_table.notes(rows))
    assert [note.kind for note in woken.of(*kinds.MEANING)] == [kinds.SUPPLIES_COUNTED]
    before = tables(tmp_path)
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == before
    found, counts = survey(noted), Counts()
    for one in noted:
        if found.counts(one):
            count(counts, one)
    assert counts.voided == 1
    assert [found.counts(one) for one in noted] == [False, True, True]


@pytest.mark.parametrize("note", ["1-1", "7-99999"])
def test_a_note_that_is_not_there_is_refused(note: str) -> None:
    day("nothing").refuses("nothing_to_undo", Act.UNDO_NOTE, note=note)
