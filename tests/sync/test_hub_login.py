"""The office's door and the page behind it."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station.case.case import OPENED, STEPS
from station.credential.pass_request import PURPOSES
from station.credential.pass_sheet import Form
from station.duty.rota import Role as DutyRole
from station.policy.policy import Outcome
from station.roster.isolation import RiskLevel, StatusKind
from sync.hub.access.accounts import Role
from sync.hub.access.tries import TRIES, TRIES_OF_ALL, WINDOW_S, Tries
from sync.hub.app import create_app
from sync.hub.database.store import Store
from sync.hub.errors import HubFault
from sync.hub.gates.stations import heard
from sync.hub.home import Home, Office
from sync.hub.intake.ingest import ingest
from sync.hub.office.acts import MEANING
from sync.hub.site import Site, insist_on_access
from sync.hub.words import LANGUAGES, load_words
from tests.sync.chain import MORNING_MS, Chain

PASSWORDS: dict[str, str] = {}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office; hashing its password takes a while, so it is made once."""
    home = Home(tmp_path_factory.mktemp("office") / "hub")
    PASSWORDS["office"] = home.create(
        Office("幸福里社区", "community", "Asia/Shanghai", False, ""), MORNING_MS
    ).password
    return home.office()


@pytest.fixture
def app(store: Store, office: Office) -> Flask:
    return create_app(Site(store, office, Ed25519PrivateKey.generate(), lambda: MORNING_MS), b"secret" * 6)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token(client: FlaskClient) -> str:
    found = re.search(r'name="form" value="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def enter(client: FlaskClient, password: str | None = None) -> int:
    form = {"form": token(client), "password": password or PASSWORDS["office"]}
    return client.post("/login", data=form).status_code


def test_nobody_sees_the_board_without_the_password(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert client.get("/api/v1/board.json").status_code == 401
    assert enter(client, "wrong") == 401
    assert client.get("/").status_code == 303


def test_with_it_everybody_does(client: FlaskClient) -> None:
    assert enter(client) == 303
    assert "今日看板" in client.get("/").text
    body = client.get("/api/v1/board.json").json
    assert body is not None
    assert [gate["name"] for gate in body["gates"]] == ["东门", "西门"]


def test_the_cookie_is_for_this_site_and_no_script(client: FlaskClient, store: Store, office: Office) -> None:
    form = {"form": token(client), "password": PASSWORDS["office"]}
    cookie = client.post("/login", data=form).headers["Set-Cookie"]
    assert cookie.startswith("office=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    tls = create_app(Site(store, office, Ed25519PrivateKey.generate(), lambda: MORNING_MS), b"secret" * 6, True)
    assert "Secure" in tls.test_client().get("/login").headers["Set-Cookie"]


def test_a_form_of_somebody_else_is_not_ours(client: FlaskClient) -> None:
    for form in ({}, {"form": "x"}, {"form": ""}):
        assert client.post("/login", data={"password": PASSWORDS["office"], **form}).status_code == 400
    token(client)
    assert client.post("/login", data={"password": PASSWORDS["office"], "form": "x"}).status_code == 400
    assert client.get("/").status_code == 303


def test_leaving_ends_it_but_not_at_the_wish_of_another_page(client: FlaskClient) -> None:
    enter(client)
    client.post("/logout", data={"form": "x"})
    assert client.get("/").status_code == 200
    found = re.search(r'name="form" value="([^"]+)"', client.get("/").text)
    assert found
    client.post("/logout", data={"form": found[1]})
    assert client.get("/").status_code == 303


def test_another_password_ends_every_session(client: FlaskClient, store: Store, office: Office) -> None:
    enter(client)
    cookie = client.get_cookie("office")
    assert cookie is not None
    changed = Office(office.name, office.unit, office.timezone, False, office.password + "x")
    other = create_app(Site(store, changed, Ed25519PrivateKey.generate(), lambda: MORNING_MS), b"secret" * 6)
    visitor = other.test_client()
    visitor.set_cookie("office", cookie.value)
    assert visitor.get("/").status_code == 303


def test_guessing_is_slowed_down(client: FlaskClient, app: Flask) -> None:
    for _ in range(TRIES):
        assert enter(client, "guess") == 401
    form = {"form": token(client), "password": PASSWORDS["office"]}
    answer = client.post("/login", data=form)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WINDOW_S
    # somebody at another desk is not locked out
    other = app.test_client()
    form = {"form": token(other), "password": PASSWORDS["office"]}
    assert other.post("/login", data=form, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 303


def test_a_password_that_is_none_is_not_hashed(client: FlaskClient) -> None:
    assert enter(client, "x" * 100_000) == 401


@given(st.lists(st.floats(0, 1000), max_size=60))
def test_never_more_tries_than_the_window_allows(times: list[float]) -> None:
    tries = Tries()
    taken: list[float] = []
    for now in sorted(times):
        if tries.wait_s("a", now) == 0:
            tries.failed("a", now)
            taken.append(now)
    for first, later in zip(taken, taken[TRIES:], strict=False):
        assert later - first >= WINDOW_S


def test_all_addresses_together_are_bounded_too() -> None:
    tries = Tries()
    for number in range(TRIES_OF_ALL):
        assert tries.wait_s(str(number), 0) == 0
        tries.failed(str(number), 0)
    assert tries.wait_s("another", 1) == WINDOW_S - 1
    assert tries.wait_s("another", WINDOW_S) == 0


def test_the_page_says_what_it_may_load(client: FlaskClient) -> None:
    enter(client)
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script>|\son\w+=|\sstyle=", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_view_that_does_not_say_whom_it_is_for_keeps_the_hub_from_starting(app: Flask) -> None:
    insist_on_access(app)
    fresh = Flask("fresh")
    fresh.add_url_rule("/open", "open", lambda: "everything")
    with pytest.raises(HubFault, match=r"static|open"):
        insist_on_access(fresh)


def test_everything_that_can_be_wrong_is_on_the_page(client: FlaskClient, store: Store) -> None:
    ours = Chain().grow(5).add("case.opened", {"case": "a", "cause": "fever"}, personal={"masked": "<徐*>"})
    copy = ours.branch(3).add("visit.left", {"people": 1, "readings": []})
    for batch in (ours.batch(), copy.batch(4), Chain(epoch=2 << 32).grow(9).batch(8, 8), ours.add_raw(b"?").batch(8)):
        ingest(store, "east", batch, MORNING_MS, ZoneInfo("Asia/Shanghai"))
    with store.writing() as connection:
        heard(connection, "east", MORNING_MS - 14 * 60_000, 12)
    enter(client)
    page = client.get("/").text
    for words in (
        "东门 缺 1–7",
        "互相矛盾：东门 从 4 起 1 条",
        "读不出的记录：东门 1 条",
        "&lt;徐*&gt;",
        "断网 14 分前",
        "截至",
    ):
        assert words in page
    client.get("/language/en")
    page = client.get("/").text
    for words in ("Gap: 东门 lacks 1–7", "Records contradict", "cannot be read", "offline 14 min ago"):
        assert words in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there_in_every_language(language: str) -> None:
    words = load_words()
    gaps = {key: set(re.findall(r"{(\w+)}", words[key]["zh"])) for key in words}
    for key in words:
        assert words[key][language]
        assert set(re.findall(r"{(\w+)}", words[key][language])) == gaps[key]


def test_every_word_of_the_templates_is_known_and_used() -> None:
    folder = Path(__file__).parents[2] / "sync" / "hub"
    sources = "".join(path.read_text(encoding="utf-8") for path in [*folder.rglob("*.html"), *folder.rglob("*.py")])
    words = load_words()
    named = set(re.findall(r"\bw\('(\w+)'", sources))
    # A family of words for the values of one field: w('role_' ~ role.word).
    families = {name for name in named if name.endswith("_")}
    # Said by sync/hub/office/record_words.py, columns.py and app.py.
    families |= {"fact_", "value_", "column_", "case_of_", "http_"}
    assert named - families <= set(words)
    of_families = {key for key in words for family in families if key.startswith(family)}
    for values, family in (
        (MEANING, "act_"),
        (Outcome, "outcome_"),
        (DutyRole, "duty_"),
        ([role.word for role in Role], "role_"),
        ([each for each in StatusKind if each is not StatusKind.NONE], "status_"),
        (RiskLevel, "risk_"),
        (Form, "paper_"),
        (PURPOSES, "purpose_"),
    ):
        assert {f"{family}{value}".replace(".", "_") for value in values} <= set(words)
    steps = {OPENED} | {step.name for step in STEPS if not step.ends}
    assert steps <= set(words)
    unused = {key for key in words if f"'{key}'" not in sources and f'"{key}"' not in sources} - steps - of_families
    assert unused == set()
