"""What a file would change: who is new, different or gone, and which person of it is which of the register.  Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace

from station.roster.content import Delta
from station.roster.private import holds_number
from station.roster.resident import Resident

#: Half a building moving out at once is a wrong file more often than the truth.
ALARMING_SHARE = 0.2
#: Column of a file → field of a resident.  What a file has no column for is kept as it was.
_KEPT = {
    "code": "code",
    "plates": "plates",
    "tags": "tags",
    "class": "klass",
    "household": "household",
}
_FIELDS = tuple(each.name for each in fields(Resident) if each.name != "id")


@dataclass(frozen=True, slots=True)
class Change:
    """One person before and after; ``fields`` are the names of what differs."""

    before: Resident
    after: Resident
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """Everybody new, changed and gone, and how many stay as they are."""

    new: tuple[Resident, ...] = field(repr=False)
    changed: tuple[Change, ...] = field(repr=False)
    gone: tuple[Resident, ...] = field(repr=False)
    same: int = 0

    @property
    def people(self) -> int:
        """How many there are afterwards."""
        return len(self.new) + len(self.changed) + self.same

    @property
    def empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.new or self.changed or self.gone)

    @property
    def alarming(self) -> bool:
        """Whether so many would go that somebody should look twice."""
        before = len(self.changed) + len(self.gone) + self.same
        return len(self.gone) > ALARMING_SHARE * before

    def delta(self, base: int, base_sha256: str) -> Delta:
        """The content of an order that makes this change to the roster *base*."""
        put = (*self.new, *(change.after for change in self.changed))
        return Delta(base, base_sha256, self.people, put, tuple(person.id for person in self.gone))


def identify(
    rows: Iterable[Resident],
    known: Collection[Resident],
    new_id: Callable[[], str],
    columns: Collection[str] = (),
) -> tuple[Resident, ...]:
    """*rows*, each with the id of the same person among *known*, or a new one.

    An id of the office's own stays.  Otherwise the same person has the same name, last four and place; failing
    that the same name and last four (moved), or the same name and place (a number put right), where only one
    on each side can be meant.

    :param new_id: draws an id; drawn again if it is taken or looks like a number.
    :param columns: the fields that the file has; of *known* everything else is kept.
    """
    listed = list(rows)
    by_id = {person.id: person for person in known}
    taken = {row.id for row in listed if row.id}
    free = [person for person in known if person.id not in taken]
    matched: dict[int, Resident] = {at: by_id[row.id] for at, row in enumerate(listed) if row.id in by_id}
    for key, alone in ((_exact, False), (_moved, True), (_corrected, True)):
        _match(listed, free, matched, key, alone)
        used = {person.id for person in matched.values()}
        free = [person for person in free if person.id not in used]
    taken |= set(by_id)
    keep = [attribute for column, attribute in _KEPT.items() if column not in columns]
    found = []
    for at, row in enumerate(listed):
        before = matched.get(at)
        identity = row.id or (before.id if before else _draw(new_id, taken))
        found.append(_with(row, identity, before, keep))
    return tuple(found)


def compare(known: Iterable[Resident], rows: Iterable[Resident]) -> Diff:
    """What making *rows* out of *known* would change; both have ids."""
    before = {person.id: person for person in known}
    new, changed, same = [], [], 0
    for row in rows:
        old = before.pop(row.id, None)
        if old is None:
            new.append(row)
        elif old == row:
            same += 1
        else:
            names = tuple(name for name in _FIELDS if getattr(old, name) != getattr(row, name))
            changed.append(Change(old, row, names))
    return Diff(tuple(new), tuple(changed), tuple(before.values()), same)


_Key = tuple[str, ...] | None


def _exact(person: Resident) -> _Key:
    return person.name, person.last4, person.compound, person.place


def _moved(person: Resident) -> _Key:
    return (person.name, person.last4) if person.last4 else None


def _corrected(person: Resident) -> _Key:
    return (person.name, person.compound, person.place) if person.place else None


def _match(
    rows: Sequence[Resident],
    free: Iterable[Resident],
    matched: dict[int, Resident],
    key: Callable[[Resident], _Key],
    alone: bool,
) -> None:
    """Add to *matched* the rows and people that share a key; with *alone*, only where it is one on each side."""
    people, places = defaultdict(list), defaultdict(list)
    for person in free:
        people[key(person)].append(person)
    for at, row in enumerate(rows):
        if not row.id and at not in matched:
            places[key(row)].append(at)
    for shared, ats in places.items():
        if shared is None or (alone and (len(ats) != 1 or len(people[shared]) != 1)):
            continue
        matched.update(zip(ats, people[shared], strict=False))


def _draw(new_id: Callable[[], str], taken: set[str]) -> str:
    for identity in _draws(new_id):
        if identity not in taken and not holds_number(identity):
            taken.add(identity)
            return identity
    raise ValueError("new_id: drew nothing new a hundred times")


def _draws(new_id: Callable[[], str]) -> Iterator[str]:
    # With 64 random bits two draws never collide; a hundred bound a source that is stuck.
    for _ in range(100):
        yield new_id()


def _with(row: Resident, identity: str, before: Resident | None, keep: Iterable[str]) -> Resident:
    if before is None:
        return replace(row, id=identity)
    moved = (before.place, before.compound) != (row.place, row.compound)
    kept = {name: getattr(before, name) for name in keep if not (moved and name in ("household", "code"))}
    return replace(row, id=identity, **kept)
