"""One view for everything the gate's screen can show.  The people are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from station.lane.action import Act
from station.screen.beside import Alarm, CaseLine, CaseStep, Chip, Recent, Undo
from station.screen.elements import Badge, Key, Level, Word
from station.screen.panel import Measured, Panel, PanelKind, PersonLine, RuleText
from station.screen.people_board import PeopleBoard, PersonOut
from station.screen.questions import ANSWERS, TO_CLINIC
from station.screen.questions import VISITOR as VISITOR_SAID
from station.screen.sheets import ReportLine
from station.screen.standing import CONTACT_KEY
from station.screen.view import View
from tests.station.duty_gallery import duty_gallery
from tests.station.log_gallery import log_gallery
from tests.station.office_gallery import office_gallery
from tests.station.party_gallery import party_gallery

#: 22 November, 22:41 in 幸福里: night.
NOW_MS = int(datetime(2026, 11, 22, 14, 41, tzinfo=UTC).timestamp() * 1000)
#: The same day at noon.
NOON_MS = NOW_MS - 10 * 3600 * 1000

LI = PersonLine("李**", "李建国", "3号楼2单元501", "0412")
MASK = Key(Act.MASK, Word("no_mask_key"), "warn", "4", (("mask", "none"),))
VISITOR = Key("page:registration", Word("visitor_key"), "action", "5")
VEHICLE = Key(Act.COMPANION, Word("companion"), "action", "6")
DELIVERY = Key(Act.DELIVERY, Word("delivery_key"), "neutral", "8")
SEARCH = Key("page:search", Word("search"), "action", "*")
EMERGENCY = Key(Act.EMERGENCY, Word("emergency_key"), "stop", "+")
LEADER = Key(Act.CALL_LEADER, Word("call_leader"), "action", "7")
WIPE = Key(Act.WIPE, Word("wipe"))
SIGN_IN = Key(
    Act.SIGN_IN,
    Word("sign_in"),
    choices=tuple(
        Key(Act.SIGN_IN, Word("name", (("n", name),)), arguments=(("operator", code),))
        for name, code in (("王秀兰", "wxl"), ("赵国强", "zgq"))
    ),
)
BY_HAND = Key("page:by_hand", Word("by_hand"))
EXCEPTION = Key(
    Act.EXCEPTION,
    Word("exception_key"),
    "warn",
    choices=tuple(
        Key(Act.EXCEPTION, Word(code), "warn", arguments=(("reason", code),), confirm=True)
        for code in ("reason_leader_approved", "reason_office_approved", "reason_medical", "reason_repair")
    ),
)
CODE_SEEN = Key(
    Act.CODE_SEEN,
    Word("code_seen"),
    "action",
    choices=tuple(
        Key(Act.CODE_SEEN, Word(f"code_{colour}"), look, arguments=(("colour", colour),))
        for colour, look in (("green", "action"), ("yellow", "warn"), ("red", "stop"))
    ),
)
KEYS = (SEARCH, MASK, VISITOR, VEHICLE, DELIVERY, EMERGENCY, LEADER, BY_HAND, WIPE, SIGN_IN)

RECENT = (
    Recent("admit", "陈**", NOW_MS - 60_000, "in"),
    Recent("admit", "豫J·8K2**", NOW_MS - 180_000, "out"),
    Recent("retake", "刘**", NOW_MS - 300_000, "in"),
    Recent("deny", "林**", NOW_MS - 600_000, "in"),
    Recent("admit", "欧阳**", NOW_MS - 900_000, "in", void=True),
)
CHIPS = tuple(
    Chip(n, name, n, NOW_MS - 60_000 * n, NOW_MS + 60_000 * (5 - 2 * n), NOW_MS + 1_500_000, chosen=n == 2)
    for n, name in enumerate(("徐**", "张**", "欧阳**", "孙**", "", "韩**"), 1)
)
STEPS = (
    CaseStep("answered", NOW_MS - 350_000),
    CaseStep("axillary", NOW_MS - 300_000),
    CaseStep("observed", NOW_MS - 200_000),
    CaseStep("told", None, next=True),
    CaseStep("to_clinic", None),
    CaseStep("handed_over", None),
    CaseStep("disinfected", None),
)
CASE = CaseLine(
    7,
    "徐**",
    NOW_MS - 372_000,
    answered=True,
    steps=STEPS,
    keys=(
        Key(
            Act.CASE_STEP,
            Word("step_told"),
            "action",
            arguments=(("case", "7"), ("step", "told")),
            confirm=True,
        ),
        Key(
            "page:by_hand",
            Word("step_axillary"),
            arguments=(("act", "case_step"), ("case", "7"), ("step", "axillary")),
        ),
    ),
)
RULE = RuleText(
    "outsiders",
    (
        ("zh-Hans", "中风险期间，外来人员和车辆暂不能进入本小区。探望老人请先打电话给社区，由社区安排。"),
        ("en", "While the risk is medium, outside people and vehicles are not admitted. Call the community first."),
    ),
    "幸福里社区居委会",
    "0393-5550123",
    "中风险管控 [002-5]",
)
REST = Key(Act.PARK, Word("park"), "warn", "2")
REMEASURE = Key(Act.REMEASURE, Word("remeasure"), "warn", "1")
CANCEL = Key(Act.CANCEL, Word("cancel"), "neutral", "Escape")


def reading(centi: int, attempt: int = 1, *, by_hand: bool = False) -> Measured:
    return Measured(centi, attempt, 3730, "contact" if by_hand else "forehead", by_hand)


def view(panel: Panel, **changes: object) -> View:
    base = View(
        version=1,
        gate="东门",
        community="幸福里社区",
        now_ms=NOW_MS,
        timezone="Asia/Shanghai",
        direction="in",
        panel=panel,
        operator="王秀兰",
        badges=(Badge(Word("thermometer_ok"), Level.OK), Badge(Word("unsent", (("n", "12"),)), Level.WARN)),
        keys=KEYS,
        recent=RECENT,
        office_phone="0393-5550123",
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # names and types are the caller's, tests run it


def panel(kind: PanelKind, headline: str, **changes: object) -> Panel:
    return replace(Panel(kind, Word(headline), visit=7), **changes)  # type: ignore[arg-type]  # as above


IDLE = Panel(PanelKind.IDLE, Word("scan_code"), missing=(Word("scan_code"), Word("measure")))
ADMIT = panel(
    PanelKind.ADMIT,
    "admit",
    person=LI,
    temperature=reading(3650),
    reasons=(Word("pass_valid"), Word("temperature_normal"), Word("mask_unchecked")),
    until_ms=NOW_MS + 3000,
    event_ns=123_456_789,
    entry=((1 << 32) | 7, 42),
)
FEVER = panel(
    PanelKind.FEVER,
    "fever",
    person=replace(LI, masked="徐**", name="徐静", place="3号楼3单元401"),
    temperature=reading(3810, 2),
    reasons=(Word("keep_distance"),),
    keys=(REMEASURE, Key(Act.ANSWER, Word("answer"), "action", "3", (("case", "7"),))),
    entry=((1 << 32) | 7, 43),
)
DENY = panel(
    PanelKind.DENY,
    "cannot_enter",
    person=PersonLine("周**", "周婷", "访 2号楼2单元301"),
    temperature=reading(3640),
    reasons=(Word("outsiders_not_admitted"),),
    rule=RULE,
    keys=(LEADER, Key(Act.DELIVERY, Word("delivery_key"), "neutral", "8"), EXCEPTION, CANCEL),
)
REPORT = ReportLine(
    "2026-11-21",
    "due",
    1,
    "ab" * 32,
    False,
    (
        ("inward", 142),
        ("outward", 83),
        ("measured", 225),
        ("turned_back", 7),
        ("abnormal", 2),
        ("to_community", 3),
        ("cases_open", 1),
        ("goods", 22),
    ),
    can_confirm=True,
)
UNDO = Undo((1 << 32) | 7, 42, NOW_MS + 9000)


def out(masked: str, last4: str, minutes: int, due: int | None = 120, **changes: object) -> PersonOut:
    """Somebody who went through the gate *minutes* ago."""
    since_ms = NOW_MS - minutes * 60_000
    due_ms = None if due is None else since_ms + due * 60_000
    return replace(PersonOut(masked, last4, "1-1-101", "resident", since_ms, due_ms), **changes)  # type: ignore[arg-type]


LATE = (out("王**", "0311", 187), out("欧阳**", "112X", 128))
PEOPLE = PeopleBoard(
    LATE,
    (*LATE, out("何*", "2205", 90), out("郑*", "0417", 1_020, None, trip="medical"), out("李*", "3001", 40, people=4)),
    (out("马**", "7788", 300, None, klass="worker"),),
    1204,
)

HOLDER_KEYS = (
    Key(Act.HOLDER, Word("holder_yes"), "action", "1", (("same", "yes"),)),
    Key(Act.HOLDER, Word("holder_no"), "warn", "2", (("same", "no"),)),
    CANCEL,
)

GALLERY: dict[str, View] = {
    "idle": view(IDLE),
    "idle_nobody": view(IDLE, operator="", recent=(), badges=(), direction="out"),
    "idle_undo": view(IDLE, undo=UNDO),
    "idle_restarted": view(IDLE, restarted_ms=NOW_MS - 120_000, waiting=CHIPS[:1]),
    "idle_broken": view(
        IDLE,
        badges=(
            Badge(Word("thermometer_lost"), Level.BAD, NOW_MS - 2_000_000),
            Badge(Word("offline"), Level.WARN, NOW_MS - 900_000),
            Badge(Word("unsent", (("n", "1204"),)), Level.WARN),
            Badge(Word("no_hardware"), Level.WARN),
            Badge(Word("supplies", (("n", "2"),)), Level.NOTE),
        ),
        demo=True,
    ),
    "idle_code_far": view(IDLE, badges=(Badge(Word("code_far"), Level.WARN), Badge(Word("thermometer_ok"), Level.OK))),
    "idle_code_bright": view(IDLE, badges=(Badge(Word("code_bright"), Level.WARN), Badge(Word("camera_ok"), Level.OK))),
    "idle_offset": view(
        IDLE,
        badges=(
            Badge(Word("readings_moved"), Level.WARN),
            Badge(Word("offset_expired", (("n", "+0.25"),)), Level.WARN),
            Badge(Word("offset_in_force", (("n", "-0.30"),)), Level.NOTE),
        ),
    ),
    "idle_salvaged": view(IDLE, badges=(Badge(Word("journal_salvaged"), Level.BAD),), recent=()),
    "idle_drill": view(IDLE, drill=True, demo=True),
    "report_due": view(
        IDLE,
        keys=(*KEYS, Key("page:report", Word("daily_report"))),
        badges=(Badge(Word("report_due"), Level.NOTE), Badge(Word("thermometer_ok"), Level.OK)),
        report=REPORT,
        now_ms=NOON_MS,
    ),
    "report_zero": view(
        IDLE,
        keys=(*KEYS, Key("page:report", Word("daily_report"))),
        report=replace(
            REPORT,
            stage="confirmed",
            zero=True,
            checked_by="王秀兰",
            can_confirm=False,
            figures=tuple((name, 0) for name, _ in REPORT.figures),
        ),
    ),
    "report_changed": view(
        IDLE,
        keys=(*KEYS, Key("page:report", Word("daily_report"))),
        report=replace(REPORT, stage="changed", version=2, late=True),
    ),
    "report_automatic": view(
        IDLE,
        keys=(*KEYS, Key("page:report", Word("daily_report"))),
        report=replace(REPORT, stage="automatic", version=2, late=True),
    ),
    "partial_code": view(
        panel(
            PanelKind.PARTIAL,
            "measure",
            person=LI,
            missing=(Word("measure"),),
            until_ms=NOW_MS + 18_000,
            keys=(CANCEL,),
        )
    ),
    "partial_group": view(
        panel(
            PanelKind.PARTIAL,
            "measure",
            person=replace(LI, masked="李**", name="李敏", place="5号楼1单元202"),
            temperature=reading(3640),
            missing=(Word("measure"),),
            people=4,
            measured=1,
            until_ms=NOW_MS + 18_000,
        ),
        waiting=CHIPS[:2],
    ),
    "partial_reading": view(
        panel(
            PanelKind.PARTIAL,
            "scan_code",
            temperature=reading(3640),
            missing=(Word("scan_code"),),
            until_ms=NOW_MS + 14_000,
        )
    ),
    "partial_stranger": view(
        panel(PanelKind.PARTIAL, "measure", person=PersonLine(""), missing=(Word("measure"),)), operator=""
    ),
    "ask_unknown": view(
        panel(
            PanelKind.ASK,
            "ask",
            temperature=reading(3570),
            reasons=(Word("no_code"),),
            keys=(replace(SEARCH, look="action"), CODE_SEEN, EXCEPTION, CANCEL),
            until_ms=NOW_MS + 60_000,
        )
    ),
    "ask_whose": view(
        panel(
            PanelKind.ASK,
            "ask",
            person=LI,
            temperature=reading(3680),
            reasons=(Word("two_people"),),
            keys=(
                Key(Act.READING_OF, Word("same_person"), "action", "1", (("person", "0"),)),
                Key(Act.READING_OF, Word("next_person"), "action", "2", (("person", "1"),)),
                CANCEL,
            ),
        ),
        waiting=CHIPS[:3],
    ),
    "ask_leaving_city": view(
        panel(
            PanelKind.ASK,
            "ask",
            person=LI,
            temperature=reading(3650),
            reasons=(Word("leaving_city"),),
            keys=(*ANSWERS["leaving_city"], LEADER, CANCEL),
        ),
        direction="out",
    ),
    "ask_test_needed": view(
        panel(
            PanelKind.ASK,
            "ask",
            person=LI,
            temperature=reading(3650),
            reasons=(Word("test_needed"),),
            keys=(*ANSWERS["test_needed"], LEADER, CANCEL),
        ),
        direction="out",
    ),
    "ask_who_is_it": view(
        panel(
            PanelKind.ASK,
            "ask",
            temperature=reading(3640),
            reasons=(Word("who_is_it"),),
            keys=(SEARCH, VISITOR_SAID, CANCEL),
        )
    ),
    "ask_certificate": view(
        panel(
            PanelKind.ASK,
            "ask",
            person=PersonLine("G**", "Gabriele Musterfrau-Gößinger", proven=True, until_ms=NOW_MS + 86_400_000 * 30),
            temperature=reading(3640),
            reasons=(Word("compare_name"), Word("proof_hc1")),
            keys=(*ANSWERS["compare_name"], LEADER, CANCEL),
        )
    ),
    "ask_pass": view(
        panel(
            PanelKind.ASK,
            "ask",
            person=LI,
            temperature=reading(3640),
            reasons=(Word("compare_pass"), Word("pass_revoked")),
            keys=(*ANSWERS["compare_pass"], LEADER, CANCEL),
        )
    ),
    "ask_pass_waiting": view(
        panel(
            PanelKind.ASK,
            "ask",
            person=LI,
            temperature=reading(3640),
            reasons=(Word("compare_pass"), Word("pass_revoked"), Word("other_gate_unknown")),
            keys=(*ANSWERS["compare_pass"], LEADER, CANCEL),
        ),
        waiting=CHIPS[:1],
    ),
    "partial_isolated": view(
        panel(
            PanelKind.PARTIAL,
            "measure",
            person=LI,
            missing=(Word("measure"),),
            reasons=(Word("home_isolation"),),
            keys=(TO_CLINIC, BY_HAND, CANCEL),
        ),
        direction="out",
    ),
    "idle_building_closed": view(
        IDLE,
        badges=(
            Badge(Word("closed_building", (("place", "7"), ("n", "86"))), Level.WARN),
            Badge(Word("closed_outside", (("n", "12"),)), Level.WARN),
            Badge(Word("revocations_stale"), Level.WARN),
        ),
    ),
    "admit": view(ADMIT, undo=UNDO),
    "admit_waiting": view(ADMIT, undo=UNDO, waiting=CHIPS),
    "admit_case": view(ADMIT, undo=UNDO, waiting=CHIPS, cases=(CASE, replace(CASE, case=8, masked="曾**"))),
    "admit_by_hand": view(
        replace(ADMIT, temperature=reading(3645, by_hand=True), people=5, measured=5), undo=UNDO, now_ms=NOON_MS
    ),
    "retake_high": view(
        panel(
            PanelKind.RETAKE,
            "rest_and_retake",
            person=replace(LI, masked="张**", name="张浩", place="5号楼2单元402"),
            temperature=reading(3740),
            reasons=(Word("above_line"), Word("hint_hat")),
            keys=(REST, REMEASURE),
            until_ms=NOW_MS + 30_000,
        )
    ),
    "retake_cold": view(
        panel(
            PanelKind.RETAKE,
            "retake",
            person=LI,
            temperature=reading(3410),
            reasons=(Word("too_cold"), Word("hint_closer")),
            keys=(REMEASURE, BY_HAND),
        ),
        waiting=CHIPS[:1],
    ),
    "retake_above_normal": view(
        panel(
            PanelKind.RETAKE,
            "rest_and_retake",
            person=replace(LI, masked="赵*", name="赵敏", place="6号楼1单元302"),
            temperature=reading(3680),
            reasons=(Word("above_baseline", (("n", "1.1"),)), Word("hint_window"), Word("cold_air")),
            keys=(CANCEL,),
            until_ms=NOW_MS + 10_000,
        ),
        waiting=CHIPS[:2],
    ),
    "contact_check": view(
        panel(
            PanelKind.RETAKE,
            "contact_check",
            person=replace(LI, masked="赵*", name="赵敏", place="6号楼1单元302"),
            temperature=reading(3690, 2),
            reasons=(Word("above_baseline", (("n", "1.1"),)), Word("contact_how")),
            missing=(Word("measure"),),
            keys=(CONTACT_KEY, REST, CANCEL),
        ),
    ),
    "admit_checked": view(
        replace(
            ADMIT,
            temperature=reading(3660, 3, by_hand=True),
            reasons=(Word("resident"), Word("contact_normal"), Word("mask_unchecked"), Word("measured_by_hand")),
        ),
        undo=UNDO,
    ),
    "retake_frost": view(
        panel(
            PanelKind.RETAKE,
            "low_reading",
            person=LI,
            temperature=reading(3310),
            reasons=(Word("too_cold"), Word("hint_warm_up"), Word("cold_air")),
            missing=(Word("measure"),),
            keys=(BY_HAND, REST, CANCEL),
        ),
        badges=(Badge(Word("ambient_cold"), Level.WARN),),
    ),
    "refer": view(
        panel(
            PanelKind.REFER,
            "refer",
            person=replace(LI, masked="陈*", name="陈杰", place="3号楼1单元301"),
            temperature=reading(3650),
            reasons=(Word("yellow_code"), Word("to_community")),
            keys=(LEADER,),
        ),
    ),
    "fever": view(FEVER, alarm=Alarm(NOW_MS - 12_000)),
    "fever_silenced": view(FEVER, alarm=Alarm(NOW_MS - 22_000, silent_until_ms=NOW_MS + 107_000)),
    "fever_escalated": view(
        FEVER, alarm=Alarm(NOW_MS - 75_000, escalated=True, phone="0393-5550123"), waiting=CHIPS[:2]
    ),
    "fever_beside": view(
        ADMIT,
        alarm=Alarm(NOW_MS - 40_000),
        cases=(
            replace(
                CASE,
                answered=False,
                steps=tuple(replace(step, done_ms=None, next=index == 0) for index, step in enumerate(STEPS)),
                keys=(Key(Act.ANSWER, Word("answer"), "stop", "3", (("case", "7"),)),),
            ),
        ),
        undo=UNDO,
    ),
    "admit_overdue": view(
        replace(ADMIT, reasons=(Word("resident"), Word("pass_valid"), Word("overdue", (("n", "7"),)))), undo=UNDO
    ),
    "admit_backfilled": view(
        replace(ADMIT, reasons=(Word("resident"), Word("pass_valid"), Word("exit_backfilled"))), undo=UNDO
    ),
    "ask_holder": view(
        panel(
            PanelKind.ASK,
            "ask",
            person=LI,
            temperature=reading(3620),
            reasons=(Word("recorded_inside"),),
            keys=HOLDER_KEYS,
        )
    ),
    "ask_other_gate": view(
        panel(
            PanelKind.ASK,
            "ask",
            person=PersonLine("马**", "马师傅", "", "7788"),
            temperature=reading(3620),
            reasons=(Word("maybe_other_gate"),),
            keys=HOLDER_KEYS,
        )
    ),
    "deny_borrowed": view(
        panel(
            PanelKind.DENY,
            "cannot_enter",
            person=PersonLine("何*", "", "", "2205"),
            temperature=reading(3620),
            reasons=(Word("pass_borrowed"),),
            rule=RULE,
            keys=(LEADER, CANCEL),
        )
    ),
    "deny_spent": view(
        panel(
            PanelKind.DENY,
            "cannot_leave",
            person=LI,
            temperature=reading(3620),
            reasons=(Word("pass_spent"),),
            rule=RULE,
            keys=(LEADER, CANCEL),
        ),
        direction="out",
    ),
    "people": view(
        IDLE,
        keys=(*KEYS, Key("page:people", Word("people_key"))),
        people=PEOPLE,
        badges=(Badge(Word("thermometer_ok"), Level.OK), Badge(Word("overdue_outside", (("n", "2"),)), Level.NOTE)),
    ),
    "people_nobody": view(
        IDLE, keys=(*KEYS, Key("page:people", Word("people_key"))), people=PeopleBoard((), (), (), 3)
    ),
    "deny": view(DENY),
    "deny_isolation": view(
        panel(
            PanelKind.DENY,
            "cannot_leave",
            person=replace(LI, masked="周*", name="周强", place="2号楼1单元302"),
            temperature=reading(3650),
            reasons=(Word("home_isolation"), Word("goods_only")),
            rule=RULE,
            keys=(LEADER, EXCEPTION, CANCEL),
        ),
        direction="out",
        waiting=CHIPS[:4],
        cases=(CASE,),
    ),
    "closed": view(
        Panel(PanelKind.CLOSED, Word("closed"), reasons=(Word("storage_full"), Word("red_still_works"))),
        badges=(Badge(Word("storage_bad"), Level.BAD, NOW_MS - 60_000),),
        keys=(LEADER, WIPE),
    ),
    "wiped": view(IDLE, wiped_until_ms=NOW_MS + 18_000),
    "long": view(
        replace(
            ADMIT,
            person=PersonLine("买买提江**", "买买提江·阿卜杜热西提", "锦绣花园二期东区12号楼3单元1502", "0412"),
            reasons=(
                Word("overdue", (("n", "60"),)),
                Word("measured_by_hand"),
                Word("above_baseline", (("n", "0.9"),)),
            ),
        ),
        gate="二期东区北门",
        operator="欧阳海燕",
        direction="out",
        undo=UNDO,
    ),
}

GALLERY |= party_gallery() | duty_gallery() | log_gallery(NOW_MS)
GALLERY |= office_gallery(GALLERY["idle"], GALLERY["fever"], CASE)
