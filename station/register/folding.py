"""One spelling for text that means the same: width, case, traditional and simplified characters, dots."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

_DOTS = re.compile(r"[·•・‧∙'’]")


def fold(text: str) -> str:
    """*text* in half-width small letters and simplified characters, without middle dots and apostrophes."""
    plain = _DOTS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return plain if plain.isascii() else "".join(map(_simplified, plain))


#: The characters of a county's names and places, twice over.
@lru_cache(maxsize=8192)
def _simplified(sign: str) -> str:
    return sign if sign.isascii() else _converter()(sign)


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    """OpenCC's table; loaded when the first character beyond ASCII comes, a quarter of a second and 9 MB.

    Character by character: its table of phrases would fold 李乾 and 乾 in two ways.
    """
    import opencc

    converter = opencc.OpenCC("t2s")
    return lambda sign: str(converter.convert(sign))
