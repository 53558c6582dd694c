"""What is wrong with one cell of a file.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from station.roster.advice import ADVICE


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken cell: where it stands, what stands there (long numbers starred), and the code of what is wrong."""

    file: str
    row: int
    column: str
    value: str = field(repr=False)
    code: str

    def advice(self, language: str = "en") -> str:
        """What to do, in ``zh`` or ``en``."""
        chinese, english = ADVICE[self.code]
        return chinese if language.startswith("zh") else english

    def line(self, language: str = "en") -> str:
        """The whole problem in one line: file, row, column, value, what to do."""
        row = f"第{self.row}行" if language.startswith("zh") else f"row {self.row}"
        return f"{self.file} {row} [{self.column}] {self.value!r}: {self.advice(language)}"
