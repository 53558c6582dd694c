"""A pass to be printed or shown on a phone: one HTML page that needs nothing but itself.  Pure.

The code is drawn as SVG with error correction M; a module is at least half a millimetre on paper, so that a cheap
printer and a cheap camera agree.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

import segno

from station.credential.pass_book import IssuedPass
from station.credential.result import GatePass

#: Modules of white around a code (ISO/IEC 18004).
QUIET = 4
#: A full pass with a name of four characters; longer names make a larger code, which still works.
SMALL_VERSION = 9


class Form(StrEnum):
    """What the pass is put on."""

    A6 = "a6"  # one sheet for each
    A4 = "a4"  # four on a sheet, to be cut
    R58 = "r58"  # receipt printers
    R80 = "r80"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Look:
    """Page, code and letters of one form; lengths in millimetres."""

    page: str
    margin: float
    code: float
    letters: float


LOOKS = {
    Form.A6: Look("105mm 148mm", 7, 56, 3.9),
    Form.A4: Look("210mm 297mm", 0, 56, 3.9),
    Form.R58: Look("58mm 132mm", 3, 46, 3.3),
    Form.R80: Look("80mm 150mm", 4, 58, 3.8),
    Form.PHONE: Look("", 0, 0, 0),
}

_WORDS = {
    "zh-Hans": {
        "title": "出入证", "formal": "通行证明", "last4": "证件尾号", "household": "住址", "purpose": "事由",
        "ways": "方向", "valid": "有效期", "until": "至", "minutes": "每次在外", "minutes_n": "不超过 {n} 分钟",
        "outings": "每日次数", "outings_n": "{n} 次", "plates": "车牌", "number": "编号", "both": "出入", "out": "仅出",
        "in": "仅进",
        "note": "仅限本人使用，过期作废。进出时请出示此码。", "1": "居民", "2": "工作人员", "3": "公务", "4": "来访",
    },
    "en": {
        "title": "Gate pass", "formal": "", "last4": "ID ends in", "household": "Household", "purpose": "For",
        "ways": "Direction", "valid": "Valid", "until": "to", "minutes": "Each time out",
        "minutes_n": "{n} minutes at most",
        "outings": "A day", "outings_n": "{n} times", "plates": "Plates", "number": "Number", "both": "out and in",
        "out": "out only", "in": "in only", "note": "For the holder alone. Show this code at the gate.",
        "1": "Resident", "2": "Worker", "3": "Official", "4": "Visitor",
    },
}  # fmt: skip
LANGUAGES = tuple(_WORDS)

_CSS = """
* { box-sizing: border-box; margin: 0; padding: 0; }
body { font-family: "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Microsoft YaHei", sans-serif; color: #000; }
body { background: #fff; }
.pass { display: flex; flex-direction: column; align-items: center; break-inside: avoid; text-align: center; }
.head { width: 100%; display: flex; justify-content: space-between; align-items: baseline; }
h1 { font-size: 1.9em; letter-spacing: 0.12em; }
.issuer { font-size: 1em; }
svg { display: block; background: #fff; }
.name { font-size: 1.9em; font-weight: 700; line-height: 1.2; }
dl { width: 100%; display: grid; grid-template-columns: auto 1fr; gap: 0.15em 0.7em; text-align: left; }
dl { line-height: 1.3; }
dt { color: #444; }
dd { font-weight: 600; overflow-wrap: anywhere; }
.note { font-size: 0.82em; margin-top: 0.5em; }
.cut { break-after: page; }
.cut:last-child { break-after: auto; }
"""
_PHONE_CSS = """
body { padding: 4vmin; font-size: 18px; max-width: 560px; margin: auto; }
svg { width: min(100%, 62vh); height: auto; }
.pass { min-height: 96vh; margin-bottom: 4vh; }
"""


def code_of(text: str) -> segno.QRCode:
    """The QR code of a pass, error correction M and no larger than it must be."""
    return segno.make(text, error="m", micro=False, boost_error=False)


def png(text: str, scale: int = 8) -> bytes:
    """The code as a picture, *scale* pixels a module: for a printer's own program or a message."""
    out = io.BytesIO()
    code_of(text).save(out, kind="png", scale=scale, border=QUIET)
    return out.getvalue()


def page(
    passes: Sequence[IssuedPass], form: Form, issuer: str, zone: datetime.tzinfo, language: str = "zh-Hans"
) -> str:
    """One page with *passes* in their order; *issuer* stands in the head of each."""
    words = _WORDS[language]
    look = LOOKS[form]
    cards = [_card(one, look, issuer, zone, words) for one in passes]
    if form is Form.A4:
        sheets = [cards[at : at + 4] for at in range(0, len(cards), 4)]
        body = "".join(f'<section class="sheet cut">{"".join(sheet)}</section>' for sheet in sheets)
    else:
        body = "".join(f'<section class="cut">{card}</section>' for card in cards)
    title = words["title"] if len(passes) != 1 else f"{words['title']} {passes[0].claims.pass_id.hex()[:8]}"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{_CSS}{_form_css(form, look)}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _form_css(form: Form, look: Look) -> str:
    if form is Form.PHONE:
        return _PHONE_CSS
    rules = f"@page {{ size: {look.page}; margin: {look.margin}mm; }}\nbody {{ font-size: {look.letters}mm; }}\n"
    if form is Form.A4:
        rules += (
            ".sheet { display: grid; grid-template: repeat(2, 148mm) / repeat(2, 105mm); }\n"
            ".pass { padding: 7mm; outline: 0.2mm dashed #999; }\n"
        )
    else:
        # On a screen the sheet has the size of the paper too.
        width, _, height = look.page.partition(" ")
        rules += (
            f"@media screen {{ body {{ width: {width}; }} .cut {{ height: {height}; padding: {look.margin}mm; }} }}\n"
        )
    return rules


def _card(issued: IssuedPass, look: Look, issuer: str, zone: datetime.tzinfo, words: dict[str, str]) -> str:
    claims = issued.claims
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _rows(claims, zone, words))
    return (
        f'<article class="pass"><div class="head"><h1>{escape(words["title"])}</h1>'
        f'<span class="issuer">{escape(issuer)}</span></div>'
        f"{_svg(issued.code, look.code)}"
        f'<p class="name">{escape(claims.name or "")}</p><dl>{rows}</dl>'
        f'<p class="note">{escape(words["note"])}</p></article>'
    )


def _svg(text: str, millimetres: float) -> str:
    """The code as inline SVG; its modules are one path, so that no line shows between them."""
    found = code_of(text)
    out = io.BytesIO()
    found.save(out, kind="svg", border=QUIET, xmldecl=False, svgns=False, omitsize=True, nl=False, lineclass=None)
    size = f' width="{millimetres}mm" height="{millimetres}mm"' if millimetres else ""
    return out.getvalue().decode("ascii").replace("<svg", f'<svg{size} shape-rendering="crispEdges" role="img"', 1)


def _rows(claims: GatePass, zone: datetime.tzinfo, words: dict[str, str]) -> list[tuple[str, str]]:
    ways = "both" if claims.leave and claims.enter else "out" if claims.leave else "in"
    begin = f"{datetime.datetime.fromtimestamp(claims.not_before_s, zone):%Y-%m-%d %H:%M}"
    end = _end(claims.expires_s, zone)
    rows = [
        (words["last4"], claims.id_last4),
        (words["household"], claims.household),
        (words["purpose"], words.get(str(claims.purpose), None if claims.purpose is None else str(claims.purpose))),
        (words["ways"], words[ways]),
        (words["valid"], f"{begin} {words['until']} {end}"),
        (words["minutes"], _with_n(words["minutes_n"], claims.max_minutes_out)),
        (words["outings"], _with_n(words["outings_n"], claims.entries_allowed)),
        (words["plates"], " ".join(claims.plates) or None),
        (words["number"], claims.pass_id.hex()),
    ]
    return [(name, value) for name, value in rows if value]


def _with_n(word: str, number: int | None) -> str | None:
    return None if number is None else word.format(n=number)


def _end(at_s: int, zone: datetime.tzinfo) -> str:
    """The end of a pass as people say it: midnight is 24:00 of the day that ends."""
    at = datetime.datetime.fromtimestamp(at_s, zone)
    if (at.hour, at.minute, at.second) == (0, 0, 0):
        return f"{at - datetime.timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{at:%Y-%m-%d %H:%M}"
