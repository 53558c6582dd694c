"""A scanner that types into the page: told from a person's keys by its speed."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Gate

pytestmark = pytest.mark.browser

#: Keys of a scanner come one after the other at once; ``after`` milliseconds lie before the key of that place.
TYPE = """async ({text, key, after, composing, repeat}) => {
  const press = (each) => document.body.dispatchEvent(new KeyboardEvent("keydown", {
    key: each, bubbles: true, cancelable: true, isComposing: composing, repeat }));
  for (const [place, each] of [...text, key].entries()) {
    if (after[place]) await new Promise((done) => setTimeout(done, after[place]));
    if (each >= "A" && each <= "Z" && each.length === 1) press("Shift");
    press(each);
  }
}"""
CODE = "VG1:6BF OXN%TS3DH*4"


def types(
    gate: Gate, text: str, key: str = "Enter", *, after: dict[int, int] | None = None, composing: bool = False,
    repeat: bool = False,
) -> None:  # fmt: skip
    given = {"text": text, "key": key, "after": after or {}, "composing": composing, "repeat": repeat}
    gate.page.evaluate(TYPE, given)


@pytest.fixture
def scans(gate: Gate) -> list[bytes]:
    taken: list[bytes] = []
    gate.serve(scanned=taken.append)
    gate.open()
    return taken


def test_what_a_scanner_types_reaches_the_desk_and_presses_nothing(gate: Gate, scans: list[bytes]) -> None:
    types(gate, CODE)
    assert gate.eventually(lambda: scans == [CODE.encode()])
    # Among its characters are keys of the page; all of them together are one code.
    gate.settled()
    assert gate.acts() == []
    types(gate, "0472996")
    assert gate.eventually(lambda: scans == [CODE.encode(), b"0472996"])
    gate.settled()
    assert gate.acts() == []
    assert gate.complaints == []


def test_what_a_person_types_does_not(gate: Gate, scans: list[bytes]) -> None:
    types(gate, "12345")  # too short
    types(gate, CODE, after={len(CODE): 80})  # Enter came by itself
    types(gate, CODE, composing=True)
    types(gate, CODE, repeat=True)
    types(gate, "通行证通行证通行证")
    types(gate, CODE, "Escape")
    types(gate, "abc", "Backspace")
    types(gate, "the end", after={0: 80})
    assert gate.eventually(lambda: len(scans) == 1)
    assert scans == [b"the end"]


def test_a_pause_begins_another_code(gate: Gate, scans: list[bytes]) -> None:
    types(gate, "7FIRST-SECOND", after={7: 80})
    assert gate.eventually(lambda: scans == [b"SECOND"])


def test_a_key_that_has_the_focus_is_not_pressed_by_the_scanners_enter(gate: Gate, scans: list[bytes]) -> None:
    gate.settled()
    gate.page.keyboard.press("Tab")
    gate.page.keyboard.press("Tab")
    types(gate, CODE)
    assert gate.eventually(lambda: len(scans) == 1)
    gate.settled()
    assert gate.acts() == []


def test_a_desk_that_is_gone_is_spoken_of(gate: Gate, scans: list[bytes]) -> None:
    gate.stop_serving()
    types(gate, CODE)
    gate.page.wait_for_selector("#said.refused:not([hidden])")
    assert scans == []


def test_without_the_setting_the_page_does_not_listen(gate: Gate) -> None:
    page = gate.open()
    assert page.locator("script[src*=scanner]").count() == 0
    assert (
        page.evaluate(
            "async () => (await fetch('/gate/scan', {method: 'POST', headers: {'Content-Type': 'application/json',"
            " 'X-Gate': '1'}, body: '{\"payload\": \"123456\"}'})).status"
        )
        == 404
    )
