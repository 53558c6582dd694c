"""Which column of a file is which field: guessed from the headers, remembered as data by the caller.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from station.roster.errors import RosterFileError

#: The words that people write over each field; the first that a file has wins.  Remarks are never taken.
HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("编号", "人员编号", "居民编号", "id", "residentid", "personid"),
    "name": ("姓名", "居民姓名", "人员姓名", "名字", "name", "fullname"),
    "compound": ("小区", "小区名称", "小区名", "compound", "estate"),
    "building": ("楼号", "楼栋", "楼栋号", "栋号", "幢号", "楼", "栋", "幢", "座", "building"),
    "unit": ("单元", "单元号", "unit"),
    "room": ("房号", "房间号", "室", "室号", "房间", "room", "flat"),
    "place": (
        "住址", "家庭住址", "居住地址", "现住址", "现居住地", "地址", "住房", "房屋", "门牌", "门牌号", "楼室号",
        "楼栋单元房号", "楼号单元房号", "address", "place",
    ),
    "household": ("户号", "户编号", "家庭编号", "household", "householdid"),
    "id_number": (
        "身份证", "身份证号", "身份证号码", "公民身份号码", "证件号码", "证件号", "idnumber", "idcard", "nationalid",
    ),
    "last4": ("身份证后四位", "身份证后4位", "证件后四位", "证件后4位", "last4", "idlast4"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "联系方式", "电话", "电话号码", "本人电话", "phone", "mobile"),
    "phone4": ("手机后四位", "手机后4位", "电话后四位", "电话后4位", "phonelast4", "phone4"),
    "class": ("类别", "人员类别", "人员类型", "类型", "class", "category"),
    "plates": ("车牌", "车牌号", "车牌号码", "车辆", "plate", "plates", "licenseplate"),
    "tags": ("标签", "特殊人群", "tags", "labels"),
    "code": ("门牌码", "户码", "卡码", "门卡编码", "tagcode", "code"),
}  # fmt: skip
_FIELD_OF = {header: field for field, headers in HEADERS.items() for header in headers}
_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_SIGNS = re.compile(r"[\s*:：_\-/.、,，;；'\"#]+")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Field → the header over its column, as written in the file.

    ``fill_down`` names fields whose empty cells mean "as above": what merged cells leave behind.  ``sheet`` is
    the name of the sheet in a workbook; None is the first that has a roster's headers.
    """

    columns: Mapping[str, str]
    fill_down: tuple[str, ...] = ()
    sheet: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The map as plain values, for the caller to keep."""
        return {"columns": dict(self.columns), "fill_down": list(self.fill_down), "sheet": self.sheet}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ColumnMap:
        """The map that :meth:`to_json` wrote.

        :raises RosterFileError: ``mapping`` if it is anything else.
        """
        columns, fill_down, sheet = kept.get("columns"), kept.get("fill_down", []), kept.get("sheet")
        if (
            set(kept) - {"columns", "fill_down", "sheet"}
            or not isinstance(columns, dict)
            or not all(field in HEADERS and isinstance(header, str) for field, header in columns.items())
            or not isinstance(fill_down, list)
            or not all(field in HEADERS for field in fill_down)
            or not (sheet is None or isinstance(sheet, str))
        ):
            raise RosterFileError("mapping", f"column map: unknown or broken; the fields are {', '.join(HEADERS)}")
        return cls(columns, tuple(fill_down), sheet)


def plain(header: str) -> str:
    """*header* without case, spaces, signs and what stands in brackets."""
    folded = unicodedata.normalize("NFKC", header).lower()
    return _SIGNS.sub("", _BRACKETS.sub("", folded))


def guess(headers: Sequence[str]) -> dict[str, str]:
    """Field → header for every header that is known; where two name one field, the more usual word wins."""
    found: dict[str, str] = {}
    for header in headers:
        field = _FIELD_OF.get(plain(header))
        if field is None:
            continue
        words = HEADERS[field]
        if field not in found or words.index(plain(header)) < words.index(plain(found[field])):
            found[field] = header
    return found


def is_header(cells: Sequence[str]) -> bool:
    """Whether a line looks like a roster's headers: a name and one thing more."""
    found = guess(cells)
    return "name" in found and len(found) >= 2


def positions(headers: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Field → index of its column.

    :raises RosterFileError: ``column_missing``, ``column_twice`` or ``column_needed``.
    """
    found = {}
    wanted = {field: plain(header) for field, header in columns.items()}
    present = [plain(header) for header in headers]
    for field, header in wanted.items():
        if present.count(header) > 1:
            raise RosterFileError("column_twice", f"column {columns[field]!r}: stands over two columns; rename one")
        if header not in present:
            raise RosterFileError(
                "column_missing", f"column {columns[field]!r} ({field}): not in this file; it has {_listed(headers)}"
            )
        found[field] = present.index(header)
    if "name" not in found:
        raise RosterFileError("column_needed", f"no column of names (姓名); the file has {_listed(headers)}")
    return found


def _listed(headers: Iterable[str]) -> str:
    return ", ".join(header.strip()[:20] for header in headers if header.strip())[:200]
