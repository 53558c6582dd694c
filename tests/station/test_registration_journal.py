"""The table of visitors in a real journal: found again, voided, forgotten, and the same after a rebuild."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from station import kinds
from station.journal.draft import Appended, Draft
from station.journal.rebuild import rebuild_file
from station.journal.writer import Journal
from station.lane.drafts import voided
from station.registration import visitors
from station.registration.form import Returning
from station.registration.forms import Forms
from station.registration.returning import Visitors, VisitorsUnavailable
from station.seal import SealError, unseal
from tests.station.journal_kit import OFFICE, identity, journal_at, tables, tamper, verdict
from tests.station.registration_people import FakeRegister, fake_forms
from tests.station.test_registration_forms import fill


def write(journal: Journal, draft: Draft) -> Appended:
    return journal.append(Draft(draft.kind, draft.facts | {"direction": "in"}, "wang", draft.personal, draft.private))


def registered(journal: Journal, klass: str = "visitor", held: Forms | None = None, **changes: str | None) -> Appended:
    held = held or fake_forms()
    form = fill(held, klass, **changes)
    return write(journal, held.finish(form.id).draft)


def numbered(start: int) -> Forms:
    held = fake_forms()
    while int(held.open().id) < start - 1:
        continue
    return held


def test_who_was_registered_is_found_by_the_end_of_either_number_and_of_the_plate(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    held = fake_forms()
    form = held.answer(held.open().id, "klass", "visitor")
    held.answer(form.id, "plate", "豫A52Q19")
    for question, answer in (("id_number", "118X"), ("name", "欧阳娜娜"), ("phone", "13800138000"), ("risk", "none")):
        held.answer(form.id, question, answer)
    held.answer(form.id, "host", "r-221-1")
    held.answer(form.id, "purpose", "family")
    held.answer(form.id, "signature", "M10 10L500 150")
    entry = write(journal, held.finish(form.id).draft)
    known = Visitors(journal.path)
    for digits in ("118X", "118", "8000", "Q19", "2Q19"):
        assert [one.masked for one in known.find(digits, 5)] == ["欧**"], digits
    for digits in ("5218", "0138", "豫A"):
        assert known.find(digits, 5) == []
    (found,) = known.latest(5)
    assert (found.entry, found.place, found.host, found.plate) == (
        (entry.epoch, entry.seq),
        "2-2-301",
        "r-221-1",
        "2Q19",
    )
    assert known.one(found.registration) == found
    assert known.one("1") is None
    assert [one.due for one in known.due(5)] == [("id_number",)]
    journal.close()


def test_only_the_office_reads_the_rest_and_only_in_its_own_entry(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    entry = registered(journal, "returnee", id_number="6626")
    journal.close()
    raw = (tmp_path / "journal.db").read_bytes()
    for secret in ("周婷", "13800138000", "河南", "张桂兰", "M10 10L500"):
        assert secret.encode() not in raw, secret
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db:
        (sealed,) = db.execute("SELECT sealed FROM entry WHERE seq = ?", (entry.seq,)).fetchone()
    private = json.loads(unseal(sealed, OFFICE, "east", entry.epoch, entry.seq))
    assert (private["name"], private["phone"], private["origin"]) == ("周婷", "13800138000", "河南郑州")
    with pytest.raises(SealError):
        unseal(sealed, OFFICE, "east", entry.epoch, entry.seq + 1)


def again(journal: Journal, known: Returning, id: str) -> Appended:
    held = Forms(
        FakeRegister(),
        Visitors(journal.path),
        sealed=lambda: True,
        regime=lambda: "medium",
        now_ms=lambda: 1,
        clock_known=lambda: True,
        new_id=lambda: id,
    )
    return write(journal, held.same(held.open().id, known.registration).draft)


def test_who_comes_again_stands_once_in_the_list_and_again_when_that_is_voided(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    first = registered(journal)
    known = Visitors(journal.path)
    second = again(journal, known.latest(1)[0], "7000")
    assert [one.entry for one in known.latest(5)] == [(second.epoch, second.seq)]
    journal.append(voided(second.epoch, second.seq, "7000", "operator", "wang"))
    assert [one.entry for one in known.latest(5)] == [(first.epoch, first.seq)]
    journal.append(voided(first.epoch, first.seq, "100", "operator", "wang"))
    assert known.latest(5) == []
    journal.close()


def test_what_was_due_is_filled_in(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    registered(journal, phone=None, id_number=None)
    known = Visitors(journal.path)
    held = Forms(
        FakeRegister(),
        known,
        sealed=lambda: True,
        regime=lambda: "medium",
        now_ms=lambda: 1,
        clock_known=lambda: True,
        new_id=lambda: "9",
    )
    assert known.due(5)[0].due == ("id_number", "phone")
    form = held.open_completion("100")
    held.answer(form.id, "phone", "13800138000")
    held.put_off(form.id, "id_number")
    write(journal, held.finish(form.id).draft)
    (found,) = known.due(5)
    assert (found.phone4, found.due, found.masked) == ("8000", ("id_number",), "周*")
    journal.close()


def test_forgetting_an_entry_forgets_the_visitor_and_the_chain_still_holds(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    first = registered(journal)
    second = registered(journal, held=numbered(500), id_number="6626")
    journal.close()
    tamper(tmp_path, f"UPDATE entry SET personal = NULL, salt = NULL, sealed = NULL WHERE seq = {first.seq}")
    assert [one.entry for one in Visitors(tmp_path / "journal.db").latest(5)] == [(second.epoch, second.seq)]
    before = tables(tmp_path)
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == before
    assert verdict(tmp_path).sound


def test_a_rebuild_gives_the_same_visitors(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    first = registered(journal)
    known = Visitors(journal.path)
    again(journal, known.latest(1)[0], "7000")
    second = registered(journal, "worker", held=numbered(500), phone=None, id_number="6626")
    again(journal, known.latest(1)[0], "7001")
    journal.append(voided(second.epoch, second.seq, "500", "operator", "wang"))
    journal.close()
    before = tables(tmp_path)
    assert len(before["visitor"]) == 3
    tamper(tmp_path, "DELETE FROM visitor")
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == before
    assert first.kind == kinds.VISITOR_REGISTERED


def test_the_table_is_bounded_and_the_newest_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "KEEP_VISITORS", 3)
    journal = journal_at(tmp_path)
    held = fake_forms()
    entries = [registered(journal, held=held) for _ in range(5)]
    found = Visitors(journal.path).latest(10)
    assert [one.entry[1] for one in found] == [entry.seq for entry in reversed(entries[2:])]
    journal.close()
    before = tables(tmp_path)
    rebuild_file(tmp_path / "journal.db")
    assert tables(tmp_path) == before


def test_without_an_office_key_nothing_is_sealed(tmp_path: Path) -> None:
    journal = journal_at(tmp_path, identity())
    held = fake_forms(sealed=False)
    form = fill(held, "visitor")
    write(journal, held.finish(form.id).draft)
    journal.close()
    with closing(sqlite3.connect(tmp_path / "journal.db")) as db:
        assert db.execute("SELECT count(*) FROM entry WHERE sealed IS NOT NULL").fetchone() == (0,)


def test_a_journal_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(VisitorsUnavailable):
        Visitors(tmp_path / "none.db").latest(5)
