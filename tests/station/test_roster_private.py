from __future__ import annotations

import pytest

from station.roster.private import holds_number, shown


@pytest.mark.parametrize(
    "text",
    [
        "13800001234", "电话13800001234", "138-0000-1234", "138 0000 1234",
        "１３８００００１２３４", "+86 138-0000-1234",
        "11010519491231002X", "110105 19491231 002X", "110105-19491231-0021",
        "110105491231002", "1.3.8.0.0.0.0.1.2.3.4",
    ],
)  # fmt: skip
def test_a_whole_number_is_seen_in_any_dress(text: str) -> None:
    assert holds_number(text)
    assert holds_number(f"李{text}。")


@pytest.mark.parametrize(
    "text",
    ["", "3-2-501", "12-3-1804", "2020-02-10", "2020-02-10 至 2020-02-24", "豫J8K216", "002X", "a1b2c3", "0393-888123"],
)
def test_what_else_is_written_is_no_number(text: str) -> None:
    assert not holds_number(text)


def test_a_number_is_starred_in_a_report() -> None:
    assert shown("13800001234") == "*********34"
    assert shown("李建国 13800001234") == "李建国 *********34"
    assert shown("501") == "501"
    assert shown("李\x07敏") == "李�敏"
    assert len(shown("很" * 100)) == 40
