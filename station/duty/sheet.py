"""The duty's sheets as the gate's screen shows them: signing in, opening a shift, handing it over.  Pure."""

from __future__ import annotations

from station.duty.around import Around
from station.duty.post import Post
from station.duty.relief import STAND_IN
from station.duty.rota import Operator
from station.duty.today import shifts_today
from station.lane.action import Act
from station.lane.lane import Lane
from station.screen.elements import Key, Level, Word
from station.screen.sheets import CaseRead, DutyLine

#: Tiles that stand on the sheet itself; the others are one tap further.
NEAR = 3
#: Open cases side by side.
ROW = 5
#: Tiles that fit on the sheet of all, besides those for somebody who is not on the rota.
ALL = 12


#: The name in the header opens the sheet.
DUTY = Key("page:duty", Word("sign_in"))
_END_DRILL = Word("drill_end")
_BEGIN_DRILL = Word("drill_begin")


def duty_line(post: Post, lane: Lane, around: Around) -> DutyLine:
    """The sheets for *lane* now."""
    on, rota = post.on, post.rota()
    planned = rota.at(around.now_ms) if around.clock_known else None
    leader = rota.operators.get(planned.leader) if planned is not None else None
    act = Act.HAND_OVER if on.id else Act.SIGN_IN
    expected = rota.expected(around.now_ms) if around.clock_known else ()
    ordered = [*expected, *(id for id in rota.operators if id not in expected)]
    listed = [rota.operators[id] for id in ordered if id != on.id]
    tiles = tuple(_tile(act, one, one.id in expected, post.proof.asks_pin(one, around.now_ms)) for one in listed)
    others = (
        Key("page:search", Word("stand_in_named"), "warn", "", (("act", act),)),
        Key(act, Word("stand_in_unnamed"), "warn", "", (("operator", STAND_IN),), confirm=True),
    )
    near = (*tiles[:NEAR], Key("page:relief", Word("somebody_else"))) if tiles else others
    return DutyLine(
        "nobody" if not on.id else "opening" if on.opened_ms is None else "open",
        near,
        (*tiles[:ALL], *others),
        on.since_ms or None,
        "" if leader is None else leader.name,
        "" if leader is None else leader.phone,
        _counts(lane, around) if on.id else (),
        _cases(lane, on.read) if on.id else (),
        sum(1 for id in lane.cases if id not in on.read) if on.id else 0,
        on.own_centi,
        on.own_verdict,
        post.own_until_ms,
        on.self_test,
        shifts_today(rota, around.now_ms, lane.timezone) if around.clock_known else (),
    )


def drill_key(post: Post, lane: Lane, now_ms: int) -> Key:
    """演练 begins, or ends; where no leader is on duty, one of them says so with their PIN."""
    word, to = (_END_DRILL, "off") if lane.drill else (_BEGIN_DRILL, "on")
    look = "warn" if lane.drill else "neutral"  # nothing that waits to be done
    operators = post.rota().operators
    leaders = [one for one in operators.values() if one.leads]
    on_duty = operators.get(post.on.id)
    if not leaders or (on_duty is not None and on_duty.leads):
        return Key(Act.DRILL, word, look, "", (("to", to),), confirm=True)
    return Key(
        Act.DRILL,
        word,
        look,
        choices=tuple(_leader(one, to, post.proof.asks_pin(one, now_ms)) for one in leaders[:ALL]),
    )


def _leader(one: Operator, to: str, asks_pin: bool) -> Key:
    word = Word("name", (("n", one.name),))
    if asks_pin:
        return Key("page:pin", word, "action", "", (("act", Act.DRILL), ("operator", one.id), ("to", to)))
    return Key(Act.DRILL, word, "action", "", (("operator", one.id), ("to", to)), confirm=True)


def _tile(act: Act, one: Operator, expected: bool, asks_pin: bool) -> Key:
    """The key of somebody on the rota; who is expected stands out, and who has a PIN is asked for it."""
    look = "action" if expected else "neutral"
    word = Word("leader_tile" if one.leads else "name", (("n", one.name),))
    if asks_pin:
        return Key("page:pin", word, look, "", (("act", act), ("operator", one.id)))
    return Key(act, word, look, "", (("operator", one.id),), confirm=act is Act.HAND_OVER)


def _counts(lane: Lane, around: Around) -> tuple[tuple[Word, Level], ...]:
    counts = (
        ("waiting_count", len(lane.waiting)),
        ("overdue_outside", around.overdue),
        ("to_fill_in", len(lane.unfilled)),
        ("unsent", around.unsent),
    )
    lines = [(Word(code, (("n", str(n)),)), Level.NOTE if n else Level.OK) for code, n in counts]
    if around.lost:
        lines.append((Word("devices_lost", (("n", str(len(around.lost))),)), Level.BAD))
    else:
        lines.append((Word("devices_ok", (("n", str(around.devices)),)), Level.OK))
    return tuple(lines)


def _cases(lane: Lane, read: tuple[str, ...]) -> tuple[CaseRead, ...]:
    """The open cases in their order; where they are more than one row, those that were not looked at first."""
    listed = [_case(lane, id, read) for id in lane.cases]
    return tuple(listed if len(listed) <= ROW else sorted(listed, key=lambda one: one.read)[:ROW])


def _case(lane: Lane, id: str, read: tuple[str, ...]) -> CaseRead:
    case = lane.cases[id]
    key = Key(Act.READ_CASE, Word("read_case"), "warn", "", (("case", id),))
    return CaseRead(case.masked, case.opened_ms, case.answered, id in read, key)
