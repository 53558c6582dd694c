"""交班小结: a shift's own report, whose it was, what was done and what was handed over."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from station import kinds
from station.clock import Moment
from station.commands.report import report as command
from station.journal.draft import Draft
from station.journal.writer import Journal
from station.papers.csv_file import write_csv
from station.papers.head import Head
from station.papers.html_page import write_html
from station.papers.paper import Paper
from station.papers.shift_paper import lay_out_shift
from station.papers.text import write_text
from station.papers.words import words
from station.papers.xlsx_file import write_xlsx
from station.report import Shift, ShiftReport, deeds, make_report, shift_at, shift_period, shifts, survey
from station.report.deeds import MAX_LINES
from station.reporting import duty_names
from station.web import words as screen
from station.wire.entry import ClockState
from tests.station.journal_kit import counted, identity, passage
from tests.station.report_kit import DAY, ZONE, Chain, at

NAMES = {"wang": "王秀兰", "zhao": "赵国强", "li": "李主任"}


def two_shifts() -> Chain:
    """wang from 02:14 to 08:00 with a case, rounds, supplies, a quarrel, inspectors; zhao after; relieved late."""
    chain = Chain()
    chain.starts("01:00")
    chain.add("01:30", kinds.ROUND_DONE, what="daily", place="gate", agent="chlorine_500")
    chain.add(
        "02:14", kinds.OPERATOR_SIGNED_IN, operator="wang", role="operator", by="tap", stand_in=False, leader="li"
    )
    chain.add("02:16", kinds.OPERATOR_MEASURED, operator="wang", verdict="normal", reading={"centi_celsius": 3640})
    chain.add("02:17", kinds.SHIFT_OPENED, operator="wang", own_centi=3640, self_test="ok", devices=2, lost=[])
    chain.checks("02:30", "03:31")
    for minute in range(5):
        chain.passes(f"04:{minute:02d}", direction="out")
    chain.passes("05:00", "refer", reason="fever", visit="7")
    chain.add("05:00", kinds.CASE_OPENED, case="7", visit="7", cause="fever", direction="in")
    chain.add("05:01", kinds.CASE_STEP, case="7", step="answered", ends=False, details={})
    chain.add("05:30", kinds.ROUND_DONE, what="final", place="waiting", agent="alcohol_75")
    wrong = chain.add("05:31", kinds.ROUND_DONE, what="barriers")
    chain.add("05:32", kinds.ENTRY_VOIDED, voids=[wrong.epoch, wrong.seq], visit="", reason="operator")
    chain.add("06:00", kinds.SUPPLIES_COUNTED, item="masks", left=18)
    chain.add("06:01", kinds.SUPPLIES_COUNTED, item="masks", per_day=9, days=2)
    chain.add("06:10", kinds.INCIDENT_NOTED, incident="1", what="quarrel", visit="")
    chain.add("06:20", kinds.INCIDENT_STEP, incident="1", step="police_called", ends=False, observed_at_ms=at("06:12"))
    chain.add("06:30", kinds.INSPECTION_OPENED, inspection="2", by="street")
    chain.add("06:31", kinds.INSPECTION_FINDING, inspection="2", finding="3", what="no_rota")
    chain.add("06:40", kinds.ISOLATION_MEASURED, day=DAY, half="morning", answered=True, high=False, centi_celsius=3650)
    chain.add("06:41", kinds.ISOLATION_MEASURED, day=DAY, half="morning", answered=False, high=False)
    chain.add("06:42", kinds.ISOLATION_CASE, case="9", step="opened", causes=["symptoms"])
    handed = {"from": "wang", "operator": "zhao", "late_minutes": 14, "cases": ["7"], "parked": 1, "overdue": 2}
    chain.add(
        "08:00", kinds.SHIFT_HANDED_OVER, **handed, unsent=3, to_fill_in=4, lost=["gun"], leader="", stand_in=True
    )
    chain.passes("08:30")
    chain.add("09:00", kinds.CASE_STEP, case="7", step="closed", ends=True, details={})
    chain.add("09:10", kinds.INCIDENT_STEP, incident="1", step="talked_round", ends=True)
    chain.add("09:11", kinds.INSPECTION_PUT_RIGHT, inspection="2", finding="3", round=[1, 1])
    chain.add("09:12", kinds.ISOLATION_CASE, case="9", step="closed")
    return chain


def found_in(chain: Chain) -> list[Shift]:
    return shifts(chain.noted, survey(chain.noted))


def made(chain: Chain, number: int = 0, now: str = "10:00") -> ShiftReport:
    shift = found_in(chain)[number]
    period, surveyed = shift_period(shift, ZONE, at(now)), survey(chain.noted)
    report = make_report("east", period, ZONE, surveyed, chain.noted)
    return ShiftReport(report, deeds(period, surveyed, chain.noted), shift)


def laid_out(chain: Chain, number: int = 0, language: str = "zh-Hans", **head: Any) -> Paper:
    plain = Head("shift", "东门", ZONE, at("10:00"), "幸福里社区", names=NAMES)
    return lay_out_shift(made(chain, number), replace(plain, **head), words(language), screen.load(language))


def rows(paper: Paper, title: str) -> list[tuple[Any, ...]]:
    (table,) = [table for table in paper.tables if table.title == title]
    return list(table.rows)


def test_shifts_begin_with_a_hand_over_or_a_signing_in() -> None:
    first, second = found_in(two_shifts())
    assert (first.operator, first.began_ms, first.ended_ms) == ("wang", at("02:14"), at("08:00"))
    assert (first.leader, first.opened_ms, first.own_centi, first.self_test) == ("li", at("02:17"), 3640, "ok")
    assert first.handed is not None
    assert (first.handed.to, first.handed.late_minutes, first.handed.lost) == ("zhao", 14, ("gun",))
    assert (second.operator, second.stand_in, second.ended_ms, second.handed) == ("zhao", True, None, None)


def test_a_shift_is_found_by_any_time_in_it() -> None:
    first, second = found = found_in(two_shifts())
    assert [shift_at(found, at(time)) for time in ("02:13", "02:14", "07:59", "08:00", "23:00")] == [
        *(None, first, first),
        *(second, second),
    ]


def test_only_what_passed_in_the_shift_counts() -> None:
    report = made(two_shifts()).made
    assert (report.counts.outward, report.counts.inward, report.counts.abnormal) == (5, 0, 1)
    assert report.cases_open == 1, "at its end"
    assert made(two_shifts(), 1).made.counts.inward == 1
    assert made(two_shifts(), 1).made.cases_open == 0


def test_what_was_done_is_told_once_and_what_is_open_at_the_end() -> None:
    done = made(two_shifts()).deeds
    assert [(one.what, one.place, one.agent) for one in done.rounds] == [("final", "waiting", "alcohol_75")]
    assert [(one.id, one.step, one.ended) for one in done.cases] == [("7", "answered", False)]
    assert [(one.item, one.left, one.days, one.at_ms) for one in done.supplies] == [("masks", 18, 2, at("06:00"))]
    told = [(one.at_ms, one.what) for one in done.happenings]
    assert told == [
        (at("06:10"), "incident_began"),
        (at("06:12"), "step_police_called"),
        (at("06:30"), "inspection_began"),
        (at("06:31"), "finding_no_rota"),
    ]
    assert (done.open_incidents, done.open_findings, done.open_isolation_cases) == (1, 1, 1)
    assert (done.isolation_taken, done.isolation_unanswered) == (1, 1)
    after = made(two_shifts(), 1).deeds
    assert (after.open_incidents, after.open_findings, after.open_isolation_cases) == (0, 0, 0)
    assert [(one.id, one.step, one.ended) for one in after.cases] == [("7", "closed", True)]
    assert after.rounds == ()
    assert after.supplies == done.supplies, "what was left is handed on"


def test_a_case_that_ended_before_the_shift_is_not_in_it() -> None:
    chain = two_shifts()
    chain.add("12:00", kinds.SHIFT_HANDED_OVER, **{"from": "zhao"}, operator="wang")
    assert made(chain, 2, now="13:00").deeds.cases == ()


def test_more_lines_than_have_room_are_counted() -> None:
    chain = two_shifts()
    for minute in range(MAX_LINES + 5):
        chain.add(at("09:20") + minute * 1000, kinds.ROUND_DONE, what="waste")
    after = made(chain, 1)
    assert (len(after.deeds.rounds), after.deeds.more) == (MAX_LINES, 5)
    (table,) = [table for table in laid_out(chain, 1).tables if table.title == "消杀和巡查"]
    assert table.note == "另有 5 行未列出"


def test_a_clock_set_back_within_a_shift_is_said_and_nothing_guessed() -> None:
    chain = two_shifts()
    chain.add("01:50", kinds.SHIFT_HANDED_OVER, **{"from": "zhao"}, operator="wang")
    with pytest.raises(ValueError, match="the clock was set back within this shift"):
        shift_period(found_in(chain)[1], ZONE, at("10:00"))


def test_a_shift_taken_over_at_a_time_nobody_knows_belongs_to_the_one_before() -> None:
    chain = two_shifts()
    chain.clock = "restored"
    chain.reboots("boot-2", "09:30")
    chain.add("09:40", kinds.SHIFT_HANDED_OVER, **{"from": "zhao"}, operator="wang")
    assert [one.operator for one in found_in(chain)] == ["wang", "zhao"]


def test_the_paper_says_who_what_is_left_and_what_passed() -> None:
    paper = laid_out(two_shifts())
    facts = dict(paper.facts)
    assert (paper.title, facts["值守员"], facts["带班"]) == ("交班小结", "王秀兰", "李主任")
    assert facts["统计时段"] == "2020-11-22 02:14 – 08:00 (北京时间)"
    assert facts["开岗"] == "02:17 · 本人体温 36.4 °C · 自检正常"
    assert facts["接班"] == "赵国强 · 08:00 · 晚14分"
    left = dict(rows(paper, "移交事项"))
    assert left == {
        "发热处置未办结": 1,
        "待复测（人）": 1,
        "超时未归（人）": 2,
        "待补填": 4,
        "未上传（条）": 3,
        "事件未了结": 1,
        "督查未整改": 1,
        "隔离人员待村医处置": 1,
        "外来人员在内": 0,
        "停用设备": "gun",
    }
    assert rows(paper, "发热处置") == [("05:00", "体温偏高", "留观并上报 05:01", "未办结", "7")]
    assert rows(paper, "消杀和巡查") == [("05:30", "终末消毒", "等候点", "酒精75%")]
    assert rows(paper, "物资") == [("口罩", 18, 2, "06:00")]
    assert ("出（人次）", 5) in rows(paper, "人次和处置")
    assert ("手工测温", 0) not in rows(paper, "人次和处置"), "noughts that nobody asks for"
    assert [name for name, _ in paper.foot][:2] == ["交班人", "接班人"]
    assert dict(paper.foot)["校验码"] == made(two_shifts()).sha256()


def test_while_it_goes_on_nobody_has_counted_what_will_be_handed_over() -> None:
    paper = laid_out(two_shifts(), 1)
    assert dict(paper.facts)["值守员"] == "赵国强 (顶岗)"
    assert dict(paper.facts)["接班"] == "在岗，未交班"
    assert "待复测（人）" not in dict(rows(paper, "移交事项"))
    assert "接班人" not in dict(paper.foot)


def test_the_text_for_a_chat_says_to_whom_and_what() -> None:
    lines = write_text(laid_out(two_shifts())).decode().splitlines()
    assert lines[:2] == ["幸福里社区·东门 交班小结 2020-11-22", "02:14–08:00 值守员 王秀兰"]
    assert "交给赵国强：待复测1 超时未归2 待补填4 未上传3" in lines
    assert lines[-2:] == ["消杀和巡查1次", "物资 口罩 18"]


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("number", [0, 1])
def test_no_word_of_a_shift_is_missing(language: str, number: int) -> None:
    paper = laid_out(two_shifts(), number, language)
    read = list(csv.reader(io.StringIO(write_csv(paper).decode("utf-8-sig"))))
    assert not [cell for row in read for cell in row if cell.startswith("[")]
    assert not [line for line in paper.chat if "[" in line or "{" in line]
    assert b"<table>" in write_html(paper)
    assert write_xlsx(paper).startswith(b"PK")


# -- by command ----------------------------------------------------------------------------------------------------


class Wall:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at_ms = at("02:00")

    def __call__(self) -> Moment:
        return Moment(self.at_ms, ClockState.SYNCED, "boot", self.at_ms * 1_000_000)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The settings of a gate with three shifts: of wang, of a stand-in, and of zhao, which goes on."""
    wall = Wall()
    journal = Journal(tmp_path / "journal.db", identity(), wall, counted())

    def add(time: str, draft: Draft) -> None:
        wall.at_ms = at(time)
        journal.append(draft)

    add("02:14", Draft(kinds.OPERATOR_SIGNED_IN, {"operator": "wang"}, "wang", {"name": "王秀兰"}))
    add("03:00", passage(1, people=1, readings=[]))
    over = {"operator": "stand-in", "from": "wang", "stand_in": True}
    add("08:00", Draft(kinds.SHIFT_HANDED_OVER, over, "stand-in", {"name": "马**", "from_name": "王秀兰"}))
    add("08:10", passage(2, people=1, readings=[]))
    add("08:11", passage(3, people=1, readings=[]))
    over = {"operator": "zhao", "from": "stand-in"}
    add("14:00", Draft(kinds.SHIFT_HANDED_OVER, over, "zhao", {"name": "赵国强", "from_name": "马**"}))
    add("14:10", passage(4, people=1, readings=[]))
    journal.close()
    settings = tmp_path / "station.toml"
    settings.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{tmp_path}"\n')
    return settings


