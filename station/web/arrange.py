"""What of a view is shown where: which reasons face the queue, which badges fit, how many of the last visits.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from station.screen.beside import CaseLine
from station.screen.bulletins import page
from station.screen.elements import Badge, Key, Level, Word
from station.screen.panel import Panel, PanelKind
from station.screen.view import View
from station.web import fit
from station.web.keys import Layout, lay_out, log_page, sheet, with_choices
from station.web.words import Catalogue

#: Reasons that concern a person's health or case stand on the operator's strip, not on the side that faces the queue.
OPERATOR_ONLY = frozenset(
    {
        "home_isolation",
        "self_monitoring",
        "red_code",
        "yellow_code",
        "health_code",
        "risk_area",
        "symptoms",
        "to_clinic",
        "office_closed_unanswered",
    }
)
#: Reasons in one line under the headline; more would be read by nobody.
MAX_REASONS = 3
#: People who rest, as many as the strip has places; beside an open case it has three.
MAX_CHIPS, CHIPS_BESIDE_CASE = 6, 3

#: The header in px of the 800 px screen: what gate, operator and badges share; a badge's padding, with and without
#: an icon; "+2"; the sizes of the letters.
HEADER_ROOM, BADGE_FRAME, MARK_FRAME, BADGE_REST, BADGE_SIZE, HEADER_SIZE = 400, 48, 26, 56, 20, 26

#: Notices that something is done; every other one says what to do.
DONE = frozenset(
    {
        "travel_noted",
        "round_noted",
        "supplies_noted",
        "incident_noted",
        "inspection_noted",
        "isolation_noted",
        "note_undone",
        "call_noted",
        "shift_opened",
        "leader_called",
        "own_normal",
    }
)

#: What the lists call an outcome.
RECENT_WORDS = {
    "admit": "let_through",
    "retake": "waiting",
    "refer": "to_community",
    "fever": "temperature_abnormal",
    "deny": "turned_back",
    "left": "left",
    "goods": "hand_over",
}


def arrange(view: View, catalogue: Catalogue) -> dict[str, object]:
    """What of *view* is shown where."""
    layout = lay_out(view)
    reasons = view.panel.reasons
    return {
        "layout": layout,
        "badges": _badges(view, catalogue),
        "opened": _opened(layout, view.cases),
        "reasons": [word for word in _told(view.panel, catalogue) if word.code not in OPERATOR_ONLY][:MAX_REASONS],
        "private": [word for word in reasons if word.code in OPERATOR_ONLY],
        "recent": view.recent[: recent_room(view)],
        "recent_words": RECENT_WORDS,
        "chips": view.waiting[: CHIPS_BESIDE_CASE if view.cases else MAX_CHIPS],
        "notice": notice(view, catalogue),
        "told": "" if not _is_notice(view.panel) else "tick" if view.panel.headline.code in DONE else "note",
        "bulletin": page(view.bulletins, catalogue.language, view.turn),
    }


def _is_notice(panel: Panel) -> bool:
    """Whether *panel* tells the operator something and asks nothing."""
    return panel.kind is PanelKind.ASK and panel.headline.code != "ask"


def _told(panel: Panel, catalogue: Catalogue) -> list[Word]:
    """The reasons of *panel* without one that only repeats its headline."""
    headline = catalogue.say(panel.headline)
    return [word for word in panel.reasons if catalogue.say(word) != headline]


def marks(view: View) -> dict[str, str]:
    """What the style sheet must know of a view: the ``data-`` attributes of the body."""
    return {
        "stage": view.panel.kind,
        "alarm": "on" if view.alarm is not None else "",
        "row": "on" if has_row(view) else "",
        "wiped": str(view.wiped_until_ms or ""),
        "drill": "on" if view.drill else "",
        "visit": str(view.panel.visit),
        "registration": str(view.registration),
    }


def has_row(view: View) -> bool:
    """Whether people who rest and open cases stand under the panel; a fever that sounds has the screen to itself."""
    return bool(view.waiting or view.cases) and view.panel.kind is not PanelKind.FEVER


def recent_room(view: View) -> int:
    """How many of the last visits fit beside the panel; the style sheet's heights, in px of the 480 px screen."""
    if view.panel.kind is PanelKind.FEVER:
        return 0
    room = 188 if has_row(view) else 300
    if view.panel.person is not None or view.panel.temperature is not None:
        room -= 80 if has_row(view) else 152
    if view.undo is not None:
        room -= 112
    return max(0, min(5, (room - 52) // 40))


def notice(view: View, catalogue: Catalogue) -> Word | Badge | None:
    """The one line under an empty panel: that the station started again, or the worst badge with what to check."""
    if view.panel.kind not in {PanelKind.IDLE, PanelKind.PARTIAL}:
        return None
    if view.restarted_ms is not None:
        zone = ZoneInfo(view.timezone)
        time = datetime.fromtimestamp(view.restarted_ms / 1000, zone).strftime("%H:%M")
        return Word("restarted", (("time", time),))
    worst = [badge for badge in view.badges if badge.level is Level.BAD and catalogue.knows(badge.word.code + "_check")]
    return worst[0] if worst else _closed(view, catalogue)


def _closed(view: View, catalogue: Catalogue) -> Word | None:
    """What is closed, how many live there and how many of them are outside; of several places the first."""
    gaps = {badge.word.code: badge.word for badge in view.badges if badge.word.code.startswith("closed_")}
    outside = gaps.pop("closed_outside", None)
    for word in gaps.values():
        said = (("what", catalogue.say(word)), ("n", dict(word.gaps)["n"]))
        if outside is None:
            return Word("closed_notice", said)
        return Word("closed_notice_outside", (*said, ("m", dict(outside.gaps)["n"])))
    return None


def _badges(view: View, catalogue: Catalogue) -> dict[str, object]:
    ordered = fit.worst_first(view.badges)
    room = HEADER_ROOM - HEADER_SIZE * (fit.em(view.gate) + fit.em(view.operator))
    for mark, stands in (("demo", view.demo), ("drill", view.drill)):
        room -= MARK_FRAME + BADGE_SIZE * fit.em(catalogue.say(mark)) if stands else 0
    shown, times = 0, True
    for times in (True, False):  # since when, where there is room to say it
        widths = [
            BADGE_FRAME + BADGE_SIZE * (fit.em(catalogue.say(badge.word)) + (3.2 if badge.since_ms and times else 0))
            for badge in ordered
        ]
        shown = fit.fitting(widths, room, BADGE_REST)
        if shown:
            break
    first = ordered[:shown]
    if not shown:
        # The gravest says what it is in short words, however little room there is: «+3» tells nobody anything.
        first = [_short(badge, catalogue) for badge in ordered[:1] if badge.level is not Level.OK]
        shown = len(first)
    return {
        "shown": first,
        "rest": [badge for badge in ordered[shown:] if badge.level is not Level.OK],
        "all": ordered,
        "times": times,
    }


def _short(badge: Badge, catalogue: Catalogue) -> Badge:
    code = badge.word.code + "_short"
    return replace(badge, word=replace(badge.word, code=code)) if catalogue.knows(code) else badge


def _opened(layout: Layout, cases: Sequence[CaseLine]) -> list[Key]:
    keys = [*layout.row, *layout.more, *(key for case in cases for key in case.keys)]
    if layout.sign_in is not None:
        keys.append(layout.sign_in)
    # What stands behind 值守记录 is asked for when it is opened: a hundred sheets that hardly anybody looks at.
    return list({sheet(key): key for key in with_choices(keys) if not log_page(key)}.values())
