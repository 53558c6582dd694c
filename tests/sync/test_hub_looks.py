"""Every page of the hub in a real Chromium, at a desk and on a phone, in both languages: nothing overflows."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page
from waitress import create_server

from sync.hub.ingest import ingest
from sync.hub.stations import heard
from tests.sync.chain import MORNING_MS, Chain, visit
from tests.sync.conftest import create_known
from tests.sync.desk import enter, furnish, make_app, new_home, post
from tests.sync.processes import ROOT
from tests.sync.test_hub_desks import person

pytestmark = pytest.mark.browser

PAGES = (
    *("/", "/people", "/fevers", "/gates", "/gates/enrol", "/reports", "/units", "/notices", "/isolation"),
    *("/passes", "/roster", "/rota", "/policy", "/record", "/accounts"),
)
WIDTHS = (1280, 390)
#: A finger's width on a phone; text fields and ticks have a label that can be hit as well.
LEAST = 44
LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8").split("\n", 1)[1]


@dataclass(frozen=True)
class Desk:
    url: str
    cookie: str


@pytest.fixture(scope="module")
def desk(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A hub with something on every page."""
    folder = tmp_path_factory.mktemp("looks")
    store = create_known(Path(shutil.copy(template, folder / "hub.db")))
    furnish(store)
    app = make_app(store, new_home(folder / "office"), MORNING_MS + 3_600_000)
    chain = Chain().add(facts=visit(direction="out"), personal=person("李**", minutes_out=30))
    chain.add(facts={**visit(), "class": "visitor"}, personal=person("阿不都热合曼**", place="12-3-2501"))
    chain.add("case.opened", {"case": "77", "cause": "fever"}, personal={"masked": "徐*"}).grow(5)
    for batch in (chain.batch(1, 6), chain.batch(8)):
        ingest(store, "east", batch, MORNING_MS, ZoneInfo("Asia/Shanghai"))
    with store.writing() as connection:
        heard(connection, "east", MORNING_MS + 3_600_000, 12)
    client = enter(app, "manager")
    post(client, "/passes/issue", name="何伟", household="3-2-501", until="2020-12-31", site="1")
    post(client, "/isolation", kind="household", what="3-2-501", status="isolation", until="2020-12-06")
    post(client, "/isolation", kind="closed", what="7号楼", category="疫点")
    post(client, "/isolation", kind="risk", what="河北省石家庄市藁城区增村镇小果庄村", level="high")
    post(client, "/notices", zh="请戴口罩，测温后进入", en="Wear a mask and have your temperature taken", spoken="yes")
    post(client, "/fevers", station="east", case="77", to="wang")
    post(client, "/rota", do="person", id="wang", name="王芳", role="leader", phone="138 0000 0000")
    shift = {"from": "2020-11-22T08:00", "to": "2020-11-22T20:00", "watch": "wang", "leader": "wang"}
    post(client, "/rota", do="shift", **shift)
    text = (ROOT / "station" / "regimes" / "medium.toml").read_text(encoding="utf-8")
    post(client, "/policy", text=text, do="publish")
    cookie = client.get_cookie("office")
    assert cookie is not None
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Desk(f"http://127.0.0.1:{server.effective_port}", cookie.value)
    server.close()
    thread.join(10)
    store.close()


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    context = chromium.new_context()
    context.add_cookies([{"name": "office", "value": desk.cookie, "url": desk.url}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_is_cut_or_too_small_to_hit(page: Page, desk: Desk, width: int, language: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{desk.url}/language/{language}")
    found = {}
    for path in PAGES:
        answer = page.goto(desk.url + path)
        assert answer is not None
        assert answer.status == 200
        found[path] = page.evaluate(LOOK, LEAST)
    expected = {"width": width, "cut": [], "small": [], "over": [], "nameless": []}
    assert {path: look for path, look in found.items() if look != expected} == {}
    assert complaints == []


def test_a_page_that_overflows_would_be_noticed(page: Page, desk: Desk) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(desk.url + "/fevers")
    page.evaluate("document.querySelector('button').style.cssText = 'min-height: 0; height: 20px'")
    found = page.evaluate(LOOK, LEAST)
    assert found["small"]


def test_what_is_printed_has_no_buttons(page: Page, desk: Desk) -> None:
    page.goto(desk.url + "/isolation")
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator("form:visible").count() == 0
    assert page.locator("table:visible").count() == 3


def test_the_sound_is_turned_on_by_hand_and_a_new_case_comes_by_itself(page: Page, desk: Desk) -> None:
    page.clock.install()
    page.goto(desk.url + "/fevers")
    page.click("#sound")
    assert page.locator("#sounding").is_visible()
    page.fill("input[name=to]", "li")
    page.clock.run_for(6_000)
    # what somebody is typing stays
    assert page.input_value("input[name=to]") == "li"
    page.route("**/fevers", lambda route: route.abort())
    page.clock.run_for(30_000)
    assert page.locator("#stale").is_visible()
