"""Isolation, passes and notices as the content of an order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from station.roster import ContentError
from station.roster.isolation import (
    ClosedRow,
    RiskLevel,
    RiskRow,
    StatusKind,
    StatusRow,
    decode_isolation,
    encode_isolation,
)
from station.roster.notices import Notice, decode_notices, encode_notices
from station.roster.passes import KnownPass, decode_passes, encode_passes

DAY_MS = 86_400_000
ISOLATION = (
    StatusRow(
        StatusKind.ISOLATION, person="r1", category="密接触类", from_ms=5, until_ms=14 * DAY_MS, responsible="周敏"
    ),
    StatusRow(StatusKind.SELF_MONITORING, household="5-1-301"),
    StatusRow(StatusKind.TRAVEL, person="r2", from_ms=1, until_ms=3),
    ClosedRow("7", reason="疫点 2020.02.10"),
    ClosedRow("*", compound="幸福里小区", from_ms=9),
    RiskRow("河南省某市某区", RiskLevel.MEDIUM, 1, 2),
)
PASSES = (
    KnownPass(b"pass0001", 1, 2, resident="r1", minutes_out=120, outings_a_day=1),
    KnownPass(b"pass0002", 1, 2, holder="刘师傅", leave=False),
    KnownPass(b"13800001", 1, 2, enter=False),
)
NOTICES = (
    Notice("n2", {"zh-Hans": "今晚停水，电话 0393-8881234", "en": "No water tonight"}, 1, 2, spoken=True),
    Notice("n1", {"zh-Hans": "核酸检测 2020-02-10 08:00"}),
)


def test_each_list_comes_back_as_it_was() -> None:
    assert decode_isolation(encode_isolation(ISOLATION)) == ISOLATION
    assert decode_passes(encode_passes(PASSES)) == tuple(sorted(PASSES, key=lambda known: known.id))
    assert decode_notices(encode_notices(NOTICES)) == NOTICES


def test_an_empty_list_is_a_list() -> None:
    assert decode_isolation(encode_isolation([])) == ()
    assert decode_passes(encode_passes([])) == ()
    assert decode_notices(encode_notices([])) == ()


@pytest.mark.parametrize(
    ("decode", "good", "change"),
    [
        (decode_isolation, encode_isolation(ISOLATION[:1]), change)
        for change in (
            {"status": "healthy"}, {"status": "none"}, {"status": None}, {"household": "5-1-301"}, {"person": "a b"},
            {"responsible": "周敏 13800001234"}, {"from_ms": -1}, {"from_ms": "1"}, {"until_ms": 1.5}, {"colour": 1},
            {"category": ""}, {"person": None},
        )
    ]
    + [
        (decode_isolation, encode_isolation(ISOLATION[3:4]), change)
        for change in ({"closed": "7号楼"}, {"closed": "07"}, {"closed": ""}, {"closed": 7}, {"status": "isolation"})
    ]
    + [
        (decode_isolation, encode_isolation(ISOLATION[5:6]), change)
        for change in ({"level": "low"}, {"level": None}, {"risk": "x" * 81})
    ]
    + [
        (decode_passes, encode_passes(PASSES[:1]), change)
        for change in (
            {"id": "12"}, {"id": None}, {"id": "AB" * 8}, {"until_ms": 1}, {"ways": "up"}, {"ways": None},
            {"minutes_out": 65_536}, {"outings_a_day": -1}, {"holder": "刘*"}, {"resident": "13800001234"}, {"x": 1},
        )
    ]
    + [
        (decode_notices, encode_notices(NOTICES[:1]), change)
        for change in (
            {"id": ""}, {"text": "今晚停水"}, {"text": {}}, {"text": {"Chinese!": "x"}}, {"text": {"en": "x" * 601}},
            {"spoken": 1}, {"spoken": False}, {"x": 1},
        )
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused(decode: Callable[[bytes], object], good: bytes, change: dict[str, Any]) -> None:
    head, row = (json.loads(line) for line in good.splitlines())
    changed = {name: value for name, value in (row | change).items() if value is not None}
    texts = (json.dumps(each, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for each in (head, changed))
    with pytest.raises(ContentError):
        decode("".join(text + "\n" for text in texts).encode())


def test_the_head_counts_the_rows_and_no_pass_comes_twice() -> None:
    for decode, good in (
        (decode_isolation, encode_isolation(ISOLATION)),
        (decode_passes, encode_passes(PASSES)),
        (decode_notices, encode_notices(NOTICES)),
    ):
        first, *rest = good.splitlines(keepends=True)
        with pytest.raises(ContentError):
            decode(first + b"".join(rest[:-1]))
    with pytest.raises(ContentError):
        encode_passes([PASSES[0], PASSES[0]])
    with pytest.raises(ContentError):
        encode_notices([NOTICES[0], NOTICES[0]])


def test_one_list_is_not_read_as_another() -> None:
    with pytest.raises(ContentError):
        decode_passes(encode_isolation([]))
