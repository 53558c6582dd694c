"""What can be wrong with a list of the office, as a file or as the content of an order."""

from __future__ import annotations

from station.errors import StationError


class ContentError(StationError, ValueError):
    """The content of an order is not in its form; the message names list, line and field, never a person."""

    code = "content"


class RosterFileError(StationError, ValueError):
    """A file cannot be read as a roster at all; ``code`` says why, the message what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PlaceError(StationError, ValueError):
    """A text is not a place; ``code`` is the broken row's."""

    def __init__(self, code: str) -> None:
        super().__init__(f"place: {code}")
        self.code = code


class Broken(Exception):
    """A cell that cannot be used; ``code`` is the broken row's.  Caught where rows are read."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
