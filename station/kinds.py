"""Every kind of entry a gate writes, with what it means.  Pure; docs/formats.md is held against it by a test."""

from __future__ import annotations

from typing import Final

EPOCH_OPENED: Final = "epoch.opened"
SERVICE_STARTED: Final = "service.started"
SERVICE_STOPPED: Final = "service.stopped"
GATE_CHECKED: Final = "gate.checked"
CLOCK_ANCHORED: Final = "clock.anchored"
VISIT_DECIDED: Final = "visit.decided"
VISIT_LEFT: Final = "visit.left"
VISIT_MEASURED: Final = "visit.measured"
WAITING_LEFT: Final = "waiting.left"
VISITOR_REGISTERED: Final = "visitor.registered"
VISITOR_COMPLETED: Final = "visitor.completed"
ENTRY_VOIDED: Final = "entry.voided"
DETAILS_ADDED: Final = "details.added"
MASK_NOTED: Final = "mask.noted"
GOODS_HANDED: Final = "goods.handed_over"
CASE_OPENED: Final = "case.opened"
CASE_STEP: Final = "case.step"
CASE_ESCALATED: Final = "case.escalated"
ALARM_SILENCED: Final = "alarm.silenced"
LEADER_CALLED: Final = "leader.called"
OPERATOR_SIGNED_IN: Final = "operator.signed_in"
OPERATOR_MEASURED: Final = "operator.measured"
SHIFT_OPENED: Final = "shift.opened"
SHIFT_HANDED_OVER: Final = "shift.handed_over"
DEVICE_LOST: Final = "device.lost"
DEVICE_BACK: Final = "device.back"
ROAD_LOST: Final = "road.lost"
ROAD_BACK: Final = "road.back"
DEVICE_CALIBRATED: Final = "device.calibrated"
STORAGE_FAILED: Final = "storage.failed"
ORDER_APPLIED: Final = "order.applied"
ORDER_REFUSED: Final = "order.refused"
REPORT_CONFIRMED: Final = "report.confirmed"
REPORT_SENT: Final = "report.sent_automatically"
CASE_CALLED: Final = "case.called"
ROUND_DONE: Final = "round.done"
SUPPLIES_COUNTED: Final = "supplies.counted"
INCIDENT_NOTED: Final = "incident.noted"
INCIDENT_STEP: Final = "incident.step"
INSPECTION_OPENED: Final = "inspection.opened"
INSPECTION_FINDING: Final = "inspection.finding"
INSPECTION_PUT_RIGHT: Final = "inspection.put_right"
INSPECTION_CLOSED: Final = "inspection.closed"
ISOLATION_MEASURED: Final = "isolation.measured"
ISOLATION_CASE: Final = "isolation.case"
TRAVEL_ANNOUNCED: Final = "travel.announced"
STATION_ENROLLED: Final = "station.enrolled"
PERSONAL_FORGOTTEN: Final = "personal.forgotten"

MEANING: Final[dict[str, str]] = {
    EPOCH_OPENED: "a new chain begins; names its public key and the chain before it",
    SERVICE_STARTED: "the desk started; last_seq is what it found",
    SERVICE_STOPPED: "the desk was told to stop and did",
    GATE_CHECKED: "the gate looked at itself, every half hour: how many of its devices answer",
    CLOCK_ANCHORED: "ties the boot's running time to wall time",
    VISIT_DECIDED: "admit, retake, refer or deny, with everything the decision used",
    VISIT_MEASURED: "some of several people were measured, the others are not yet",
    VISIT_LEFT: "somebody was measured and went away undecided",
    WAITING_LEFT: "somebody who rested did not come back in time, or was found under another visit",
    VISITOR_REGISTERED: "somebody not known was registered, or came again as an operator confirmed",
    VISITOR_COMPLETED: "what was put off at an earlier registration was filled in",
    ENTRY_VOIDED: "an earlier entry does not count; it stays",
    DETAILS_ADDED: "what an earlier entry left out, because the barrier came first",
    MASK_NOTED: "the mask of somebody just admitted: none, or one was given",
    GOODS_HANDED: "goods changed hands at the gate; nobody passed",
    CASE_OPENED: "a fever case began",
    CASE_STEP: "a step of a case was done",
    CASE_ESCALATED: "nobody answered for a minute: shift leader and office were called",
    ALARM_SILENCED: "the sound was stopped for two minutes",
    LEADER_CALLED: "the operator called the shift leader",
    OPERATOR_SIGNED_IN: "who stands at the gate",
    OPERATOR_MEASURED: "the own temperature of whoever opens a shift; each reading, also one that is too high",
    SHIFT_OPENED: "a shift was opened: own temperature, self-test, devices",
    SHIFT_HANDED_OVER: "one shift ended and the next began: what was handed over, and which open cases were read",
    DEVICE_LOST: "a device stopped answering",
    DEVICE_BACK: "a device answers again",
    ROAD_LOST: "the hub has not answered for a minute",
    ROAD_BACK: "the hub answers again",
    DEVICE_CALIBRATED: "a thermometer's offset came into force, or ended: then it is 0 and has no name",
    STORAGE_FAILED: "entries could not be written for a while; nobody was admitted meanwhile",
    ORDER_APPLIED: "an order of the office is in force; names its content's SHA-256",
    ORDER_REFUSED: "an order was not applied, and why",
    REPORT_CONFIRMED: "somebody on duty confirmed the daily report of a day",
    REPORT_SENT: "nobody confirmed the daily report in time; it goes as the system drew it up, unchecked",
    CASE_CALLED: "the operator says that the office or shift leader was told of a case by telephone",
    ROUND_DONE: "a round was made: disinfection, barriers, sanitiser, waste masks",
    SUPPLIES_COUNTED: "how much of something is left, or used in a day",
    INCIDENT_NOTED: "something happened at the gate that is no passage",
    INCIDENT_STEP: "what was done about an incident, or how it ended",
    INSPECTION_OPENED: "somebody came to inspect the gate",
    INSPECTION_FINDING: "what an inspection found wanting",
    INSPECTION_PUT_RIGHT: "a finding was put right",
    INSPECTION_CLOSED: "an inspection is over",
    ISOLATION_MEASURED: "somebody in isolation was measured or asked, or did not answer",
    ISOLATION_CASE: "somebody in isolation is a case for the doctor, and what became of it",
    TRAVEL_ANNOUNCED: "somebody of the roster told of a journey: where to, and when they come back",
    STATION_ENROLLED: "a hub let this gate in by its code; somebody here compared the fingerprint",
    PERSONAL_FORGOTTEN: "personal and sealed parts up to an entry were deleted, their time being over",
}

#: The road sends these ahead of everything that waits.
URGENT: Final[frozenset[str]] = frozenset({CASE_OPENED, CASE_ESCALATED})
