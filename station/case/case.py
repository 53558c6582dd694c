"""A fever case: its steps as a table, and what has been done of them.  Pure.

Steps are those of REQUIREMENTS (发热处置 [002-4, 002-5]).  A case ends only by a measurement, a hand-over or a
typed reason; nothing here calls a forehead reading confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from station.wire.case_order import Handled


@dataclass(frozen=True, slots=True)
class StepKind:
    """One step: ``after`` lists the steps of which one must be done before, ``ends`` closes the case."""

    name: str
    after: tuple[str, ...]
    ends: bool = False
    needs: str = ""  # what must be typed or chosen with it
    also: tuple[str, ...] = ()  # what may be chosen besides


OPENED = "opened"
STEPS: tuple[StepKind, ...] = (
    StepKind("answered", (OPENED,)),  # 留观并上报: somebody takes it up
    StepKind("office_closed", ("answered",), ends=True),  # the office closed it, and somebody here has seen that
    StepKind("axillary", ("answered",), needs="centi_celsius"),  # 腋温复测
    StepKind("ruled_out", ("axillary",), ends=True),  # 排除发热
    StepKind("observed", ("answered", "axillary")),  # 带到留观点
    StepKind("told", ("answered", "axillary", "observed")),  # 报社区 / 通知村医
    StepKind("to_clinic", ("told",), needs="clinic", also=("escort", "vehicle")),  # 送发热门诊
    StepKind("handed_over", ("told", "to_clinic"), needs="to"),  # 已移交
    StepKind("disinfected", ("handed_over", "to_clinic")),  # 终末消毒
    StepKind("closed", ("handed_over", "disinfected"), ends=True),  # 办结
    StepKind("closed_with_reason", ("answered",), ends=True, needs="reason"),
)
#: What the keys offer where a step asks for something, as codes; whatever else comes is words, which may name somebody.
CODES: dict[str, tuple[str, ...]] = {
    "clinic": ("designated", "nearest"),
    "to": ("ambulance", "office", "doctor"),
    "reason": ("wrong_person", "pressed_by_mistake", "device_error"),
    "escort": ("doctor", "office", "family", "volunteer"),
    "vehicle": ("ambulance", "office_car", "own_car"),
}
_BY_NAME = {step.name: step for step in STEPS}


@dataclass(frozen=True, slots=True)
class Case:
    """One case: ``id`` is its visit's, ``done`` the steps with their times, oldest first.

    ``hot`` says that the newest axillary value is over the line, ``told`` what the office did with it.
    """

    id: str
    cause: str
    opened_ms: int
    masked: str = ""
    done: tuple[tuple[str, int], ...] = ()
    escalated: bool = False
    hot: bool = False
    called: bool = False
    told: Handled | None = None

    @property
    def answered(self) -> bool:
        """Whether somebody has taken it up."""
        return any(name == "answered" for name, _ in self.done)

    @property
    def ended(self) -> bool:
        """Whether a step that ends it was done."""
        return any(_BY_NAME[name].ends for name, _ in self.done if name in _BY_NAME)


def tell(cases: dict[str, Case], handled: Mapping[str, Handled]) -> None:
    """Note in *cases* what the office did with them.

    One that the office closed stays open: who is at the gate ends it, once they have seen it, and an alarm that nobody
    there has answered sounds on.
    """
    for id, case in cases.items():
        if case.told != handled.get(id):
            cases[id] = replace(case, told=handled.get(id))


def step_kind(name: str) -> StepKind | None:
    """The step called *name*."""
    return _BY_NAME.get(name)


def possible(case: Case) -> tuple[StepKind, ...]:
    """The steps that can be done next, in the order of the table."""
    if case.ended:
        return ()
    names = {OPENED} | {name for name, _ in case.done}
    return tuple(
        step
        for step in STEPS
        if (step.name not in names or _again(case, step.name))
        and names.intersection(step.after)
        and not (step.name == "ruled_out" and not _may_be_ruled_out(case))
        and not (step.name == "office_closed" and not (case.told and case.told.closed_ms))
    )


def _again(case: Case, step: str) -> bool:
    """An axillary value over the line may be a slip of the finger or of the thermometer: it can be taken again."""
    return step == "axillary" and case.hot


def _may_be_ruled_out(case: Case) -> bool:
    """Not against the contact thermometer; and who has symptoms is told of first, whatever it reads."""
    told = any(name == "told" for name, _ in case.done)
    return not case.hot and (case.cause != "symptoms" or told)


def advance(case: Case, step: str, at_ms: int, hot: bool = False) -> Case:
    """*case* with *step* done; *hot* says that an axillary value is over the line.

    :raises ValueError: if the step cannot be done now.
    """
    if step not in {kind.name for kind in possible(case)}:
        raise ValueError(f"case: {step} cannot follow {[name for name, _ in case.done] or OPENED}")
    return replace(case, done=(*case.done, (step, at_ms)), hot=hot if step == "axillary" else case.hot)
