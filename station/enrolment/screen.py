"""登记本站: who may open the sheet on which a hub's code is read, and its keys.  Pure."""

from __future__ import annotations

from station.duty.post import Post
from station.duty.rota import Operator, Role
from station.duty.sheet import ALL
from station.enrolment.enrolment import Enrolment
from station.lane.action import Act, Action, ActionError
from station.screen.elements import Key, Word

_OPEN = ("do", "open")
_WORD = Word("enrol_key")


def keys(post: Post, enrolment: Enrolment | None, now_ms: int) -> tuple[Key, ...]:
    """The key under 更多; none where this gate is let in already and no admin is on the rota."""
    if enrolment is None:
        return ()
    if not enrolment.enrolled or _is_admin(post.rota().operators.get(post.on.id)):
        return (Key(Act.ENROL, _WORD, arguments=(_OPEN,)),)
    admins = [one for one in post.rota().operators.values() if _is_admin(one)]
    choices = tuple(_admin(one, post.proof.asks_pin(one, now_ms)) for one in admins[:ALL])
    return (Key(Act.ENROL, _WORD, choices=choices),) if choices else ()


def act(post: Post, enrolment: Enrolment | None, action: Action, now_ms: int) -> None:
    """Do what was pressed on the sheet, or open it.

    :raises ActionError: ``admin_needed`` if who wants it may not, or as :meth:`Post.insist` and the sheet have it.
    """
    if enrolment is None:
        raise ActionError("not_now", "enrol: there will never be a hub here")
    match action.get("do"):
        case "open":
            if enrolment.enrolled:
                post.insist(action, now_ms, "admin_needed", _is_admin)
            enrolment.open(now_ms)
        case "close":
            enrolment.close()
        case answer:
            enrolment.answer(answer == "same", now_ms)


def _is_admin(one: Operator | None) -> bool:
    return one is not None and one.role is Role.ADMIN


def _admin(one: Operator, asks_pin: bool) -> Key:
    word, arguments = Word("name", (("n", one.name),)), (_OPEN, ("operator", one.id))
    if asks_pin:
        return Key("page:pin", word, "action", "", (("act", Act.ENROL), *arguments))
    return Key(Act.ENROL, word, "action", "", arguments, confirm=True)
