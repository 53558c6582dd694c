"""A crowd is the same every time, and each of them is one person."""

from __future__ import annotations

from station.demo.crowd import Crowd, groups
from station.roster.place import is_normal

SCHOOL = Crowd("school", 91, 35.8, 36.7, together=2)


def test_a_crowd_is_drawn_from_its_seed() -> None:
    assert groups(SCHOOL, 1, 8) == groups(SCHOOL, 1, 8)
    assert groups(SCHOOL, 1, 8) != groups(SCHOOL, 2, 8)


def test_everybody_is_measured_within_the_row_and_nobody_is_left_out() -> None:
    degrees = [one for group in groups(SCHOOL, 1, 8) for one in group.degrees]
    assert len(degrees) == 91
    assert (min(degrees), max(degrees)) == (35.8, 36.7)


def test_two_crowds_share_no_room() -> None:
    here = [group.place for crowd in (SCHOOL, Crowd("night", 60, 35, 35.7)) for group in groups(crowd, 1, 8)]
    rooms = [group.place for group in groups(Crowd("night", 60, 35, 35.7), 1, 9)]
    assert not set(rooms) & {group.place for group in groups(SCHOOL, 1, 8)}
    assert len(set(rooms)) == 60
    assert all(is_normal(place) for place in here)
