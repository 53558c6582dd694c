"""What could not be done, in the language of the page.

Errors speak English: to programs, to logs, to whoever types commands.  For a Chinese page their sentences are looked
up in ``templates/troubles.toml``, which holds each beside its Chinese; a test holds that file against every sentence
that a page can provoke.  What is not found there is never shown: the page then says that it cannot tell why.  Pure but
for the file, which is read once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: The twenty faults of a list, and one of them: looking up takes the third power of what a hostile file makes of it.
MAX_LENGTH, _MAX_SENTENCE = 8_000, 600
#: A list names its line, the line its field, the field what is wrong.
_MAX_DEPTH = 4
_GAP = re.compile(r"\{(\w+)\}")
_JOINED = "; "
_LINES = re.compile(r"; (?=line [0-9]+: )")


@dataclass(frozen=True, slots=True)
class _Sentence:
    pattern: re.Pattern[str]
    zh: str
    #: How much of it is fixed: of several that fit, the one that says most is meant.
    weight: int


@dataclass(frozen=True, slots=True)
class Troubles:
    """Sentences of errors with their Chinese, and the names of the fields that they speak of."""

    sentences: tuple[_Sentence, ...]
    fields: Mapping[str, str]

    def chinese(self, text: str) -> str | None:
        """*text* in Chinese, None if it is no sentence of ours."""
        return None if len(text) > MAX_LENGTH else self._chinese(text, _MAX_DEPTH)

    def _chinese(self, text: str, depth: int) -> str | None:
        if depth == 0:
            return None
        lines = _LINES.split(text)
        if len(lines) > 1:
            return self._all(lines, depth)
        if len(text) > _MAX_SENTENCE:
            return None
        for sentence in self.sentences:
            found = sentence.pattern.fullmatch(text)
            if found is None:
                continue
            gaps = found.groupdict()
            if "field" in gaps:
                gaps["field"] = self.fields.get(gaps["field"], gaps["field"])
            if "said" in gaps:
                said = self._chinese(gaps["said"], depth - 1)
                if said is None:
                    continue
                gaps["said"] = said
            return sentence.zh.format(**gaps)
        return self._all(text.split(_JOINED), depth) if _JOINED in text else None

    def _all(self, parts: Sequence[str], depth: int) -> str | None:
        said = [self._chinese(part, depth - 1) for part in parts]
        return None if None in said else "；".join(each for each in said if each)


@cache
def load_troubles() -> Troubles:
    """The sentences of ``templates/troubles.toml``, those that say most first."""
    path = Path(__file__).parent / "templates" / "troubles.toml"
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    sentences = [_sentence(row["en"], row["zh"]) for row in document["trouble"]]
    return Troubles(tuple(sorted(sentences, key=lambda each: -each.weight)), document["fields"])


def _sentence(en: str, zh: str) -> _Sentence:
    fixed = _GAP.split(en)[::2]
    # What changes goes not beyond the sentence: several of them may stand in a row.
    gap = {"said": ".*?", "field": r"\w*"}
    parts = [
        f"(?P<{part}>{gap.get(part, '(?:(?!; ).)*?')})" if at % 2 else re.escape(part)
        for at, part in enumerate(_GAP.split(en))
    ]
    return _Sentence(re.compile("".join(parts), re.DOTALL), zh, sum(map(len, fixed)))
