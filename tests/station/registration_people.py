"""The register and the earlier visitors behind the forms of the tests.  All people are invented."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from station.facts import PersonClass, Status
from station.registration.form import Returning
from station.registration.forms import Forms
from station.roster.isolation import RiskLevel, RiskRow
from station.roster.resident import Resident
from tests.station.gallery import NOW_MS

DAY_MS = 24 * 3600 * 1000
RESIDENTS = {
    one.id: one
    for one in (
        Resident("r-221-1", "张桂兰", "2-2-301", household="2-2-301", last4="5521"),
        Resident("r-531-1", "吴秀梅", "5-1-301", household="5-1-301", last4="4410"),
        Resident("r-601-1", "孙磊", "6-1-201", household="6-1-201", last4="0912"),
        Resident("r-512-2", "李敏", "5-1-202", household="5-1-202", last4="3001"),
        Resident("r-711-1", "钱进", "7-1-101", household="7-1-101", last4="7101"),
    )
}
EPOCH = (1 << 32) | 7


def came(number: int, masked: str, last4: str, days_ago: int, **more: object) -> Returning:
    """Somebody who was registered *days_ago*."""
    base: dict[str, object] = {"place": "2-2-301", "host": "r-221-1", "purpose": "family", "phone4": ""}
    return Returning(
        str(number),
        (EPOCH, number),
        NOW_MS - days_ago * DAY_MS,
        more.pop("klass", PersonClass.VISITOR),  # type: ignore[arg-type]  # the callers', tests run it
        masked,
        last4,
        **{**base, **more},  # type: ignore[arg-type]
    )


PEOPLE = (
    came(31, "周*", "6626", 2),
    came(28, "马**", "0417", 6, klass=PersonClass.WORKER, place="", host="", purpose="repair", plate="L307"),
    came(22, "欧阳**", "118X", 9, due=("phone",)),
    came(19, "林*", "9033", 12, place="5-1-301", host="r-531-1"),
    came(12, "高*", "2219", 15, plate="52Q1"),
)


@dataclass(slots=True)
class FakeRegister:
    """What the community has told the gate."""

    isolated: set[str] = field(default_factory=lambda: {"5-1-301"})
    closed: set[str] = field(default_factory=lambda: {"7-1-101"})
    areas: list[RiskRow] = field(
        default_factory=lambda: [
            RiskRow("郑州市二七区", RiskLevel.HIGH, NOW_MS - 20 * DAY_MS),
            RiskRow("信阳市固始县", RiskLevel.MEDIUM, NOW_MS - 5 * DAY_MS),
            RiskRow("许昌市禹州市", RiskLevel.MEDIUM, NOW_MS - 30 * DAY_MS, NOW_MS - 6 * DAY_MS),
        ]
    )

    def resident(self, id: str) -> Resident | None:
        return RESIDENTS.get(id)

    def by_code(self, code: bytes) -> Resident | None:
        return next((one for one in RESIDENTS.values() if one.code == code), None)

    def holder(self, name: str, household: str) -> Resident | None:
        return next((one for one in RESIDENTS.values() if (one.name, one.household) == (name, household)), None)

    def status_of(self, resident: Resident) -> Status:
        return Status.ISOLATION if resident.household in self.isolated else Status.NONE

    def household_isolated(self, household: str) -> bool:
        return household in self.isolated

    def place_closed(self, place: str, compound: str = "") -> bool:
        return not compound and place in self.closed

    def risk_areas(self) -> list[RiskRow]:
        return self.areas


@dataclass(slots=True)
class FakeVisitors:
    """Who came before."""

    people: list[Returning] = field(default_factory=lambda: list(PEOPLE))

    def latest(self, limit: int) -> Sequence[Returning]:
        return self.people[:limit]

    def find(self, digits: str, limit: int) -> Sequence[Returning]:
        def fits(one: Returning) -> bool:
            return one.last4.startswith(digits) or one.phone4.startswith(digits) or digits in one.plate

        return [one for one in self.people if fits(one)][:limit]

    def one(self, registration: str) -> Returning | None:
        return next((one for one in self.people if one.registration == registration), None)

    def due(self, limit: int) -> Sequence[Returning]:
        return [one for one in self.people if one.due][:limit]


class Clock:
    """A clock that a test moves."""

    now_ms = NOW_MS
    known = True


def fake_forms(clock: Clock | None = None, *, sealed: bool = True, regime: str = "medium") -> Forms:
    """The real forms, over people that are invented."""
    clock = clock or Clock()
    numbers = itertools.count(100)
    return Forms(
        FakeRegister(),
        FakeVisitors(),
        sealed=lambda: sealed,
        regime=lambda: regime,
        now_ms=lambda: clock.now_ms,
        clock_known=lambda: clock.known,
        new_id=lambda: str(next(numbers)),
    )
