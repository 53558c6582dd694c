"""What cannot be done is said in the language of the page; to programs and in logs it stays English."""

from __future__ import annotations

import ast
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from station.credential.pass_request import FIELDS
from station.roster.isolation import ClosedRow, RiskRow, StatusRow
from sync.hub.access.sessions import close_session
from sync.hub.app import SAID
from sync.hub.errors import HubBusy
from sync.hub.site import For, Site, access
from sync.hub.troubles import load_troubles
from sync.hub.unit.units import COLUMNS
from sync.hub.words import load_words
from tests.sync.conftest import create_known
from tests.sync.desk import enter, furnish, make_app, new_home, post, trouble
from tests.sync.processes import ROOT

#: Errors whose text a page may have to show, and which of their arguments the sentence is.
ERRORS = {
    **dict.fromkeys(("HubFault", "ContentError", "RotaError", "PolicyError", "FontMissing", "PdfFailed"), 0),
    **dict.fromkeys(("RosterFileError", "HubRefused"), 1),
    "PassFieldError": 2,
}
#: Modules of the hub whose faults nobody meets on a page, but for the few that :data:`PROVOKED` has: they belong to
#: commands, to the start, to gates.
NOT_ON_PAGES = {
    *("commands", "custody", "backup", "home", "played", "store", "renewal", "program_keys", "site"),
}
STATION = (
    *("policy/file.py", "duty/rota.py", "credential/pass_request.py", "papers/fonts.py", "papers/pdf_file.py"),
    *(f"roster/{name}.py" for name in ("isolation", "notices", "lines", "columns", "reading", "csv_file", "xlsx_file")),
)
HAN = re.compile(r"[\u4e00-\u9fff]")
#: A word of English, unless it is a name of a file's own: toml keys, formats, programs.
ENGLISH = re.compile(r"[A-Za-z]{3,}")


def sentences() -> Iterator[tuple[str, str]]:
    """Where an error is raised that a page may show, and its sentence with ``1`` for what changes."""
    paths = [ROOT / "station" / name for name in STATION] + [ROOT / "sync" / "carriers" / "https.py"]
    hub = ROOT / "sync" / "hub"
    paths += [path for path in hub.rglob("*.py") if not NOT_ON_PAGES & {path.stem, path.parent.name}]
    for path in sorted(paths):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ERRORS:
                at = ERRORS[call.func.id]
                place = "rota operator 1" if path.name == "rota.py" else "isolation line 1"
                sentence = filled(call.args[at], place) if at < len(call.args) else ""
                if sentence:
                    yield f"{path.name}:{call.lineno}", sentence


