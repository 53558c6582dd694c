"""Each field of a row: text in, value out, or Broken with the code of what is wrong.  Pure."""

from __future__ import annotations

import re
import unicodedata

from station.credential import roster_code
from station.credential.result import Reason, Refused
from station.roster import plate, private
from station.roster.cells import Cell, Odd
from station.roster.errors import Broken
from station.roster.resident import (
    ID,
    MAX_NAME,
    MAX_PLATES,
    MAX_TAGS,
    Klass,
    is_name,
    is_word,
    normal_name,
)

#: Words that stand for an empty cell.
NOTHING = frozenset(("-", "—", "——", "/", "\\", "无", "暂无", "没有", "n/a", "na", "none", "null", "nil"))
CLASSES: dict[str, Klass] = {
    word: klass
    for klass, words in {
        Klass.RESIDENT: "居民 常住 常住居民 常住人口 业主 住户 户主 家属 租户 租客 本社区居民 resident",
        Klass.RETURNEE: "返乡 返乡人员 返回人员 returnee",
        Klass.VISITOR: "来访 访客 来访人员 visitor",
        Klass.WORKER: "物业 物业人员 保洁 保安 维修 维修工 工人 工作人员 环卫 商户 worker staff",
        Klass.OFFICIAL: "干部 社区干部 公务 网格员 志愿者 民警 official",
        Klass.EMERGENCY: "急救 医护 消防 emergency",
    }.items()
    for word in words.split()
}
_NO_WIDTH = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_BETWEEN = re.compile(r"[,，、;；/|\n]+")
_MASK = re.compile(r"[*＊•●xX]{3,}|[*＊●]")
_TOTALS = re.compile(r"(合计|总计|小计|共计|总数|制表|填表|审核|备注|说明).*")
_PLACEHOLDERS = frozenset(
    ("未知", "不详", "待定", "待补", "测试", "test", "空", "空户", "空房", "无人", "xxx", "姓名未登记")
)


def text_of(cell: Cell) -> str:
    """The text of a cell; empty for the words that mean nothing.

    :raises Broken: for a cell that a spreadsheet changed, or text that lost its characters on the way.
    """
    if isinstance(cell, Odd):
        raise Broken(cell.code)
    if "�" in cell or "??" in cell or "？？" in cell:
        raise Broken("text_lost")
    # Nearly every cell is plain text; the rest is looked at sign by sign.
    text = cell.strip() if cell.isprintable() else _without_invisible(cell)
    return "" if text.lower() in NOTHING else text


def _without_invisible(cell: str) -> str:
    """*cell* without signs of no width; line breaks stay, to be judged by the field."""
    if any(unicodedata.category(sign) in ("Co", "Cn") for sign in cell):
        raise Broken("text_private_sign")
    text = "".join(sign for sign in cell if sign not in _NO_WIDTH)
    if any(not sign.isprintable() and not sign.isspace() for sign in text):
        raise Broken("text_control")
    return text.strip()


def name(text: str) -> str:
    """A name in its normal form."""
    if not text:
        raise Broken("name_missing")
    if private.holds_number(text):
        raise Broken("name_number")
    if _TOTALS.fullmatch(text):
        raise Broken("name_total")
    if text.lower() in _PLACEHOLDERS:
        raise Broken("name_placeholder")
    if _MASK.search(text):
        raise Broken("name_masked")
    if any(sign.isdigit() for sign in text):
        raise Broken("name_digits")
    if "\n" in text or _BETWEEN.search(text):
        raise Broken("name_several")
    normal = normal_name(re.sub(r"[(（][^)）]*[)）]$", "", text))
    if len(normal) > MAX_NAME:
        raise Broken("name_long")
    if not is_name(normal):
        raise Broken("name_signs")
    return normal


def klass(text: str) -> Klass:
    """The class that *text* names."""
    found = CLASSES.get(unicodedata.normalize("NFKC", text).strip().lower())
    if found is None:
        raise Broken("class_unknown")
    return found


def plates(text: str) -> tuple[str, ...]:
    """The number plates in *text*."""
    pieces = [plate.normalise(piece) for piece in re.split(r"[,，、;；/|\n]+|(?<=\w)\s+(?=\S{7})", text)]
    found = tuple(dict.fromkeys(piece for piece in pieces if piece))
    for piece in found:
        problem = plate.problem(piece)
        if problem:
            raise Broken(problem)
    if len(found) > MAX_PLATES:
        raise Broken("plate_many")
    return found


def tags(text: str) -> tuple[str, ...]:
    """The marks in *text*."""
    found = tuple(dict.fromkeys(piece.strip() for piece in _BETWEEN.split(text) if piece.strip()))
    if any(private.holds_number(piece) for piece in found):
        raise Broken("tag_number")
    if not all(is_word(piece) for piece in found):
        raise Broken("tag_long")
    if len(found) > MAX_TAGS:
        raise Broken("tag_many")
    return found


def code(text: str) -> bytes:
    """The 8 bytes on a household's tag."""
    with_prefix = text if text.upper().startswith(roster_code.PREFIX) else roster_code.PREFIX + text
    try:
        return roster_code.decode(with_prefix)
    except Refused as why:
        raise Broken("code_check" if why.reason is Reason.CHECK else "code_shape") from None


def own_id(text: str) -> str:
    """The office's own number for a person."""
    if private.holds_number(text):
        raise Broken("own_id_number")
    if not ID.fullmatch(text):
        raise Broken("own_id_shape")
    return text


def word(text: str, prefix: str) -> str:
    """A compound's or household's name; *prefix* begins the code of what may be wrong."""
    if private.holds_number(text):
        raise Broken(f"{prefix}_number")
    if not is_word(text):
        raise Broken(f"{prefix}_long")
    return text
