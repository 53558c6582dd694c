"""Every route of the hub against every role: a new one without a row here fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from sync.hub.site import For, access_of
from tests.sync.conftest import create_known
from tests.sync.desk import enter, furnish, make_app, new_home

#: Least role by route and method; ``anybody``, ``station`` and ``program`` are no roles.
TABLE = {
    "GET /": "viewer",
    "GET /accounts": "admin",
    "POST /accounts": "admin",
    "GET /api/v1/board.json": "viewer",
    "GET /api/v1/days": "program",
    "GET /api/v1/fevers": "program",
    "GET /api/v1/gaps": "program",
    "GET /api/v1/fevers/shared": "program",
    "GET /api/v1/gates": "program",
    "GET /api/v1/openapi.json": "anybody",
    "GET /api/v1/orders": "station",
    "GET /api/v1/orders/<kind>/<int:number>": "station",
    "GET /api/v1/receipts/<int:epoch>": "station",
    "GET /api/v1/units": "program",
    "POST /api/v1/batches": "station",
    "POST /api/v1/enrol": "anybody",
    "GET /around": "doctor",
    "GET /around.<any(csv, xlsx):form>": "doctor",
    "GET /travel": "viewer",
    "POST /roster/household": "office",
    "GET /export/<any(gates, units, days, fevers):what>.<any(csv, xlsx):form>": "viewer",
    "GET /fevers": "viewer",
    "POST /fevers": "doctor",
    "GET /gates": "viewer",
    "GET /gates/enrol": "admin",
    "POST /gates/enrol": "admin",
    "GET /gates/enrol/state": "admin",
    "GET /isolation": "doctor",
    "POST /isolation": "office",
    "POST /isolation/step": "doctor",
    "GET /language/<any(zh, en):language>": "anybody",
    "GET /login": "anybody",
    "POST /login": "anybody",
    "POST /logout": "viewer",
    "POST /names": "office",
    "GET /notified": "viewer",
    "POST /notified": "doctor",
    "POST /notified/withdraw": "doctor",
    "GET /notices": "viewer",
    "POST /notices": "office",
    "GET /passes": "office",
    "POST /passes/issue": "office",
    "POST /passes/revoke": "office",
    "POST /passes/sheet": "office",
    "GET /people": "viewer",
    "GET /policy": "office",
    "POST /policy": "office",
    "GET /record": "office",
    "GET /api/v1/people": "program",
    "GET /api/v1/reports": "program",
    "GET /api/v1/rising": "program",
    "GET /api/v1/risk": "program",
    "GET /reports": "viewer",
    "POST /reports/confirm": "office",
    "GET /reports/file/<any(txt, csv, xlsx, pdf):form>": "viewer",
    "GET /roster": "office",
    "POST /roster": "office",
    "GET /rota": "office",
    "POST /rota": "office",
    "GET /static/<path:filename>": "anybody",
    "GET /units": "viewer",
    "POST /units": "admin",
}
ROLES = ("viewer", "doctor", "office", "admin")
NAMES = {"viewer": "viewer", "doctor": "doctor", "office": "clerk", "admin": "manager"}
SAMPLE = {
    "<any(gates, units, days, fevers):what>.<any(csv, xlsx):form>": "gates.csv",
    "<any(txt, csv, xlsx, pdf):form>": "csv",
    "<any(csv, xlsx):form>": "csv",
    "<any(zh, en):language>": "zh",
    "<kind>/<int:number>": "policy/1",
    "<int:epoch>": "1",
    "<path:filename>": "hub.css",
}


@pytest.fixture(scope="module")
def app(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("access")
    store = create_known(Path(shutil.copy(template, folder / "hub.db")))
    furnish(store)
    yield make_app(store, new_home(folder / "office"))
    store.close()


def path_of(route: str) -> str:
    path = route.split(" ", 1)[1]
    for variable, value in SAMPLE.items():
        path = path.replace(variable, value)
    return path


def test_every_route_has_a_row_that_says_whom_it_is_for(app: Flask) -> None:
    found = {}
    for rule in app.url_map.iter_rules():
        whom = access_of(app.view_functions[rule.endpoint])
        assert whom is not None
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            found[f"{method} {rule.rule}"] = whom.value
    assert found == TABLE


@pytest.mark.parametrize("who", ROLES)
def test_nobody_may_more_than_the_table_says(app: Flask, who: str) -> None:
    for route, whom in TABLE.items():
        if route in {"POST /logout", "POST /login"} or whom in {"station", "anybody"}:
            continue
        client = enter(app, NAMES[who])
        least = "viewer" if whom == "program" else whom
        method = route.split(" ", 1)[0]
        # Without its form a POST is refused for everybody; with it, what it lacks is named on the page.
        answer = client.open(path_of(route), method=method, data={"form": "form-token"} if method == "POST" else None)
        allowed = ROLES.index(who) >= ROLES.index(least)
        assert (answer.status_code != 403) == allowed, route
        assert answer.status_code < 500, route


def test_whoever_is_not_in_sees_nothing(app: Flask) -> None:
    client = app.test_client()
    for route, whom in TABLE.items():
        if whom == "anybody":
            continue
        answer = client.open(path_of(route), method=route.split(" ", 1)[0])
        expected = {401} if path_of(route).startswith("/api/") else {303}
        assert answer.status_code in expected, route
        assert "东" not in answer.text


@pytest.mark.parametrize("form", [{}, {"form": ""}, {"form": "another"}])
def test_no_other_page_can_make_an_account_do_anything(app: Flask, form: dict[str, str]) -> None:
    for route, whom in TABLE.items():
        if not route.startswith("POST") or whom in {"station", "anybody"} or route == "POST /logout":
            continue
        assert enter(app, "manager").post(path_of(route), data=form).status_code == 403, route


def test_every_role_is_one_that_a_route_can_ask_for() -> None:
    assert {whom.value for whom in For if whom.role is not None} == set(ROLES)
