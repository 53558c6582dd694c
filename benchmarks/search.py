"""How long a keystroke of the search takes in a county seat of 55,887 invented people (``./run bench search``).

Invented residents go through the product's own road (an order's content, applied to a register) and into a plain table
that is searched with LIKE over the same columns, as a first version would.  Then people are looked for as they are at
a gate: by initials, name in pinyin, name, room, last four, end of the number plate, one more character at a time.
Every beginning is one query to the product and, when all are done, one to the table; the times are wall milliseconds
until the rows are there.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks._result import write_result
from benchmarks.roster_people import COUNTY, people
from station.pinyin import readings
from station.register import Register
from station.roster import Resident, place, plate
from station.roster.content import encode_snapshot
from station.wire.order import EVERY_STATION, Order, OrderKind

#: Rows on the gate's screen, and one to know whether there are more.
LIMIT = 13
#: So many people are looked for in every way; about 1,400 keystrokes.
SOUGHT = 25
_LIKE = (
    "SELECT name, place, last4 FROM people WHERE name LIKE ?1 OR pinyin LIKE ?1 OR initials LIKE ?1 OR place LIKE ?1 "
    "OR compact LIKE ?1 OR last4 LIKE ?1 OR phone4 LIKE ?1 OR plates LIKE ?1 LIMIT ?2"
)


def residents(count: int) -> Iterator[Resident]:
    """*count* invented residents as a roster holds them."""
    for number, person in enumerate(people(count)):
        where = place.normalise(person.place)[1]
        yield Resident(
            id=f"r{number}",
            name=person.name,
            place=where,
            household=where,
            last4=person.id_number[-4:],
            phone4=person.phone[-4:],
            plates=(plate.normalise(person.plate),) if person.plate else (),
            readings=readings(person.name),
        )


def filled_register(folder: Path, listed: Sequence[Resident]) -> Register:
    """A register in *folder* with everybody *listed*."""
    register = Register(folder / "register.db")
    content = encode_snapshot(listed)
    register.apply(Order(OrderKind.ROSTER, 1, (EVERY_STATION,), "benchmark", 0, content), 0)
    return register


def filled_table(folder: Path, listed: Sequence[Resident]) -> sqlite3.Connection:
    """The plain table with the same people and the same spellings."""
    db = sqlite3.connect(folder / "like.db")
    db.execute("CREATE TABLE people (name, pinyin, initials, place, compact, last4, phone4, plates)")
    db.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(_row, listed))
    db.commit()
    return db


def _row(person: Resident) -> tuple[str, ...]:
    syllables = [reading.replace(",", " ").split() for reading in person.readings]
    return (
        person.name,
        " ".join("".join(each) for each in syllables),
        " ".join("".join(syllable[0] for syllable in each) for each in syllables),
        person.place,
        person.place.replace("-", ""),
        person.last4,
        person.phone4,
        " ".join(person.plates),
    )


def keystrokes(listed: Sequence[Resident], seed: int = 1) -> list[str]:
    """What is typed while *SOUGHT* people are looked for in every way: each text with one more character."""
    typed = []
    for person in random.Random(seed).sample(list(listed), SOUGHT):
        for whole in _ways(person):
            typed += [whole[:end] for end in range(1, len(whole) + 1) if not whole[end - 1].isspace()]
    return typed


def _ways(person: Resident) -> Iterator[str]:
    syllables = person.readings[0].replace(",", " ").split()
    building, unit, room = person.place.split("-")
    yield "".join(syllable[0] for syllable in syllables)
    yield "".join(syllables)
    yield person.name
    yield person.place
    yield person.place.replace("-", "")
    yield f"{building}号楼{unit}单元{room}"
    yield person.last4
    yield person.phone4
    yield f"{''.join(syllable[0] for syllable in syllables)} {building}"
    for each in person.plates:
        yield each[-5:]


def measure(query: Callable[[str], object], text: str) -> float:
    """The wall milliseconds of one query."""
    begun = time.perf_counter()
    query(text)
    return (time.perf_counter() - begun) * 1000


def summary(times_ms: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    ordered = sorted(times_ms)
    return {"median": statistics.median(ordered), "p99": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]}


def run(count: int, say: Callable[[str], object]) -> dict[str, Any]:
    """The whole benchmark: the JSON of docs/commands.md."""
    with tempfile.TemporaryDirectory(prefix="search-") as name:
        folder = Path(name)
        say(f"making {count} residents")
        listed = list(residents(count))
        begun = time.perf_counter()
        register, table = filled_register(folder, listed), filled_table(folder, listed)
        say(f"filled both in {time.perf_counter() - begun:.1f} s")
        typed = keystrokes(listed)
        # A gate holds no such list; Python would look through it for rubbish in the middle of a keystroke.
        listed.clear()
        say(f"typing {len(typed)} keystrokes")
        product = [measure(lambda text: register.search(text, LIMIT), text) for text in typed]
        like = [measure(lambda text: table.execute(_LIKE, (f"%{text}%", LIMIT)).fetchall(), text) for text in typed]
        register.close()
        table.close()
    return {"residents": count, "product_ms": summary(product), "like_ms": summary(like)}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="bench search",
        description="Time every keystroke of a search in an invented county seat, beside a plain LIKE.",
        epilog="example: ./run bench search --json search.json",
        allow_abbrev=False,
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write the figures to this file")
    parser.add_argument("--residents", type=int, default=COUNTY, metavar="N", help=f"how many people ({COUNTY})")
    given = parser.parse_args(arguments)
    if given.residents < SOUGHT:
        parser.error(f"--residents: {given.residents}, at least {SOUGHT} are needed")
    found = run(given.residents, lambda line: print(line, file=sys.stderr))
    print(json.dumps(found, indent=2))
    return write_result(given.json, found)


if __name__ == "__main__":
    sys.exit(main())