def filled(node: ast.expr, place: str) -> str:
    """The text of an expression, ``1`` for each gap, *place* for ``at``; empty for one put together elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_filled(part, place) for part in values)
    return ""


def _filled(part: ast.expr, place: str) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    known = {"at": place, "advice": "whole minutes, such as 120"}
    return known.get(ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else "", "1")


#: In the road's module, which pages use for addresses alone.
OF_THE_ROAD = {"hub: refused (1)", "hub.ca_file: 1 is not there"}


def test_every_sentence_that_a_page_may_show_has_chinese() -> None:
    found = dict(sentences())
    assert len(found) > 100
    lacking = {
        where: text
        for where, text in found.items()
        if load_troubles().chinese(text) is None and text not in OF_THE_ROAD
    }
    assert lacking == {}


def test_a_sentence_that_nobody_translated_would_be_noticed() -> None:
    assert load_troubles().chinese("case: something nobody thought of") is None


def test_the_chinese_is_chinese_and_fills_its_gaps_from_the_english() -> None:
    for sentence in load_troubles().sentences:
        gaps = set(re.findall(r"\{(\w+)\}", sentence.zh))
        assert HAN.search(sentence.zh) or "said" in gaps, sentence
        assert gaps <= set(sentence.pattern.groupindex), sentence


def test_every_field_has_a_chinese_name() -> None:
    known = load_troubles().fields
    wanted = {*FIELDS, *COLUMNS, *(each.name for row in (StatusRow, ClosedRow, RiskRow) for each in fields(row))}
    assert wanted - set(known) - {"compound"} == set()
    assert all(HAN.search(name) for name in known.values())


def test_a_list_of_faults_is_said_fault_by_fault() -> None:
    chinese = load_troubles().chinese
    text = "line 3: until: '': a day such as 2020-11-30, or a time such as 2020-11-30T18:00; line 5: outings: 'x': "
    text += "how often a day, such as 2, 1 to 99; leave it out for no limit"
    said = chinese(text) or ""
    assert said.startswith("第 3 行：截止“”：请写日期")
    assert "；第 5 行：每天次数“x”：请写一天几次，如 2，1 到 99" in said
    parents = chinese("a: parent 'x' is not there; b: parent 'y' is not there")
    assert parents == "a 的上级 'x' 不在表里；b 的上级 'y' 不在表里"


def test_a_hostile_text_takes_no_time_and_nothing_very_long_is_looked_up() -> None:
    assert load_troubles().chinese("': " * 5_000) is None
    assert load_troubles().chinese("; line 1: " * 700) is None


def test_pages_show_trouble_in_one_place_and_in_words() -> None:
    shown = {}
    for path in sorted((ROOT / "sync" / "hub" / "templates").glob("*.html")):
        found = re.findall(r"\{\{ *(?:w\()?trouble[^}]*\}\}", path.read_text(encoding="utf-8"))
        if found:
            shown[path.name] = found
    assert shown == {"page.html": ["{{ trouble | in_words }}"], "login.html": ["{{ w(trouble) }}"]}


@pytest.fixture(scope="module")
def app(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("troubles")
    store = create_known(Path(shutil.copy(template, folder / "hub.db")))
    furnish(store)
    made = make_app(store, new_home(folder / "office"))
    _provoked(made)
    yield made
    store.close()


def _provoked(app: Flask) -> None:
    """Two addresses that fail as a page may: a hub that is busy, and one with a fault."""

    @app.get("/test/busy")
    @access(For.VIEWER)
    def busy() -> str:
        raise HubBusy("database: busy for 5 s; try again")

    @app.get("/test/fault")
    @access(For.VIEWER)
    def fault() -> str:
        raise RuntimeError("something nobody thought of")


def csv_of(text: str | bytes, name: str = "list.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(text.encode() if isinstance(text, str) else text), name


NORTH = {"station": "north", "name": "北门", "url": "https://hub.example.cn"}
PASS = {"name": "何伟", "until": "2020-12-31", "site": "1"}
SHIFT = {"do": "shift", "from": "2020-11-23T08:00", "to": "2020-11-23T20:00", "watch": "nobody"}
ROSTER = "姓名,楼号,单元,房号\n"
POLICY = (ROOT / "station" / "regimes" / "medium.toml").read_text(encoding="utf-8")
#: Who provokes what, with which form.
PROVOKED: list[tuple[str, str, dict[str, Any]]] = [
    ("clerk", "/names", {"reason": "x"}),
    ("clerk", "/names", {"reason": "核对流调", "passphrase": "guess"}),
    ("east.office", "/names", {"reason": "核对流调", "passphrase": "guess"}),
    ("clerk", "/fevers", {"station": "east", "case": "7", "do": "close", "reason": "no"}),
    ("clerk", "/fevers", {"station": "east", "case": "7", "to": ""}),
    ("clerk", "/fevers", {"station": "east", "case": "7", "to": "wang"}),
    ("clerk", "/isolation", {"gone": "nothing"}),
    ("clerk", "/isolation", {"kind": "no"}),
    ("clerk", "/isolation", {"kind": "household", "what": "3-2-501", "status": "no"}),
    ("clerk", "/isolation", {"kind": "household", "what": "", "status": "isolation"}),
    ("clerk", "/isolation", {"kind": "household", "what": "3-2-501", "name": "何伟", "status": "isolation"}),
    ("clerk", "/isolation", {"kind": "household", "what": "3-2-501", "status": "isolation", "category": "x" * 500}),
    ("clerk", "/isolation", {"kind": "household", "what": "13800000000", "status": "isolation"}),
    ("clerk", "/isolation", {"kind": "closed", "what": "x"}),
    ("clerk", "/isolation", {"kind": "closed", "what": ""}),
    ("clerk", "/isolation", {"kind": "risk", "what": "", "level": "high"}),
    ("clerk", "/isolation", {"kind": "risk", "what": "某县", "level": "no"}),
    ("clerk", "/isolation", {"kind": "closed", "what": "7", "from": "soon"}),
    ("clerk", "/isolation", {"kind": "closed", "what": "7", "from": "2020-11-23", "until": "2020-11-20"}),
    ("clerk", "/isolation/step", {"row": "no", "step": "reported"}),
    ("clerk", "/notices", {"zh": ""}),
    ("clerk", "/notices", {"zh": "请" * 5_000}),
    ("clerk", "/notices", {"zh": "请戴口罩", "until": "x"}),
    ("clerk", "/passes/issue", {**PASS, "site": "one"}),
    ("clerk", "/passes/issue", {**PASS, "site": "9999999999"}),
    *(("clerk", "/passes/issue", {**PASS, name: value}) for name, value in (
        ("name", ""), ("last4", "110101199003070134"), ("last4", "12"), ("household", "x" * 200), ("purpose", "fun"),
        ("ways", "up"), ("until", ""), ("until", "2019-01-01"), ("until", "2030-01-01"), ("from", "2021-05-01"),
        ("minutes_out", "x"), ("outings", "0"), ("plates", "x"),
        ("plates", ",".join(f"豫J8K2{n}" for n in range(10, 40))),
    )),
    ("clerk", "/passes/issue", {"site": "1", "list": csv_of("name,until\n何伟,2020-12-31\n,soon\n何伟,2020-12-31\n")}),
    ("clerk", "/passes/issue", {"site": "1", "list": csv_of("姓名,until\n何伟,2020-12-31\n")}),
    ("clerk", "/passes/issue", {"site": "1", "list": csv_of("name,until\n")}),
    ("clerk", "/passes/issue", {"site": "1", "list": csv_of(b"\xff\xfe\xff")}),
    ("clerk", "/passes/revoke", {"id": "11" * 8}),
    ("clerk", "/passes/revoke", {}),
    ("clerk", "/policy", {"text": "regime ="}),
    ("clerk", "/policy", {"text": "x = 1"}),
    ("clerk", "/policy", {"text": ""}),
    ("clerk", "/policy", {"text": "x" * 200_001}),
    ("clerk", "/policy", {"text": POLICY + "\nnonsense = 1\n"}),
    ("clerk", "/policy", {"text": POLICY.replace("high = 37.3", "high = 'x'")}),
    ("clerk", "/policy", {"text": POLICY.replace("high = 37.3", "high = 99.0")}),
    ("clerk", "/policy", {"text": POLICY.replace('outcome = "admit"', 'outcome = "perhaps"')}),
    ("clerk", "/roster", {}),
    ("clerk", "/roster", {"file": csv_of("x", "roster.pdf")}),
    ("clerk", "/roster", {"file": csv_of("")}),
    ("clerk", "/roster", {"file": csv_of("a,b\nc,d\n")}),
    ("clerk", "/roster", {"file": csv_of(ROSTER)}),
    ("clerk", "/roster", {"file": csv_of("姓名\n何伟\n")}),
    ("clerk", "/roster", {"file": csv_of("PK\x03\x04", "roster.xlsx")}),
    ("clerk", "/roster", {"file": csv_of("%PDF-1.4", "roster.csv")}),
    ("clerk", "/roster", {"do": "publish", "file": csv_of(ROSTER + "何伟,x,y,z\n")}),
    ("clerk", "/roster/household", {}),
    ("clerk", "/rota", {"do": "no"}),
    ("clerk", "/rota", {"do": "person", "id": "li", "name": "李强", "role": "king"}),
    ("clerk", "/rota", {"do": "person", "id": "li", "name": "李强", "role": "operator", "pin": "x"}),
    ("clerk", "/rota", {"do": "person", "id": "李", "name": "李强", "role": "operator"}),
    ("clerk", "/rota", {"do": "person", "id": "li", "name": "", "role": "operator"}),
    ("clerk", "/rota", {"do": "person", "id": "li", "name": "李强", "role": "operator", "phone": "no"}),
    ("clerk", "/rota", SHIFT),
    ("clerk", "/rota", {**SHIFT, "from": "soon"}),
    ("clerk", "/rota", {**SHIFT, "to": "2020-12-23T20:00"}),
    ("clerk", "/rota", {"do": "shift", "from": SHIFT["from"], "to": SHIFT["to"]}),
    ("clerk", "/reports/confirm", {"day": "soon"}),
    ("clerk", "/reports/confirm", {"day": "2020-11-22", "unit": "a"}),
    ("clerk", "/reports/confirm", {"day": "2020-11-21", "sha256": "x"}),
    ("manager", "/accounts", {"do": "no"}),
    ("manager", "/accounts", {"do": "add", "account": "X", "role": "viewer"}),
    ("manager", "/accounts", {"do": "add", "account": "clerk", "role": "viewer"}),
    ("manager", "/accounts", {"do": "add", "account": "new", "role": "king"}),
    ("manager", "/accounts", {"do": "add", "account": "new", "role": "viewer", "unit": "nowhere"}),
    ("manager", "/accounts", {"do": "add", "account": "new", "role": "viewer", "shown": "x" * 500}),
    ("east.admin", "/accounts", {"do": "add", "account": "new", "role": "viewer"}),
    ("manager", "/accounts", {"do": "passwd", "account": "nobody"}),
    ("manager", "/units", {}),
    ("east.admin", "/units", {"file": csv_of("unit,name\na,b\n")}),
    *(("manager", "/units", {"file": csv_of(text)}) for text in (
        "", "unit\na\n", "unit,name\n!,b\n", "unit,name\na,\n", "unit,name,valid_from\na,b,soon\n", b"\x81\xff",
        'unit,name\na,"b\n', "unit,name\na,b\na,c\n", "unit,name,parents\na,b,x\nc,d,y\n",
        "unit,name,parents\na,b,c\nc,d,a\n", "unit,name\na," + "b" * 500 + "\n",
    )),
    *(("manager", "/gates/enrol", {**NORTH, name: value}) for name, value in (
        ("station", "!"), ("name", ""), ("url", "x"), ("url", "http://hub.example.cn"), ("root", "11"),
        ("root", "11" * 32), ("unit", "nowhere"),
    )),
    ("east.admin", "/gates/enrol", {**NORTH, "station": "west"}),
    ("clerk", "/notified", {}),
    ("clerk", "/notified", {"record": "1" * 16, "unit": "a", "place": "no", "kind": "no", "day": "soon"}),
    ("clerk", "/notified/withdraw", {"record": "1"}),
    ("clerk", "/notified/withdraw", {"record": "1", "reason": "写错了单位"}),
]  # fmt: skip
#: Pages that are asked for something that is not there.
ASKED = (
    *("/?unit=nowhere", "/gates?unit=nowhere", "/people?unit=nowhere", "/reports?unit=nowhere"),
    *("/around?station=east&case=1", "/around?station=east&case=1&minutes=999", "/reports/file/txt?day=soon"),
    *("/around.csv?station=east&case=1", "/export/days.csv?unit=nowhere", "/fevers?unit=nowhere"),
)


def test_whatever_somebody_provokes_is_said_in_the_language_of_the_page(app: Flask) -> None:
    unknown = load_words()["trouble_unknown"]["zh"]
    people = {who: enter(app, who) for who in {who for who, _, _ in PROVOKED}}
    wrong = []
    for who, path, form in PROVOKED:
        said = unescape(trouble(people[who].post(path, data={"form": "form-token", **form})))
        if not HAN.search(said) or said == unknown:
            wrong.append((path, form, said))
    assert wrong == []


def test_on_an_english_page_the_error_stands_as_it_was_written(app: Flask) -> None:
    answer = post(enter(app, "clerk"), "/fevers", station="east", case="7", to="wang")
    assert trouble(answer) == "case: there is no such case"


@pytest.mark.parametrize("path", ASKED)
def test_what_is_not_there_is_said_in_the_language_of_the_page(app: Flask, path: str) -> None:
    client = enter(app, "east.office")
    zh = client.get(path)
    assert zh.status_code == 400, path
    assert HAN.search(trouble(zh))
    assert trouble(zh) != load_words()["trouble_unknown"]["zh"]
    client.set_cookie("language", "en")
    assert ENGLISH.search(trouble(client.get(path)))


def said(answer: Any, word: str) -> bool:
    """Whether a page says *word* in Chinese and nothing of what the server itself would have said."""
    page = answer.text
    own = re.search(r"<title>\d|Not Found|Forbidden|Internal Server|Too Large|Method Not|Bad Request", page)
    return load_words()[word]["zh"] in page and own is None and answer.mimetype == "text/html"


def test_every_refusal_of_a_request_is_a_page_in_words(app: Flask) -> None:
    client, viewer = enter(app, "manager"), enter(app, "viewer")
    large = {"CONTENT_LENGTH": str(app.config["MAX_CONTENT_LENGTH"] + 1)}
    for word, status, answer in (
        ("http_404", 404, client.get("/nothing")),
        ("http_404", 404, app.test_client().get("/nothing")),
        ("http_405", 405, client.put("/people")),
        ("http_403", 403, viewer.get("/accounts")),
        ("http_403", 403, viewer.post("/rota", data={"form": "form-token"})),
        ("form_not_ours", 403, client.post("/rota", data={"form": "another"})),
        ("form_not_ours", 403, client.post("/rota")),
        ("http_413", 413, client.post("/roster", data={"x": "y"}, environ_overrides=large)),
        ("http_500", 500, client.get("/test/fault")),
        ("http_503", 503, client.get("/test/busy")),
        ("session_over", 200, _session_over(app)),
        ("form_expired", 400, app.test_client().post("/login", data={"password": "x"})),
    ):
        assert (answer.status_code, said(answer, word)) == (status, True), word
    assert client.get("/test/busy").headers["Retry-After"] == "2"
    words = load_words()
    assert all(words[f"http_{status}"]["zh"] and words[f"http_{status}"]["en"] for status in SAID)


def _session_over(app: Flask) -> Any:
    client = enter(app, "clerk")
    with client.session_transaction() as session:
        token = session["in"]
    site: Site = app.extensions["hub"]
    with site.store.writing() as connection:
        close_session(connection, token)
    return client.get("/people", follow_redirects=True)


def test_too_many_tries_are_said_in_words(app: Flask) -> None:
    client = app.test_client()
    form = re.search(r'name="form" value="([^"]+)"', client.get("/login").text)
    assert form is not None
    data = {"account": "nobody", "password": "x" * 9, "form": form[1]}
    answers = [client.post("/login", data=data, environ_base={"REMOTE_ADDR": "10.9.9.9"}) for _ in range(6)]
    assert said(answers[0], "wrong_password")
    assert (answers[-1].status_code, said(answers[-1], "too_many_tries")) == (429, True)


def test_programs_are_told_in_english_whatever_the_cookie_says(app: Flask) -> None:
    client = enter(app, "viewer")
    for path, status in (("/api/v1/units.json", 404), ("/api/v1/nothing", 404)):
        answer = client.get(f"{path}?unit=nowhere", headers={"Authorization": "Bearer no"})
        assert answer.status_code in {status, 401}
        assert not HAN.search(str(answer.get_json()["message"]))
