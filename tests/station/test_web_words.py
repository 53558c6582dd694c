"""Catalogues: both languages say everything, and everything that is said has a word."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from drivers.events import Bound, Site
from station.case.case import STEPS
from station.facts import HealthCode, Trip
from station.registration.questions import QUESTIONS
from station.screen.details import SERVICES
from station.screen.elements import Word
from station.screen.lane_keys import KINDS
from station.web.page import source_in
from station.web.preferences import CHOICES
from station.web.words import LANGUAGES, CatalogueError, gaps, load, parse
from tests.station import words_table

STATION = Path(__file__).parents[2] / "station"
CATALOGUES = {language: load(language) for language in LANGUAGES}


def test_both_languages_have_the_same_codes_in_the_same_tables() -> None:
    chinese, english = (
        tomllib.loads((STATION / "web" / "translations" / f"{language}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    )
    assert {table: set(words) for table, words in chinese.items()} == {
        table: set(words) for table, words in english.items()
    }


@pytest.mark.parametrize("code", sorted(CATALOGUES["en"].words))
def test_both_languages_have_the_same_gaps(code: str) -> None:
    assert gaps(CATALOGUES["zh-Hans"].words[code]) == gaps(CATALOGUES["en"].words[code])


def test_no_english_stands_in_the_chinese_catalogue() -> None:
    # The name of the other language, and keys that are named by letters.
    allowed = {"language_other", "search_hint"}
    plain = {code: re.sub(r"\{\w+\}", "", text) for code, text in CATALOGUES["zh-Hans"].words.items()}
    assert [code for code, text in plain.items() if re.search(r"[A-Za-z]{2}", text) and code not in allowed] == []


def chinese_texts() -> dict[str, str]:
    """Every sentence in Chinese that a screen, a rule or a report shows, by where it stands."""
    found = {f"screen {code}": text for code, text in CATALOGUES["zh-Hans"].words.items()}
    for path in (STATION / "regimes").glob("*.toml"):
        for rule in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]:
            found[f"{path.name} {rule['name']}"] = rule.get("text", {}).get("zh-Hans", "")
            found[f"{path.name} {rule['name']} source"] = source_in("zh-Hans", rule["source"])
    papers = tomllib.loads((STATION / "papers" / "words" / "zh-Hans.toml").read_text(encoding="utf-8"))
    found |= {f"paper {code}": text for words in papers.values() for code, text in words.items()}
    hub = STATION.parent / "sync" / "hub" / "templates" / "words.toml"
    found |= {f"hub {code}": word["zh"] for code, word in tomllib.loads(hub.read_text(encoding="utf-8")).items()}
    return found


def test_punctuation_in_chinese_is_as_wide_as_the_characters() -> None:
    meant = {"hub bring_units_how"}  # the sign that stands between two units in a file
    narrow = re.compile(r"[\u3000-\u9fff][,;:?!()]|[,;:?!()][\u3000-\u9fff]")
    texts = chinese_texts()
    assert len(texts) > 1_000
    assert {where: text for where, text in texts.items() if narrow.search(text) and where not in meant} == {}


def test_the_source_of_a_rule_is_shown_in_the_language_it_is_written_in() -> None:
    assert source_in("zh-Hans", "[002-4] 居家隔离：不准探视") == "居家隔离：不准探视"
    assert source_in("zh-Hans", "[002-5] 疫点 neither in nor out") == ""
    assert source_in("zh-Hans", "社区防控办〔2020〕7号") == "社区防控办〔2020〕7号"
    assert source_in("en", "[002-5] 疫点 neither in nor out") == "[002-5] 疫点 neither in nor out"


def codes_in_templates() -> set[str]:
    found: set[str] = set()
    for path in (STATION / "web" / "templates").rglob("*.html"):
        found |= set(re.findall(r'say\(\s*"([a-z0-9_]+)"\s*[,)]', path.read_text(encoding="utf-8")))
    return found


def codes_in_the_station() -> set[str]:
    found: set[str] = set()
    for path in STATION.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'\b(?:Word|ActionError|RequestError|refused)\(\s*"([a-z0-9_]+)"', text))
    return found


def reasons_of_the_rules() -> set[str]:
    rules = [tomllib.loads(path.read_text(encoding="utf-8"))["rule"] for path in (STATION / "regimes").glob("*.toml")]
    return {rule["reason"] for regime in rules for rule in regime}


@pytest.mark.parametrize("where", [codes_in_templates, codes_in_the_station, reasons_of_the_rules])
def test_everything_that_is_said_has_a_word(where: object) -> None:
    codes = where()  # type: ignore[operator]  # one of the three above
    assert len(codes) > 10
    assert {code for code in codes if not CATALOGUES["en"].knows(code)} == set()


#: Reasons that no plan of ours gives; an office may write them into its own policy.
FOR_POLICIES = {
    "area_closed",
    "goods_only",
    "rest_first",
    "temperature_normal",
    "vehicles_forbidden",
    "visitors_forbidden",
}
#: Where both halves of a code are filled in: the questions of a step of a case, and of the registration.
LEFT = {name for step in STEPS for name in (step.needs, *step.also)} | set(QUESTIONS)


def test_no_word_is_left_over() -> None:
    paths = [path for path in STATION.rglob("*") if path.suffix in (".py", ".html", ".js")]
    paths += (STATION.parent / "drivers").rglob("*.py")  # what a thermometer says of itself
    paths += (STATION / "regimes").glob("*.toml")
    source = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    said = set(re.findall(r"[a-z0-9_]+", source))
    # Word(f"item_{item}_left"), f"{step.needs}_missing", say("q_" ~ question), badge.word.code + "_short"
    formatted = re.findall(r"f\"([a-z0-9_]*)\{[^{}\"]+\}([a-z0-9_]*)\"", source)
    composed = {f"{before}*{after}" for before, after in formatted if before or after}
    composed |= {f"{one}*" for one in re.findall(r"\"([a-z0-9_]+_)\" ?[~+]", source)}
    composed |= {f"*{one}" for one in re.findall(r"[~+] ?\"(_[a-z0-9_]+)\"", source)}
    forms = [re.compile(one.replace("*", "([a-z0-9_]+)")) for one in sorted(composed)]

    def is_said(code: str) -> bool:
        if code in said or any((found := form.fullmatch(code)) and is_said(found[1]) for form in forms):
            return True
        left, _, right = code.partition("_")
        return left in LEFT and right in said

    left_over = {code for code in CATALOGUES["en"].words if not is_said(code)}
    assert sorted(left_over) == sorted(FOR_POLICIES)


def test_every_code_that_is_composed_has_a_word() -> None:
    composed = [f"step_{step.name}" for step in STEPS]
    composed += [f"{name}_{value}" for name in ("theme", "letters") for value in CHOICES[name]]
    composed += [f"{step.needs}_missing" for step in STEPS if step.needs]
    composed += [f"site_{site}" for site in Site]
    composed += [f"code_{colour}" for colour in HealthCode if colour is not HealthCode.NONE]
    composed += [f"reading_{bound}" for bound in Bound]
    composed += [f"vehicle_{kind}" for kind in KINDS] + [f"service_{name}" for name in SERVICES]
    composed += [f"reason_{trip}" for trip in Trip if trip is not Trip.NONE]
    assert [code for code in composed if not CATALOGUES["en"].knows(code)] == []


def test_says_a_word_with_its_gaps() -> None:
    assert CATALOGUES["zh-Hans"].say(Word("unsent", (("n", "12"),))) == "未上传 12"
    assert CATALOGUES["en"].say("unsent", n=12) == "12 unsent"


def test_an_unknown_code_is_shown_and_never_crashes() -> None:
    assert CATALOGUES["en"].say("no_such_code") == "[no_such_code]"


def test_a_gap_that_nothing_fills_can_be_seen() -> None:
    assert CATALOGUES["en"].say("unsent") == "{n} unsent"


def test_what_fills_a_gap_is_not_read_as_a_gap() -> None:
    assert CATALOGUES["en"].say("attempt", n="{n}{code.__class__}") == "No. {n}{code.__class__}"


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"a": {"x": "1"}, "b": {"x": "2"}}, "b.x: this code stands in another table too"),
        ({"a": {"x": 1}}, "a.x: expected a text, got 1"),
        ({"a": {"x": " "}}, "a.x: expected a text, got ' '"),
        ({"x": "1"}, "x: expected a table of words, got '1'"),
    ],
)
def test_a_catalogue_that_cannot_be_used_says_where(document: dict[str, object], says: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(says)):
        parse("en", document)


def test_a_missing_catalogue_names_the_file() -> None:
    with pytest.raises(CatalogueError, match=r"fr\.toml"):
        load("fr")


def test_the_documents_list_every_word() -> None:
    page = words_table.PAGE.read_text(encoding="utf-8")
    assert page == words_table.rewritten(page), "run: python -m tests.station.words_table"
