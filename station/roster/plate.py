"""Number plates in one way of writing: ``豫J8K216``, without dot or space.  Pure."""

from __future__ import annotations

import re
import unicodedata

#: GA 36: the mainland's provinces, then police, consulates and the armed police.
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_OTHERS = "使领"
#: Province, office letter, five characters (six for a new-energy car); a word at the end for trailers and schools.
_PLATE = re.compile(rf"(?:[{PROVINCES}{_OTHERS}][A-Z]|WJ[{PROVINCES}]?)[A-HJ-NP-Z0-9]{{4,6}}[挂学警港澳]?")
_SHAPE = re.compile(rf"[{PROVINCES}{_OTHERS}][A-Z][A-Z0-9]{{4,6}}[挂学警港澳]?")
_LEFT_OUT = re.compile(r"[\s·•・.\-—_]")
MAX_PLATE = 9


def normalise(text: str) -> str:
    """*text* in capitals without dots, dashes and spaces; not checked."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text)).upper()


def problem(plate: str) -> str:
    """Why a normalised *plate* cannot be one, as the code of a broken row; empty if it can."""
    if _PLATE.fullmatch(plate):
        return ""
    if _SHAPE.fullmatch(plate):
        return "plate_letter"  # I and O are not used after the office letter
    if re.fullmatch(r"[^A-Z0-9]?[A-Z][A-Z0-9]{4,6}", plate) and plate[0] not in PROVINCES:
        return "plate_province"
    return "plate_shape"
