"""Files as offices send them, small; and residents and orders made from them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from station.credential.id_number import check_digit
from station.roster import Resident
from station.roster.content import encode_snapshot
from station.wire.order import Order, OrderKind

HEADERS = (
    "编号",
    "姓名",
    "小区",
    "住址",
    "身份证号",
    "身份证后四位",
    "手机号",
    "类别",
    "车牌号",
    "标签",
    "门牌码",
    "户号",
)
GOOD = {
    "编号": "a1",
    "姓名": "李建国",
    "小区": "",
    "住址": "3号楼2单元501",
    "身份证号": "11010519491231002X",
    "身份证后四位": "",
    "手机号": "13800001234",
    "类别": "居民",
    "车牌号": "豫J·8K216",
    "标签": "",
    "门牌码": "",
    "户号": "",
}


def id_number(serial: int, region: str = "410902", born: str = "19800315") -> str:
    """A whole, valid ID number that nobody has."""
    first = f"{region}{born}{serial:03d}"
    return first + check_digit(first)


def write_csv(
    path: Path, rows: Iterable[Sequence[object]], encoding: str = "utf-8", delimiter: str = ",", newline: str = "\r\n"
) -> Path:
    """*rows* as a CSV file at *path*."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return path


def write_xlsx(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook at *path*."""
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def resident(number: int, name: str, place: str = "3-2-501", **more: object) -> Resident:
    """A resident for tests; ``last4`` is the number."""
    values = {"household": place, "last4": f"{number % 10_000:04d}"} | more
    return Resident(f"r{number}", name, place, **values)  # type: ignore[arg-type]  # mixed values by keyword


def order(kind: OrderKind, number: int, content: bytes, base: int | None = None) -> Order:
    """An order as it comes out of its verified document."""
    return Order(kind, number, ("*",), "office:test", 1_700_000_000_000, content, base)


def roster_order(number: int, people: Iterable[Resident]) -> Order:
    """A snapshot of *people*."""
    return order(OrderKind.ROSTER, number, encode_snapshot(people))
