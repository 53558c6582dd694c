from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.pinyin import COMPOUND_SURNAMES, DOUBTFUL, MAX_READINGS, SURNAMES, readings
from station.roster.resident import READING


@pytest.mark.parametrize(
    ("name", "right", "everyday"),
    [
        ("单丹", "shan,dan", "dan,dan"),
        ("曾阳", "zeng,yang", "ceng,yang"),
        ("仇和", "qiu,he", "chou,he"),
        ("解晓东", "xie,xiao dong", "jie,xiao dong"),
        ("区志强", "ou,zhi qiang", "qu,zhi qiang"),
        ("查良", "zha,liang", "cha,liang"),
        ("朴正", "piao,zheng", "pu,zheng"),
        ("盖伟", "ge,wei", "gai,wei"),
        ("翟伟", "zhai,wei", "di,wei"),
        ("乐伟", "yue,wei", "le,wei"),
        ("缪伟", "miao,wei", "mou,wei"),
        ("覃伟", "qin,wei", "tan,wei"),
        ("尉迟恭", "yu chi,gong", "wei chi,gong"),
        ("万俟伟", "mo qi,wei", "wan qi,wei"),
    ],
)
def test_a_surname_is_read_rightly_and_as_everybody_misreads_it(name: str, right: str, everyday: str) -> None:
    found = readings(name)
    assert found[0] == right
    assert everyday in found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("李敏", ("li,min",)),
        ("欧阳修文", ("ou yang,xiu wen",)),
        ("欧阳", ("ou,yang",)),
        ("吕布", ("lv,bu",)),
        ("张单", ("zhang,dan", "zhang,shan")),
        ("买买提·吐尔逊", ("mai mai ti,tu er xun",)),
        ("John Smith", ("john,smith",)),
        ("José", ("jose",)),
        ("李A", ("li,a",)),
        ("Иван", ()),
        ("", ()),
    ],
)
def test_readings(name: str, expected: tuple[str, ...]) -> None:
    assert readings(name) == expected


def test_the_tables_hold_what_they_should() -> None:
    assert len(SURNAMES) >= 30
    assert all(len(surname) in (1, 2) for surname in SURNAMES)
    assert {surname for surname in SURNAMES if len(surname) == 2} <= COMPOUND_SURNAMES
    assert all(len(options) > 1 for options in DOUBTFUL.values())
    from pypinyin import lazy_pinyin

    # A row that says what pypinyin says by itself would be dead weight.
    assert [name for name, right in SURNAMES.items() if len(name) == 1 and right == (lazy_pinyin(name)[0],)] == []


@given(st.text(alphabet="单曾乐晟茜欧阳尉迟李王建国·A z𠮷𬭛龘", max_size=20) | st.text(max_size=20))
def test_any_name_has_well_formed_readings_and_not_too_many(name: str) -> None:
    found = readings(name)
    assert len(found) <= MAX_READINGS
    assert len(set(found)) == len(found)
    assert all(READING.fullmatch(reading) for reading in found)


def test_the_gate_never_loads_pypinyin(tmp_path: object) -> None:
    program = (
        "import sys\n"
        "from station.register import Register\n"
        "from station.wire.order import Order, OrderKind\n"
        'content = \'{"list":"roster","people":1,"v":1}\\n\''
        '\'{"id":"r1","name":"\\u66fe\\u9633","py":["zeng,yang"]}\\n\'\n'
        f"register = Register({str(tmp_path)!r} + '/register.db')\n"
        "register.apply(Order(OrderKind.ROSTER, 1, ('*',), 'o', 0, content.encode()), 0)\n"
        "assert [found.name for found in register.search('zy')] == ['\\u66fe\\u9633']\n"
        "assert not {'pypinyin', 'openpyxl', 'sqlite_utils'} & set(sys.modules), 'loaded'\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
