"""Lines of cells → residents, and every broken one by row, column and what to do.  Pure.

Nothing of a broken row is kept, and the parser goes on to the end, so that one look at the file finds all of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TypeVar

from station.roster import cells, fields, numbers, place, private
from station.roster.cells import Cell
from station.roster.columns import plain
from station.roster.errors import Broken, PlaceError
from station.roster.problem import Problem
from station.roster.resident import Klass, Resident, household_of

Value = TypeVar("Value")
_NONE: tuple[str, ...] = ()


class RowParser:
    """Reads the lines below the headers, one after another.

    *where* is field → column index, *headers* the words over the columns, *fill_down* the fields whose empty
    cells mean "as above", *readings* how a name is read.
    """

    def __init__(
        self,
        file: str,
        headers: Sequence[str],
        where: dict[str, int],
        fill_down: Sequence[str],
        today: datetime.date | None,
        readings: Callable[[str], tuple[str, ...]],
    ) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._headers = headers
        self._where = where
        self._fill_down = fill_down
        self._today = today
        self._readings = readings
        self._above: dict[str, Cell] = {}
        self._ids: set[str] = set()
        self._id_numbers: set[int] = set()
        self._people: set[tuple[str, ...]] = set()
        self._code_of: dict[bytes, str] = {}

    def parse(self, number: int, line: Sequence[Cell]) -> Resident | None:
        """The resident of row *number*; None if the row is empty or broken."""
        if not any(cells.shown(cell).strip() for cell in line):
            return None
        before = len(self.problems)
        row = _Row(self, number, self._filled(line))
        if any(cells.shown(cell).strip() for cell in line[len(self._headers) :]):
            row.broken("", "row_long", " ".join(cells.shown(cell) for cell in line[len(self._headers) :]))
        person = row.person()
        return person if len(self.problems) == before else None

    def _filled(self, line: Sequence[Cell]) -> dict[str, Cell]:
        found = {field: line[at] if at < len(line) else "" for field, at in self._where.items()}
        for name in self._fill_down:
            if cells.shown(found.get(name, "")):
                self._above[name] = found[name]
            elif name in self._above:
                found[name] = self._above[name]
        return found


class _Row:
    """One row on its way to a resident."""

    def __init__(self, parser: RowParser, number: int, found: dict[str, Cell]) -> None:
        self._parser = parser
        self._number = number
        self._cells = found
        self._unusable: set[str] = set()

    def broken(self, name: str, code: str, value: str | None = None) -> None:
        """Note what is wrong with the field *name*."""
        parser = self._parser
        column = parser._headers[parser._where[name]] if name in parser._where else ""
        text = cells.shown(self._cells.get(name, "")) if value is None else value
        parser.problems.append(Problem(parser._file, self._number, column.strip(), private.shown(text), code))
        self._unusable.add(name)

    def person(self) -> Resident:
        """The resident, as far as the cells allow."""
        name = self._name()
        last4, phone4 = self._last_fours()
        klass = self._read("class", fields.klass, Klass.RESIDENT)
        compound, where = self._place(klass)
        household = self._read("household", lambda text: fields.word(text, "household"), "")
        household = household or household_of(where, compound)
        own_id = self._read("id", fields.own_id, "")
        code = self._code(household)
        plates = self._read("plates", fields.plates, _NONE)
        tags = self._read("tags", fields.tags, _NONE)
        self._once(own_id, (name, last4, phone4, compound, where))
        readings = self._parser._readings(name) if name else ()
        return Resident(own_id, name, where, compound, household, last4, phone4, klass, plates, tags, code, readings)

    def _text(self, name: str) -> str:
        try:
            return fields.text_of(self._cells.get(name, ""))
        except Broken as why:
            self.broken(name, why.code)
            return ""

    def _read(self, name: str, parse: Callable[[str], Value], empty: Value) -> Value:
        text = self._text(name)
        if not text:
            return empty
        try:
            return parse(text)
        except Broken as why:
            self.broken(name, why.code)
            return empty

    def _name(self) -> str:
        text = self._text("name")
        if "name" in self._unusable:
            return ""
        if plain(text) == plain(self._parser._headers[self._parser._where["name"]]):
            self.broken("name", "header_again")
            return ""
        try:
            return fields.name(text)
        except Broken as why:
            self.broken("name", why.code)
            return ""

    def _last_fours(self) -> tuple[str, str]:
        found = []
        for whole, short, last_of, last, differs in (
            ("id_number", "last4", self._last_of_id, numbers.last4, "last4_differs"),
            ("phone", "phone4", numbers.last_of_phone, numbers.phone4, "phone4_differs"),
        ):
            from_whole = self._read(whole, last_of, "")
            given = self._read(short, last, "")
            if from_whole and given and from_whole != given:
                self.broken(short, differs)
            found.append(from_whole or given)
        return found[0], found[1]

    def _last_of_id(self, text: str) -> str:
        return numbers.last_of_id(text, self._parser._today)

    def _place(self, klass: Klass) -> tuple[str, str]:
        """The compound and the place; somebody who does not live here needs none."""
        compound = self._read("compound", lambda text: fields.word(text, "compound"), "")
        parts = {name: self._text(name) for name in ("building", "unit", "room")}
        text = self._text("place")
        needed = klass in (Klass.RESIDENT, Klass.RETURNEE)
        column = "place" if text or "building" not in self._parser._where else "building"
        if self._unusable & {"building", "unit", "room", "place"} or (
            not needed and not text and not any(parts.values())
        ):
            return compound, ""
        try:
            if text and not parts["building"]:
                if private.holds_number(text):
                    raise PlaceError("place_number")
                named, where = place.normalise(text)
                return compound or named, where
            if any(parts.values()):
                return compound, place.from_parts(parts["building"], parts["unit"], parts["room"])
            raise PlaceError("place_missing")
        except PlaceError as why:
            part = why.code.partition("_")[0]
            self.broken(part if part in parts and part in self._parser._where else column, why.code)
            return compound, ""

    def _code(self, household: str) -> bytes | None:
        """A tag may stand in every row of its household, in no other."""
        code = self._read("code", fields.code, None)
        if code is not None and self._parser._code_of.setdefault(code, household) != household:
            self.broken("code", "code_twice")
        return code

    def _once(self, own_id: str, who: tuple[str, ...]) -> None:
        """Nobody twice: by own number, by ID number, or by everything else where there is neither."""
        parser = self._parser
        if own_id:
            if own_id in parser._ids:
                self.broken("id", "own_id_twice")
            parser._ids.add(own_id)
        whole = cells.shown(self._cells.get("id_number", "")).strip().upper()
        if whole and "id_number" not in self._unusable and "*" not in whole:
            # A fingerprint that lives as long as this object: the number itself is not kept.
            if hash(whole) in parser._id_numbers:
                self.broken("id_number", "id_twice")
            parser._id_numbers.add(hash(whole))
        elif not own_id and who[0]:
            if who in parser._people:
                self.broken("name", "row_twice")
            parser._people.add(who)