def run(settings: Path, *arguments: str) -> Any:
    return CliRunner().invoke(command, [*arguments, "--config", str(settings)], catch_exceptions=False)


def test_the_command_reports_this_shift_the_one_before_and_any_other(gate: Path) -> None:
    this = run(gate, "shift").output
    assert "值守员 赵国强" in this
    assert "进1 出0" in this
    before = run(gate, "shift", "--previous").output
    assert "08:00–14:00 值守员 马**" in before
    assert "进2 出0" in before
    first = run(gate, "shift", "--shift", "2020-11-22T05:00").output
    assert "02:14–08:00 值守员 王秀兰" in first
    assert "交给马**" in first


def test_the_command_lists_the_shifts_the_newest_first(gate: Path) -> None:
    assert run(gate, "shift", "--list").output.splitlines() == [
        "2020-11-22T14:00  -                 赵国强",
        "2020-11-22T08:00  2020-11-22T14:00  马**",
        "2020-11-22T02:14  2020-11-22T08:00  王秀兰",
    ]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("shift", "--shift", "2020-11-22T01:00"), "no such shift is in the journal"),
        (("shift", "--shift", "x"), "Invalid isoformat"),
        (("shift", "--previous", "--list"), "one of them at a time"),
        (("now", "--list"), "goes with shift"),
        (("shift", "--since", "2120-01-01"), "has not begun yet"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(gate: Path, arguments: tuple[str, ...], why: str) -> None:
    done = run(gate, *arguments)
    assert done.exit_code == 2
    assert why in done.output


def test_a_gate_where_nobody_ever_signed_in_has_the_day(tmp_path: Path) -> None:
    Journal(tmp_path / "journal.db", identity(), Wall(), counted()).close()
    settings = tmp_path / "station.toml"
    settings.write_text(f'[station]\nid = "east"\nname = "东门"\n[paths]\nstate = "{tmp_path}"\n')
    assert "交班小结" in run(settings, "shift").output
    assert run(settings, "shift", "--list").output == ""
    assert run(settings, "shift", "--previous").exit_code == 2


def test_json_has_ids_and_no_names(gate: Path) -> None:
    text = run(gate, "shift", "--previous", "--format", "json").output
    body = json.loads(text)
    assert (body["shift"]["operator"], body["shift"]["handed"]["to"]) == ("stand-in", "zhao")
    assert "马" not in text
    assert "赵" not in text


def test_names_come_from_the_entries_and_go_with_them(gate: Path) -> None:
    journal = gate.with_name("journal.db")
    assert duty_names(journal) == {"wang": "王秀兰", f"stand-in@{at('08:00')}": "马**", "zhao": "赵国强"}
    gone = Journal(journal, identity(), Wall(), counted(99))
    gone.forget(at("23:00"), 100, alone=True)
    gone.close()
    assert duty_names(journal) == {}
    assert "值守员 wang" in run(gate, "shift", "--shift", "2020-11-22T05:00").output


def test_a_damaged_rota_costs_the_names_and_not_the_report(gate: Path) -> None:
    folder = gate.with_name("applied")
    folder.mkdir()
    (folder / "rota.doc").write_bytes(b"broken")
    assert "值守员 赵国强" in run(gate, "shift").output
