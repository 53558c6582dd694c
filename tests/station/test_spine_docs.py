"""docs/formats.md and docs/policy.md say what the program does; docs/lane.md and docs/settings.md are held to it
beside what they describe (test_lane_acts.py, test_config.py)."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from station import kinds
from station.facts import Facts, choices
from station.policy.file import RESERVED
from station.policy.policy import Outcome, Temperature
from station.wire.entry import Header
from station.wire.order import OrderKind

DOCS = Path(__file__).parents[2] / "docs"
FORMATS, POLICY = (DOCS.joinpath(name).read_text("utf-8") for name in ("formats.md", "policy.md"))


def section(text: str, title: str) -> str:
    """What stands under the heading *title*, up to the next heading."""
    return re.split(r"\n#+ ", text.split(f"# {title}", 1)[1], maxsplit=1)[0]


def rows(text: str) -> dict[str, str]:
    """The first two columns of a table, by the names in the first."""
    found = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|", text, re.MULTILINE)
    return {name: means for names, means in found for name in re.findall(r"`([^`]+)`", names)}


def test_every_kind_of_entry_is_documented_with_its_meaning() -> None:
    documented = rows(section(FORMATS, "Kinds"))
    assert set(documented) == set(kinds.MEANING)
    for kind, meaning in kinds.MEANING.items():
        assert documented[kind] == meaning


def test_every_field_of_a_header_is_documented() -> None:
    assert set(rows(section(FORMATS, "Header"))) == {field.name for field in fields(Header)}


def test_every_kind_of_order_is_documented() -> None:
    listed = rows(FORMATS.split("### Order", 1)[1])["kind"]
    assert re.findall(r"`([^`]+)`", listed) == list(OrderKind)


def test_every_domain_is_documented() -> None:
    source = "".join(path.read_text("utf-8") for path in (DOCS.parent / "station" / "wire").glob("*.py"))
    domains = set(re.findall(r'b"(station/[a-z]+/\d+)"', source))
    assert len(domains) == 8
    assert {domain for domain in domains if f'"{domain}"' not in FORMATS} == set()


def test_every_fact_is_documented_with_its_values() -> None:
    documented = rows(section(POLICY, "Facts"))
    assert set(documented) == {field.name for field in fields(Facts)}
    for name, text in documented.items():
        values = choices(name)
        if values is not None:
            assert re.findall(r"`([^`]+)`", text) == list(values), name
        assert ("true or false" in text) == (Facts.__dataclass_fields__[name].type == "bool"), name
    assert all(f"`{name}`" in POLICY for name in Temperature)


def test_every_outcome_is_documented() -> None:
    assert list(rows(section(POLICY, "Outcomes"))) == list(Outcome)


def test_every_reason_the_lane_knows_is_documented() -> None:
    documented = rows(section(POLICY, "Reasons the lane knows by name"))
    assert documented == {reason: f"`{outcome}`" for reason, outcome in RESERVED.items()}


@pytest.mark.parametrize("name", ["formats.md", "policy.md", "lane.md", "settings.md"])
def test_every_file_that_is_named_is_there(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    for path in re.findall(r"`((?:station|drivers|sync|tests|docs)/[\w/.-]+)`", text) + re.findall(
        r"docs/\w+\.md", text
    ):
        assert (DOCS.parent / path).exists(), path
