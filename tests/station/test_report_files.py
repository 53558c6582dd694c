"""Reports as files: whole or not at all, in two languages, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from station import kinds
from station.commands.output import OutputNotWritten, write_output
from station.commands.report import report as command
from station.journal.draft import Draft
from station.papers import words as papers_words
from station.papers.csv_file import safe, write_csv
from station.papers.fonts import FontMissing, find_font
from station.papers.head import Head
from station.papers.html_page import write_html
from station.papers.layout import SHOWN, lay_out
from station.papers.paper import Paper, Table
from station.papers.pdf_file import PdfFailed, write_pdf
from station.papers.text import write_text
from station.papers.words import words
from station.papers.write import WRITERS
from station.papers.xlsx_file import write_xlsx
from station.report import NAMES
from station.web.words import LANGUAGES, gaps
from station.wire.entry import parse_header
from tests.station.journal_kit import journal_at, passage
from tests.station.report_kit import ZONE, at, ordinary_day, quiet_day

HEAD = Head("daily", "东门", ZONE, at("10:06", "2020-11-23"), "幸福里社区", "confirmed", 2, "station", "王秀兰")
LONG = Table("表", ("名称", "数", "说明"), tuple((f"第{n}行", n, "一行普通的说明文字") for n in range(3_000)))


def paper(language: str = "zh-Hans", head: Head = HEAD) -> Paper:
    return lay_out(ordinary_day().report(), head, words(language))


def zero(language: str = "zh-Hans") -> Paper:
    return lay_out(quiet_day().report(), HEAD, words(language))


def test_the_first_page_says_which_gaps_there_were_and_why() -> None:
    chain = ordinary_day()
    chain.reboots("boot-2", "01:20", "2020-11-23")
    chain.starts("01:21", "2020-11-23")
    chain.checks("01:30", "23:59", "2020-11-23")
    made = lay_out(chain.report("2020-11-23"), HEAD, words("zh-Hans"))
    assert dict(made.facts)["断档"] == "1处：停电或重启 00:30–01:21"
    assert "断档 1处：停电或重启 00:30–01:21" in write_text(made).decode()
    nothing = lay_out(ordinary_day().report("2020-11-25"), HEAD, words("zh-Hans"))
    assert "断档 1处：没有记录 00:00–24:00" in write_text(nothing).decode(), "noughts alone would be a lie"
    assert dict(zero().facts)["断档"] == "无断档"


def test_who_is_on_duty_is_named_as_far_as_anybody_knows() -> None:
    named = replace(HEAD, checked_by="wang", names={"wang": "王秀兰"})
    assert dict(paper(head=named).foot)["审核人"] == "王秀兰"
    assert dict(paper(head=replace(named, names={})).foot)["审核人"] == "wang"


def has_font() -> bool:
    try:
        find_font()
    except FontMissing:
        return False
    return True


needs_font = pytest.mark.skipif(not has_font(), reason="no Chinese TrueType font (fonts-wqy-microhei) on this machine")


def test_both_languages_have_the_same_words_and_gaps() -> None:
    folder = papers_words.WORDS
    catalogues = [tomllib.loads((folder / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES]
    flat = [{code: gaps(text) for table in each.values() for code, text in table.items()} for each in catalogues]
    assert flat[0] == flat[1]


def test_every_count_is_shown_in_the_table_or_in_the_proof() -> None:
    assert set(NAMES) - set(SHOWN) == {"readings", "referred"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["daily", "shift", "now"])
def test_no_word_is_missing(language: str, form: str) -> None:
    for chain in (ordinary_day(), quiet_day()):
        made = lay_out(chain.report(), replace(HEAD, form=form, unsent=3), words(language))
        assert "[" not in json.dumps(asdict(made)).replace("[[", "").replace(", [", "").replace(": [", "")
        if language == "zh-Hans":
            text = " ".join(str(cell) for table in made.tables for row in table.rows for cell in row)
            assert not re.search("[A-Za-z]", text)


def test_a_zero_report_has_its_line_and_its_proof() -> None:
    made = zero()
    assert (made.title, made.line) == ("零报告", "今日无异常")
    proof = dict(row[:2] for row in made.proof[0].rows)
    assert proof == {"在线时长": "24小时0分", "测温读数": 0, "自检次数": 48, "记录条数": 48}
    ((epoch, first, last, head),) = made.proof[1].rows
    assert (epoch, first, last) == ("1", 6, 53)
    assert isinstance(head, str)
    assert len(head) == 64
    assert made.proof[2].note == "无断档"


def test_who_prepared_and_who_checked_stands_at_the_foot() -> None:
    foot = dict(paper().foot)
    assert (foot["填报人"], foot["审核人"]) == ("系统", "王秀兰")
    assert foot["校验码"] == ordinary_day().report().sha256()
    named = paper(head=replace(HEAD, checked_by="wang", names={"wang": "王秀兰"}))
    assert dict(named.foot)["审核人"] == "王秀兰"
    stand_in = paper(head=replace(HEAD, checked_by="stand-in"))
    assert dict(stand_in.foot)["审核人"] == "顶岗"
    automatic = paper(head=replace(HEAD, state="automatic", checked_by="", late=True))
    assert automatic.mark == "第2版 · 系统自动报送 未经审核 · 迟报"
    assert dict(automatic.foot)["审核人"] == "未审核"


def test_plain_text_is_short_enough_for_a_chat() -> None:
    text = write_text(paper()).decode()
    assert text.startswith("幸福里社区·东门 日报 2020-11-22\n进12 出11 测温24 劝返1\n体温异常1 转社区1 发热未办结0\n")
    assert len(text) < 250
    assert "今日无异常" in write_text(zero()).decode()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1"])
def test_a_cell_that_begins_like_a_formula_is_text(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    made = replace(paper(), facts=(("卡口", cell),))
    read = list(csv.reader(io.StringIO(write_csv(made).decode("utf-8-sig"), newline="")))
    assert ["卡口", f"'{cell}"] in read
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(made)))
    (found,) = [row[1] for row in book.worksheets[0].iter_rows() if row[0].value == "卡口"]
    assert found.data_type == "s", "a text, whatever it begins with"


def test_csv_has_a_byte_order_mark_and_all_figures() -> None:
    source = write_csv(paper())
    assert source.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(source.decode("utf-8-sig"))))
    assert ["进（人次）", "12", "12"] in read
    assert ["07:00", "6", "10"] in read


def test_xlsx_has_figures_as_numbers_and_three_sheets() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(paper())))
    assert book.sheetnames == ["日报", "每小时进出", "记录依据"]
    rows = {row[0]: row[1:3] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert rows["测温（人次）"] == (24, 24)


def test_html_stands_alone_and_says_its_chart_aloud() -> None:
    made = replace(paper(), facts=(("卡口", "<script>alert(1)</script>"),))
    source = write_html(made).decode()
    names = re.findall(r"<([a-z0-9]+)", source)
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert 'role="img" aria-label="每小时进出：最忙 07:00–08:00，16人次"' in source
    assert names.count("rect") == 48
    assert "@page { size: A4" in source
    assert '<html lang="zh-Hans">' in source


@needs_font
def test_pdf_has_its_proof_on_page_two() -> None:
    assert write_pdf(zero()).count(b"/Type /Page\n") == 2


@needs_font
def test_pdf_of_three_thousand_rows_stays_small_in_memory() -> None:
    made = replace(paper(), tables=(LONG,))
    # Asked of the kernel from inside: what wait4 says of a child also holds what its parent weighed at the fork.
    program = (
        "import runpy, sys; sys.argv[0] = 'draw'; runpy.run_module('station.papers.pdf_draw', run_name='__main__');"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(find_font())],
        input=json.dumps(asdict(made)).encode(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.count(b"/Type /Page\n") > 50
    kib = int(done.stderr.split()[-2])
    assert kib < 80 * 1024, f"{kib} KiB"


def test_a_machine_without_a_chinese_font_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FontMissing, match="install fonts-wqy-microhei, or ask for --format html"):
        find_font([tmp_path])


def test_a_font_that_cannot_be_embedded_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"OTTO" + bytes(100))
    with pytest.raises(PdfFailed, match="ask for --format html"):
        write_pdf(paper(), broken)


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")
    write_output(target, b"new")
    assert target.read_bytes() == b"new"
    with pytest.raises(OutputNotWritten):
        write_output(tmp_path / "nowhere" / "x.txt", b"new")
    assert sorted(os.listdir(tmp_path)) == ["report.txt"]


@pytest.fixture
def gate(tmp_path: Path) -> tuple[Path, str]:
    """A gate whose journal has five passages; its settings, and the day they are on."""
    journal = journal_at(tmp_path)
    for number in range(5):
        journal.append(passage(number, people=1, readings=[], reason="resident"))
    header = parse_header(journal.rows("SELECT header FROM entry LIMIT 1")[0][0])
    assert header.at_ms == at("08:00:01")
    journal.close()
    settings = tmp_path / "station.toml"
    settings.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{tmp_path}"\n')
    return settings, "2020-11-22"


def run(settings: Path, *arguments: str) -> Any:
    return CliRunner().invoke(command, [*arguments, "--config", str(settings)], catch_exceptions=False)


@pytest.mark.parametrize("kind", [*WRITERS, "json"])
def test_the_command_writes_every_format(gate: tuple[Path, str], tmp_path: Path, kind: str) -> None:
    if kind == "pdf" and not has_font():
        pytest.skip("no Chinese TrueType font on this machine")
    settings, day = gate
    out = tmp_path / f"out.{kind}"
    done = run(settings, "daily", "--day", day, "--format", kind, "--out", str(out), "--language", "en")
    assert done.exit_code == 0, done.output
    assert out.stat().st_size > 100
    if kind == "json":
        assert json.loads(out.read_text())["counts"]["inward"] == 5


def test_the_command_prints_a_text_without_a_file(gate: tuple[Path, str]) -> None:
    settings, day = gate
    assert "进5 出0" in run(settings, "daily", "--day", day).output
    assert "进0 出0" in run(settings, "now").output
    assert "交班小结" in run(settings, "shift", "--since", "2020-11-22T00:00").output


def test_a_shift_begins_when_it_is_handed_over_and_the_one_before_is_whole(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    journal.append(passage(1, people=1, readings=[], reason="resident"))
    journal.append(Draft(kinds.OPERATOR_SIGNED_IN, {"operator": "wang"}, "wang"))
    for number in (2, 3):
        journal.append(passage(number, people=1, readings=[], reason="resident"))
    settings = tmp_path / "station.toml"
    settings.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{tmp_path}"\n')
    assert run(settings, "shift", "--previous").exit_code == 2
    journal.append(Draft(kinds.SHIFT_HANDED_OVER, {"operator": "zhao", "from": "wang"}, "zhao"))
    for number in (4, 5, 6):
        journal.append(passage(number, people=1, readings=[], reason="resident"))
    journal.close()
    assert "进3 出0" in run(settings, "shift").output
    assert "进2 出0" in run(settings, "shift", "--previous").output
    assert run(settings, "daily", "--previous").exit_code == 2


def test_a_day_with_no_record_is_no_zero_report(gate: tuple[Path, str]) -> None:
    settings, _ = gate
    done = run(settings, "zero", "--day", "2020-11-20")
    assert done.exit_code == 1
    assert "2020-11-20 is no zero report" in done.output


@pytest.mark.parametrize(
    "arguments",
    [("daily", "--day", "x"), ("now", "--day", "2020-11-22"), ("daily", "--since", "x"), ("shift", "--since", "x")],
)
def test_wrong_arguments_are_refused(gate: tuple[Path, str], arguments: tuple[str, ...]) -> None:
    assert run(gate[0], *arguments).exit_code == 2
