"""No whole ID or phone number reaches the gate: planted everywhere in the office's file, found nowhere after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.register import Register
from station.roster import ContentError
from station.roster.command import dry_run, snapshot
from station.roster.isolation import StatusKind, StatusRow, encode_isolation
from station.wire.order import OrderKind
from tests.station.roster_samples import id_number, order, resident, roster_order, write_csv, write_xlsx

PEOPLE = 40
HEADERS = ("姓名", "住址", "身份证号", "手机号", "监护人电话", "备注", "户主身份证")


def planted(number: int) -> tuple[str, str, str, str]:
    return id_number(number), f"1380000{number:04d}", f"1390000{number:04d}", id_number(500 + number)


def rows() -> Iterator[tuple[str, ...]]:
    yield HEADERS
    for number in range(PEOPLE):
        own, phone, guardian, head = planted(number)
        yield "王芳", f"{number + 1}-1-101", own, phone, guardian, f"见 {head}，电话 {guardian}", head


def spellings(number: str) -> Iterator[bytes]:
    """The ways in which bytes of a file could hold *number*, or all of it but the end that may be kept."""
    for text in (number, number[:-4]):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield text.encode(encoding)
            yield text[::-1].encode(encoding)
    if number.isdigit():
        for length in ((int(number).bit_length() + 7) // 8, 8):
            yield int(number).to_bytes(length, "big")
            yield int(number).to_bytes(length, "little")
    yield bytes.fromhex(number[:10])


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("register.db*")))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_planted_numbers_are_nowhere_in_the_order_or_the_register(tmp_path: Path, form: str) -> None:
    listed = list(rows())
    path = (
        write_csv(tmp_path / "花名册.csv", listed)
        if form == "csv"
        else write_xlsx(tmp_path / "花名册.xlsx", {"表": listed})
    )
    content = snapshot(dry_run(path))
    with Register(tmp_path / "register.db") as register:
        register.apply(order(OrderKind.ROSTER, 1, content), 1)
        # Looked at while it is open, so that the write-ahead log is looked at too.
        stored = bytes_of(tmp_path)
        assert register.count() == PEOPLE
    for haystack in (content, stored):
        for number in range(PEOPLE):
            own, phone, _, _ = planted(number)
            # The control: what may be kept is there, so the search below looks in the right place.
            assert own[-4:].encode() in haystack
            assert phone[-4:].encode() in haystack
            for secret in planted(number):
                assert not [spelling for spelling in spellings(secret) if spelling in haystack]


def test_the_search_for_planted_numbers_would_find_one(tmp_path: Path) -> None:
    """The twin that must fail: a number that somebody did let in is found."""
    own = planted(7)[0]
    with Register(tmp_path / "register.db") as register:
        register.apply(roster_order(1, [resident(1, "王芳", tags=(own[:10],))]), 1)
        writer = register._writer
        assert writer is not None
        writer.execute("UPDATE resident SET tags = ?", (own,))
        stored = bytes_of(tmp_path)
    assert [spelling for spelling in spellings(own) if spelling in stored]


@pytest.mark.parametrize("field", ["name", "compound", "household", "tags", "id", "place"])
def test_an_order_that_holds_a_whole_number_is_refused(field: str) -> None:
    phone = "13800001234"
    values: dict[str, dict[str, object]] = {
        "name": {"name": f"王芳{phone}"},
        "compound": {"compound": phone},
        "household": {"household": id_number(1)},
        "tags": {"tags": (f"女儿 {phone}",)},
        "id": {"id": phone},
        "place": {"place": f"和平巷{phone}"},
    }
    good = resident(1, "王芳")
    bad = type(good)(**{name: getattr(good, name) for name in good.__slots__} | values[field])
    with pytest.raises(ContentError):
        roster_order(1, [bad])
    with pytest.raises(ContentError):
        encode_isolation([StatusRow(StatusKind.ISOLATION, person="r1", responsible=f"周敏 {phone}")])


def test_somebody_who_left_the_roster_leaves_the_file(tmp_path: Path) -> None:
    gone = resident(1, "欧阳修文", "3-2-501", readings=("ou yang,xiu wen",), plates=("豫J8K216",))
    with Register(tmp_path / "register.db") as register:
        register.apply(roster_order(1, [gone, resident(2, "王芳")]), 1)
        assert "欧阳修文".encode() in bytes_of(tmp_path)
        register.apply(roster_order(2, [resident(2, "王芳")]), 2)
        stored = bytes_of(tmp_path)
    for trace in ("欧阳修文", "ouyang", "oyxw", "豫J8K216", "豫j8k216"):
        assert trace.encode() not in stored


def test_a_person_is_not_in_their_repr() -> None:
    person = resident(1, "欧阳修文", plates=("豫J8K216",), phone4="5678")
    assert not {secret for secret in ("欧阳", "3-2-501", "0001", "5678", "8K216") if secret in repr(person)}
