"""The office's lists: who lives here, who stays at home, which passes are known, what is announced.

How a spreadsheet becomes a roster (:func:`read`), and the form of each list as the content of an order, written
at the office and read at the gate.  Whole ID and phone numbers end here: what leaves are the last four.

docs/roster.md describes both for people.
"""

from __future__ import annotations

from station.roster.columns import ColumnMap
from station.roster.errors import ContentError, RosterFileError
from station.roster.problem import Problem
from station.roster.reading import Import, read
from station.roster.resident import Klass, Resident

__all__ = ["ColumnMap", "ContentError", "Import", "Klass", "Problem", "Resident", "RosterFileError", "read"]
