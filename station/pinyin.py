"""How a name can be read: every reading of its surname, and of the syllables that people doubt.

Used where a roster is made, never at the gate: pypinyin takes half a second and 50 MB to load.  It reads
surnames as everyday words (单 as dan, 曾 as ceng), so :data:`SURNAMES` says what is right; the everyday reading
is kept beside it, because a volunteer who does not know better types that one.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache

#: Two readings of the surname and of two syllables.
MAX_READINGS = 8

#: Surnames that sound different from the everyday word: the surname's readings, the usual one first.
SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan",),
    "曾": ("zeng",),
    "仇": ("qiu",),
    "解": ("xie",),
    "区": ("ou",),
    "查": ("zha",),
    "朴": ("piao",),
    "盖": ("ge",),
    "翟": ("zhai",),
    "乐": ("yue",),
    "缪": ("miao",),
    "员": ("yun",),
    "谌": ("chen", "shen"),
    "郗": ("xi", "chi"),
    "折": ("she",),
    "黑": ("he",),
    "覃": ("qin",),
    "牟": ("mou", "mu"),
    "秘": ("bi",),
    "宓": ("mi", "fu"),
    "繁": ("po",),
    "种": ("chong",),
    "洗": ("xian",),
    "乜": ("nie",),
    "么": ("yao",),
    "柏": ("bai", "bo"),
    "召": ("shao",),
    "祭": ("zhai",),
    "不": ("fou",),
    "佴": ("nai",),
    "隗": ("wei", "kui"),
    "郇": ("xun", "huan"),
    "郄": ("qie", "xi"),
    "莘": ("shen", "xin"),
    "尉": ("wei", "yu"),
    "都": ("du",),
    "粘": ("nian",),
    "句": ("gou",),
    "角": ("jue",),
    "阚": ("kan",),
    "那": ("na", "nuo"),
    "卜": ("bu",),
    "盛": ("sheng", "cheng"),
    "能": ("nai",),
    "单于": ("chan yu",),
    "尉迟": ("yu chi",),
    "万俟": ("mo qi",),
    "长孙": ("zhang sun",),
    "澹台": ("tan tai",),
    "鲜于": ("xian yu",),
    "宰父": ("zai fu",),
    "亓官": ("qi guan",),
}
#: Surnames of two characters: where the given name begins.
COMPOUND_SURNAMES = frozenset((
    "万俟", "上官", "东方", "东郭", "亓官", "令狐", "仲孙", "公冶", "公孙", "公羊", "单于", "南宫",
    "南门", "司徒", "司空", "司马", "呼延", "夏侯", "太叔", "宇文", "宗政", "宰父", "尉迟", "左丘",
    "慕容", "拓跋", "梁丘", "欧阳", "淳于", "澹台", "濮阳", "独孤", "申屠", "百里", "皇甫", "端木",
    "第五", "纳兰", "西门", "诸葛", "赫连", "轩辕", "钟离", "长孙", "闻人", "闾丘", "鲜于",
))  # fmt: skip
#: Characters of given names that families read in more than one way.
DOUBTFUL: dict[str, tuple[str, ...]] = {
    "乐": ("le", "yue"),
    "茜": ("qian", "xi"),
    "晟": ("sheng", "cheng"),
    "盛": ("sheng", "cheng"),
    "朝": ("chao", "zhao"),
    "长": ("chang", "zhang"),
    "行": ("xing", "hang"),
    "重": ("chong", "zhong"),
    "莘": ("xin", "shen"),
    "娜": ("na", "nuo"),
    "柏": ("bai", "bo"),
    "阿": ("a", "e"),
    "隽": ("jun", "juan"),
    "奇": ("qi", "ji"),
    "贾": ("jia", "gu"),
    "传": ("chuan", "zhuan"),
    "曾": ("zeng", "ceng"),
    "单": ("dan", "shan"),
    "艾": ("ai", "yi"),
    "会": ("hui", "kuai"),
    "殷": ("yin", "yan"),
    "尉": ("wei", "yu"),
    "炅": ("jiong", "gui"),
}
_PIECES = re.compile(r"[㐀-鿿\U00020000-\U0003ffff〇]|[A-Za-zÀ-ɏ]+|[·\s]+")
_HANZI = re.compile(r"[㐀-鿿\U00020000-\U0003ffff〇]")


def readings(name: str) -> tuple[str, ...]:
    """Every way to read *name*, the likeliest first, at most :data:`MAX_READINGS`.

    Syllables have spaces between them, and a comma follows the surname (or the first part of a name written
    with a middle dot or in Latin letters): ``zeng,yang``, ``ou yang,xiu wen``.  Empty for a name in another script.
    """
    surname, given = _split(name)
    first = _surname_readings(surname)
    rest = [_given_readings(piece) for piece in _PIECES.findall(given) if piece.strip("· ")]
    options = [tuple(option for option in piece if option) for piece in rest]
    found: dict[str, None] = {}
    for chosen in itertools.product(first, *(option for option in options if option)):
        parts = [part for part in (chosen[0], " ".join(chosen[1:])) if part]
        if parts:
            found.setdefault(",".join(parts))
        if len(found) == MAX_READINGS:
            break
    return tuple(found)


def _split(name: str) -> tuple[str, str]:
    """The surname and the rest; a name with a dot or space is split there."""
    parts = re.split(r"[·\s]+", name, maxsplit=1)
    if len(parts) > 1:
        return parts[0], parts[1]
    size = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return (name[:size], name[size:]) if _HANZI.match(name) else (name, "")


def _surname_readings(surname: str) -> tuple[str, ...]:
    pieces = [piece for piece in _PIECES.findall(surname) if piece.strip("· ")]
    everyday = " ".join(filter(None, map(_everyday, pieces)))
    right = SURNAMES.get(surname, ())
    return tuple(dict.fromkeys((*right, everyday))) if everyday or right else ("",)


def _given_readings(piece: str) -> tuple[str, ...]:
    return DOUBTFUL.get(piece) or (_everyday(piece),)


#: The two thousand characters of a county's names, twice over.
@lru_cache(maxsize=4096)
def _everyday(piece: str) -> str:
    """The everyday reading of one character, or a Latin word in plain small letters; empty if there is none."""
    if not _HANZI.match(piece):
        plain = unicodedata.normalize("NFKD", piece).encode("ascii", "ignore").decode().lower()
        return re.sub(r"[^a-z]", "", plain)
    from pypinyin import Style, lazy_pinyin

    syllable = lazy_pinyin(piece, style=Style.NORMAL, errors="ignore", v_to_u=False)
    return re.sub(r"[^a-z]", "", syllable[0]) if syllable else ""
