"""The keys that stand on more than one panel.  Pure."""

from __future__ import annotations

from station.screen.elements import Key, Word

SEARCH = Key("page:search", Word("search"), "action", "*")
REGISTER = Key("page:registration", Word("visitor_key"), "action", "5")
BY_HAND = Key("page:by_hand", Word("by_hand"), "action")
OK = Key("cancel", Word("next_person"), "neutral", "Escape")
CANCEL = Key("cancel", Word("cancel"), "neutral", "Escape")
RULE = Key("page:rule", Word("show_rule"), "action")
LEADER = Key("call_leader", Word("call_leader"), "warn", "9")
_LOOKS = {"green": "action", "yellow": "warn", "red": "stop"}
#: The colours of a code that the operator has seen.
CODES = tuple(
    Key("code_seen", Word(f"code_{colour}"), look, "", (("colour", colour),)) for colour, look in _LOOKS.items()
)
