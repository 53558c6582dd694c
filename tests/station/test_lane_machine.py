"""Whatever happens at the gate, in whatever order: laws that hold after every single event."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from station import kinds
from station.lane import party
from station.lane.action import Act, ActionError
from station.lane.person import Person
from station.lane.resting import MAX_WAITING
from station.lane.visit import Stage
from tests.station.storyboard import Day, ann, ben, day, isolated, resident, stranger, worker

PEOPLE = (ann, ben, resident("cai"), isolated, worker("fix"), stranger("q"))
TEMPERATURES = st.sampled_from([33.0, 36.4, 36.6, 37.6, 38.4])
#: A press with everything it could need; which of it means something depends on the moment.
PRESSES = [
    (Act.DIRECTION, {}),
    (Act.CODE_SEEN, {"colour": "green"}),
    (Act.CODE_SEEN, {"colour": "red"}),
    (Act.MASK, {"mask": "none"}),
    (Act.MASK, {"mask": "given"}),
    (Act.COMPANION, {}),
    (Act.COMPANION, {}),
    (Act.FEWER, {}),
    (Act.VEHICLE, {"kind": "private"}),
    (Act.VEHICLE, {"kind": "taxi", "plate": "豫J8K216"}),
    (Act.SEAT, {"seat": "1"}),
    (Act.SEAT, {"seat": "2"}),
    (Act.SEAT, {"seat": "3"}),
    (Act.TOGETHER, {}),
    (Act.REMEASURE, {}),
    (Act.PARK, {}),
    (Act.READING_OF, {"person": "0"}),
    (Act.READING_OF, {"person": "1"}),
    (Act.BY_HAND, {"centi_celsius": "3640", "site": "contact"}),
    (Act.EMERGENCY, {"people": "3"}),
    (Act.DELIVERY, {}),
    (Act.DELIVERY, {"pieces": "-1"}),
    (Act.PAPER, {"time": "0730", "to": "in", "centi_celsius": "3640"}),
    (Act.PAPER, {"time": "2359", "to": "out", "centi_celsius": "3790", "who": "0412"}),
    (Act.TRIP, {"trip": "shopping"}),
    (Act.EXCEPTION, {"reason": "doctor"}),
    (Act.UNDO, {}),
    (Act.CANCEL, {}),
    (Act.CALL_LEADER, {}),
    (Act.SILENCE, {}),
    (Act.WIPE, {}),
]


class Gate(RuleBasedStateMachine):
    """People, readings, presses, time, and a disk that fails and comes back."""

    story: Day

    @initialize()
    def begin(self) -> None:
        self.story = day("anything")

    @rule(person=st.sampled_from(PEOPLE), ago=st.sampled_from([0, 0.5]))
    def show(self, person: Person, ago: float) -> None:
        self.story.shows(person, ago)

    @rule(celsius=TEMPERATURES, ago=st.sampled_from([0, 0.5]))
    def read(self, celsius: float, ago: float) -> None:
        self.story.reads(celsius, seconds_ago=ago)

    @rule(seconds=st.sampled_from([1, 4, 14, 16, 25, 70, 130, 310]))
    def wait(self, seconds: int) -> None:
        self.story.waits(seconds)

    @rule(press=st.sampled_from(PRESSES))
    def press(self, press: tuple[Act, dict[str, str]]) -> None:
        self._try(press[0], **press[1])

    @rule(person=st.sampled_from(PEOPLE[:3]))
    def search(self, person: Person) -> None:
        self._try(Act.IDENTIFY, person)

    @rule(person=st.sampled_from(PEOPLE[:3]))
    def type_a_known_plate(self, person: Person) -> None:
        self._try(Act.VEHICLE, person, plate="豫J8K216")

    @rule(
        person=st.none() | st.sampled_from(PEOPLE[:3]),
        what=st.sampled_from([{"people": "+1"}, {"people": "-1"}, {"service": "ambulance"}, {"complete": "1"}, {}]),
    )
    def fill_in(self, person: Person | None, what: dict[str, str]) -> None:
        for item in list(self.story.lane.unfilled)[:1]:
            self._try(Act.DETAILS, person, of=item, **what)

    @rule(which=st.integers(0, 3))
    def tap(self, which: int) -> None:
        chips = list(self.story.lane.waiting)
        if chips:
            self._try(Act.RESUME, waiting=chips[which % len(chips)])

    @rule(step=st.sampled_from(["answered", "told", "closed_with_reason"]))
    def see_to_a_case(self, step: str) -> None:
        for case in list(self.story.lane.cases)[:1]:
            self._try(Act.CASE_STEP, case=case, step=step, reason="typed")

    @rule()
    def fail(self) -> None:
        self.story.disk_fails()

    @rule()
    def recover(self) -> None:
        self.story.disk_works()

    @rule()
    def slow(self) -> None:
        self.story.disk_is_slow()

    @rule()
    def catch_up(self) -> None:
        self.story.disk_answers()

    def _try(self, name: Act, person: Person | None = None, **arguments: str) -> None:
        before, owners = self.story._state(), dict(self.story.owners)
        try:
            self.story.presses(name, person, **arguments)
        except ActionError:
            self.story.owners = owners
            assert self.story._state() == before, f"{name} was refused and changed something"

    @invariant()
    def the_gate_opens_only_for_what_is_on_the_disk(self) -> None:
        admitted = sum(
            1
            for draft in self.story.recorded(kinds.VISIT_DECIDED)
            if draft.facts["outcome"] == "admit"
            and draft.facts["reason"] != "emergency"
            and draft.facts["source"] != "paper"
        )
        emergencies = self.story.opened - admitted
        waiting = [draft for draft, _ in (*self.story.disk.kept, *self.story.disk.pending)]
        urgent = [
            draft
            for draft in (*self.story.recorded(kinds.VISIT_DECIDED), *waiting)
            if draft.kind == kinds.VISIT_DECIDED and draft.facts["reason"] == "emergency"
        ]
        assert emergencies == len(urgent)

    @invariant()
    def what_waits_is_bounded_and_named(self) -> None:
        lane = self.story.lane
        assert len(lane.waiting) <= MAX_WAITING
        for id_, visit in lane.waiting.items():
            assert (visit.id, visit.stage, visit.held, visit.rival) == (id_, Stage.RESTING, None, None)
            assert visit.earlier
            assert visit.since_ms
            assert visit.expects_reading
        tags = [visit.tag for visit in lane.waiting.values()]
        assert len(set(tags)) == len(tags)
        keys = [person.key for visit in lane.waiting.values() for _, person in party.named(visit)]
        assert len(set(keys)) == len(keys), "one person waits twice"

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        lane = self.story.lane
        standing = [visit for visit in (lane.visit, lane.following) if visit is not None]
        ids = [visit.id for visit in standing] + list(lane.waiting) + [visit.id for visit, _ in lane.recording.values()]
        assert len(set(ids)) == len(ids)
        keys = [person.key for visit in (*standing, *lane.waiting.values()) for _, person in party.named(visit)]
        assert len(set(keys)) == len(keys)

    @invariant()
    def a_seat_is_one_persons_and_has_one_reading_that_counts(self) -> None:
        lane = self.story.lane
        for visit in (*(one for one in (lane.visit, lane.following) if one), *lane.waiting.values()):
            seats = [seat for seat, _ in party.named(visit) if seat]
            assert len(set(seats)) == len(seats)
            assert all(1 <= seat <= visit.people for seat in seats)
            if visit.people > 1:
                read = [taken.seat for taken in visit.round]
                assert len(set(read)) == len(read)
                assert all(1 <= seat <= visit.people for seat in read)

    @invariant()
    def a_party_is_decided_when_all_are_measured_unless_somebody_is_stopped(self) -> None:
        for draft in self.story.recorded(kinds.VISIT_DECIDED):
            facts = draft.facts
            if facts["outcome"] == "admit" and facts["reason"] != "emergency" and facts["source"] != "paper":
                seats = {body["seat"] for body in facts["readings"]}
                assert seats >= set(range(1, facts["people"] + 1))

    @invariant()
    def a_question_has_somebody_to_be_asked_about(self) -> None:
        visit = self.story.lane.visit
        if visit is None:
            return
        asked = visit.rival is not None or visit.held is not None or bool(visit.claims)
        assert asked == (visit.ask in ("two_people", "whose_reading", "was_it_you", "which_seat"))
        assert (visit.stage is Stage.ASK) >= asked
        if visit.rival is not None and visit.person is not None:
            assert visit.rival.key != visit.person.key

    @invariant()
    def an_alarm_is_over_open_cases(self) -> None:
        lane = self.story.lane
        assert lane.alarm is None or set(lane.alarm.cases) <= set(lane.cases)
        unanswered = {case for case, one in lane.cases.items() if not one.answered}
        assert set(lane.alarm.cases if lane.alarm else ()) == unanswered

    def teardown(self) -> None:
        if hasattr(self, "story"):
            self.story.ends()


TestGate = Gate.TestCase
TestGate.settings = settings(max_examples=60, stateful_step_count=30)


EVENTS = st.lists(
    st.tuples(st.just("shows"), st.sampled_from(PEOPLE))
    | st.tuples(st.just("reads"), TEMPERATURES)
    | st.tuples(st.just("waits"), st.sampled_from([1, 5, 14, 16, 25, 130, 310])),
    max_size=25,
)


@settings(max_examples=100)
@given(EVENTS)
def test_without_an_answer_nobody_gets_a_reading_from_outside_of_their_window(events: list[tuple[str, object]]) -> None:
    story = day("untouched")
    shown: dict[str, list[int]] = {}
    for name, what in events:
        if isinstance(what, Person):
            shown.setdefault(what.masked, []).append(story.now_ms)
        getattr(story, name)(what)
    for draft in story.recorded(kinds.VISIT_DECIDED):
        masked = (draft.personal or {}).get("masked")
        if masked is None:
            continue
        for body in draft.facts["readings"]:
            # Or at the place of a reading of theirs that sent them to be measured again right here.
            near = [*shown[masked], *(one["seen_ms"] for one in draft.facts["readings"] if one is not body)]
            assert min(abs(body["seen_ms"] - at_ms) for at_ms in near) <= story.lane.timing.pairing_ms
    story.ends()
