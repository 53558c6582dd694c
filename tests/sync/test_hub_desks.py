"""What the office does on its pages, what of it gates get, and that nobody sees or does more than their unit."""

from __future__ import annotations

import io
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from station.credential import gate_pass, revocations
from station.duty.rota import parse_rota
from station.facts import Direction, Facts, PersonClass, facts_body
from station.roster.content import Snapshot, decode_roster
from station.roster.isolation import ClosedRow, RiskRow, StatusRow, decode_isolation
from station.roster.notices import decode_notices
from station.roster.passes import decode_passes
from station.roster.resident import Resident
from station.seal import seal
from station.wire.canonical import parse
from station.wire.case_order import Handled, parse_cases
from station.wire.entry import Entry, parse_header
from station.wire.order import read_order
from sync.hub.access.tries import TRIES
from sync.hub.database import tables
from sync.hub.database.store import Store
from sync.hub.gates.stations import heard
from sync.hub.home import Home
from sync.hub.intake.ingest import ingest
from sync.hub.office.orders import newer_orders, order_document
from tests.sync.chain import MORNING_MS, Chain, key, visit
from tests.sync.desk import PASSPHRASE, enter, post, trouble

HOUR_MS = 3_600_000
ZONE = ZoneInfo("Asia/Shanghai")
HOSTILE = "<b>'\"&{{7*7}}"
POLICIES = Path(__file__).parents[2] / "station" / "regimes"


def person(masked: str, **more: object) -> dict[str, object]:
    return {"masked": masked, "last4": "1234", "place": "3-2-501", "resident": masked, "pass": "", **more}


def west() -> Chain:
    return Chain("west", private=key(2))


def send(store: Store, chain: Chain, first: int = 1) -> None:
    ingest(store, chain.station, chain.batch(first), MORNING_MS, ZONE)


def content(store: Store, station: str, kind: str) -> bytes:
    """What the gate is given of *kind* now."""
    with store.reading() as connection:
        numbers = [each["number"] for each in newer_orders(connection, station, {}) if each["kind"] == kind]
        document = order_document(connection, station, kind, numbers[-1])
    assert document is not None
    return read_order(document).content


def test_who_is_inside_who_is_late_and_which_visitor_has_not_left(app: Flask, shelf: Store) -> None:
    chain = Chain()
    chain.add(facts=visit(direction="out"), personal=person("李**", minutes_out=30))
    chain.add(facts=visit(direction="out"), personal=person("王**", minutes_out=30))
    chain.add(facts=visit(direction="in"), personal=person("王**"))
    chain.add(facts={**visit(), "class": "visitor"}, personal=person("周*"))
    chain.add(facts={**visit(), "class": "visitor"}, personal=person("吴*"))
    chain.add(facts={**visit(direction="out"), "class": "visitor"}, personal=person("吴*"))
    chain.add(facts={**visit(), "class": "visitor"}, personal=person("郑*"))
    chain.add("entry.voided", {"voids": [chain.epoch, 8], "visit": "8", "reason": "undo"})
    send(shelf, chain)
    viewer = enter(app, "viewer")
    visitors, overdue, inside = (viewer.get(f"/people?list={each}").text for each in ("visitors", "overdue", "inside"))
    assert "周*" in visitors
    assert "李**" in overdue
    assert "应在 08:30 前回" in overdue
    assert "王**" in inside
    for gone in ("王**", "吴*", "郑*"):
        assert gone not in visitors + overdue


def test_names_in_full_are_opened_for_one_session_and_that_is_recorded(app: Flask, shelf: Store, home: Home) -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    public = X25519PublicKey.from_public_bytes(home.keys.closed_keys()[0].public)
    chain = Chain()
    sealed = seal(json.dumps({"name": "周强强"}).encode(), public, "east", chain.epoch, 2)
    chain.add("visitor.registered", {"registration": "9"}, personal={"masked": "周**"}, sealed=sealed)
    chain.add(facts={**visit(), "class": "visitor"}, personal=person("周**", resident="v:9"))
    send(shelf, chain)
    clerk, other = enter(app, "clerk"), enter(app, "clerk")
    assert "passphrase" in trouble(post(clerk, "/names", reason="核对流调", passphrase="not the passphrase"))
    assert trouble(post(clerk, "/names", reason="x", passphrase=PASSPHRASE[home.path])).startswith("reason")
    assert "周强强" not in clerk.get("/people").text
    page = post(clerk, "/names", True, reason="核对流调", passphrase=PASSPHRASE[home.path]).text
    assert "周强强" in page
    assert "周强强" not in other.get("/people").text
    assert "核对流调" in clerk.get("/record").text
    assert trouble(post(enter(app, "east.office"), "/names", reason="核对流调", passphrase=PASSPHRASE[home.path]))
    post(clerk, "/names", close="yes")
    assert "周强强" not in clerk.get("/people").text


def test_guessing_the_passphrase_is_slowed_down(app: Flask, home: Home) -> None:
    clerk = enter(app, "clerk")
    # too short to be one, so that this takes no time
    for _ in range(TRIES):
        assert "at least" in trouble(post(clerk, "/names", reason="核对流调", passphrase="guess"))
    assert "too many" in trouble(post(clerk, "/names", reason="核对流调", passphrase=PASSPHRASE[home.path]))


def test_a_fever_is_given_to_somebody_and_closed_with_a_reason(app: Flask, shelf: Store) -> None:
    send(shelf, Chain().add("case.opened", {"case": "7", "cause": "fever"}, personal={"masked": "徐*"}))
    doctor = enter(app, "doctor")
    assert "交给 wang" in post(doctor, "/fevers", True, "zh", station="east", case="7", to="wang").text
    assert trouble(post(doctor, "/fevers", station="east", case="7", do="close", reason="no"))
    assert (
        "社区已办结"
        in post(doctor, "/fevers", True, "zh", station="east", case="7", do="close", reason="腋温正常").text
    )
    assert trouble(post(doctor, "/fevers", station="east", case="8", to="wang"))
    # somebody else's case is as if it were not there
    assert trouble(post(enter(app, "west.office"), "/fevers", station="east", case="7", to="wang"))


def test_the_gate_is_told_whose_its_cases_are_and_which_the_office_closed(app: Flask, shelf: Store) -> None:
    chain = Chain().add("case.opened", {"case": "7", "cause": "fever"})
    chain.add("case.opened", {"case": "8", "cause": "fever"})
    send(shelf, chain)
    doctor, now_ms = enter(app, "doctor"), app.extensions["hub"].now_ms()
    post(doctor, "/fevers", station="east", case="7", to="wang")
    assert parse_cases(content(shelf, "east", "case"), "east") == {"7": Handled("7", "wang", now_ms)}
    post(doctor, "/fevers", station="east", case="8", do="close", reason="腋温正常")
    told = {"7": Handled("7", "wang", now_ms), "8": Handled("8", "", 0, "doctor", now_ms)}
    assert parse_cases(content(shelf, "east", "case"), "east") == told
    assert "腋温正常".encode() not in content(shelf, "east", "case"), "a reason may name somebody"
    with shelf.reading() as connection:
        listed = newer_orders(connection, "east", {"keys": 9})
        assert [each for each in listed if each["kind"] == "case"] == [{"kind": "case", "number": 2}]
        assert newer_orders(connection, "west", {"keys": 9}) == []
    # what has ended at the gate is told no more
    ended = {"case": "8", "step": "office_closed", "ends": True, "details": {}}
    send(shelf, chain.add("case.step", ended), len(chain))
    post(doctor, "/fevers", station="east", case="7", to="li")
    assert parse_cases(content(shelf, "east", "case"), "east") == {"7": Handled("7", "li", now_ms)}


def test_nobody_sees_what_is_not_of_their_unit(app: Flask, shelf: Store) -> None:
    chain = Chain().add("case.opened", {"case": "7", "cause": "fever"}, personal={"masked": "徐*"})
    chain.add(facts={**visit(people=4), "class": "visitor"}, personal=person("周*")).grow(3)
    send(shelf, chain)
    ingest(shelf, "east", Chain(epoch=2 << 32).grow(9).batch(8, 8), MORNING_MS, ZONE)
    send(shelf, west().grow(2))
    post(enter(app, "east.office"), "/isolation", kind="household", what="9-9-909", status="isolation")
    post(enter(app, "east.office"), "/notices", zh="东门停水")
    post(enter(app, "east.office"), "/passes/issue", name="何伟", until="2020-12-31", site="1")
    stranger = enter(app, "west.office")
    pages = ("/", "/people", "/fevers", "/gates", "/reports", "/units", "/isolation", "/notices", "/passes", "/roster")
    exports = tuple(f"/export/{what}.csv" for what in ("gates", "units", "days", "fevers"))
    apis = ("/api/v1/board.json", "/api/v1/units", "/api/v1/gates", "/api/v1/days", "/api/v1/fevers", "/api/v1/gaps")
    for path in (*pages, *exports, *apis):
        text = stranger.get(path).get_data(as_text=True)
        for secret in ("东", "徐", "周", "何伟", "9-9-909", '"east"', "东门停水"):
            assert secret not in text, (path, secret)
        assert stranger.get(f"{path}?unit=a").status_code in {200, 400, 404}
        assert "东" not in stranger.get(f"{path}?unit=a").get_data(as_text=True)
    board = stranger.get("/api/v1/board.json").json
    assert board is not None
    assert (board["total"][0], board["entries"]) == (2, 3)
    assert "何伟" in enter(app, "east.office").get("/passes").text


def test_an_order_of_a_unit_reaches_its_gates_only_and_keeps_what_the_whole_has(app: Flask, shelf: Store) -> None:
    post(enter(app, "clerk"), "/isolation", kind="risk", what="河北省石家庄市藁城区", level="high")
    answer = post(enter(app, "east.office"), "/isolation", kind="closed", what="7号楼", category="疫点")
    assert answer.status_code == 303
    at_east, at_west = (decode_isolation(content(shelf, gate, "isolation")) for gate in ("east", "west"))
    assert {type(row) for row in at_east} == {ClosedRow, RiskRow}
    assert [type(row) for row in at_west] == [RiskRow]
    # and the whole, changed again, does not lose what the unit has
    post(enter(app, "clerk"), "/isolation", kind="household", what="3-2-501", status="isolation", until="2020-12-06")
    assert {type(row) for row in decode_isolation(content(shelf, "east", "isolation"))} == {
        ClosedRow,
        RiskRow,
        StatusRow,
    }


def test_a_release_takes_out_that_row_and_no_other(app: Flask, shelf: Store) -> None:
    clerk = enter(app, "clerk")
    for household in ("3-2-501", "3-2-502"):
        post(clerk, "/isolation", kind="household", what=household, status="isolation", until="2020-12-06")
    page = clerk.get("/isolation").text
    name = page.split("3-2-501")[1].split('name="gone" value="')[1].split('"')[0]
    assert post(clerk, "/isolation", gone=name, reason="转集中隔离").status_code == 303
    rows = decode_isolation(content(shelf, "east", "isolation"))
    assert [row.household for row in rows if isinstance(row, StatusRow)] == ["3-2-502"]
    assert trouble(post(clerk, "/isolation", gone=name)).startswith("list")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "household", "what": "3-2-501", "status": "released"},
        {"kind": "household", "what": "", "status": "isolation"},
        {"kind": "closed", "what": "nowhere at all"},
        {"kind": "risk", "what": "河北", "level": "none"},
        {"kind": "other", "what": "x"},
        {"kind": "risk", "what": "河北", "level": "high", "from": "yesterday"},
        {"kind": "risk", "what": "河北", "level": "high", "from": "2020-12-02", "until": "2020-11-01"},
    ],
)
def test_a_row_that_no_gate_would_take_is_refused_here(app: Flask, shelf: Store, fields: dict[str, str]) -> None:
    assert trouble(post(enter(app, "clerk"), "/isolation", **fields))
    with shelf.reading() as connection:
        assert connection.execute(select(tables.orders.c.number)).first() is None


def test_notices_come_and_go(app: Flask, shelf: Store) -> None:
    clerk = enter(app, "clerk")
    post(clerk, "/notices", zh="请戴口罩", en="Wear a mask", spoken="yes")
    notice = decode_notices(content(shelf, "west", "notices"))[0]
    assert (notice.text["en"], notice.spoken) == ("Wear a mask", True)
    post(clerk, "/notices", gone=notice.id)
    assert decode_notices(content(shelf, "west", "notices")) == ()


def test_passes_are_issued_printed_and_revoked(app: Flask, shelf: Store) -> None:
    clerk = enter(app, "clerk")
    rows = "name,household\n何伟,3-2-501\n李娜,3-2-502\n"
    upload = (io.BytesIO(rows.encode()), "list.csv")
    assert not trouble(post(clerk, "/passes/issue", until="2020-12-31", site="1", list=upload))
    known = decode_passes(content(shelf, "east", "passes"))
    assert {each.holder for each in known} == {"何伟", "李娜"}
    ids = [each.id.hex() for each in known]
    sheet = post(clerk, "/passes/sheet", paper="a4", id=ids)
    assert "何伟" in sheet.text
    assert "李娜" in sheet.text
    assert "script-src" not in sheet.headers["Content-Security-Policy"]
    assert post(clerk, "/passes/revoke", id=ids[0]).status_code == 303
    listed = revocations.parse(parse(content(shelf, "east", "revocations")))
    assert bytes.fromhex(ids[0]) in listed
    assert [each.id.hex() for each in decode_passes(content(shelf, "east", "passes"))] == ids[1:]
    # what was revoked is not printed any more, and of another unit's book nobody revokes
    assert ids[0][:8] not in post(clerk, "/passes/sheet", paper="a6", id=ids[0]).text
    assert trouble(post(enter(app, "west.office"), "/passes/revoke", id=ids[1])).startswith("pass")


def test_one_wrong_line_and_no_pass_is_issued(app: Flask, shelf: Store) -> None:
    upload = (io.BytesIO("name,until\n何伟,2020-12-31\n,2020-12-31\n".encode()), "list.csv")
    assert "line 3: name" in trouble(post(enter(app, "clerk"), "/passes/issue", site="1", list=upload))
    with shelf.reading() as connection:
        assert connection.execute(select(tables.gate_pass.c.code)).first() is None


def test_a_pass_from_the_page_is_one_that_gates_read(app: Flask, shelf: Store) -> None:
    fields = {
        "name": "何伟",
        "last4": "2205",
        "until": "2020-12-31",
        "minutes_out": "120",
        "outings": "2",
        "ways": "out",
    }
    post(enter(app, "clerk"), "/passes/issue", site="7", **fields)
    with shelf.reading() as connection:
        claims = gate_pass.read(connection.execute(select(tables.gate_pass.c.code)).scalar_one())
    assert (claims.site, claims.name, claims.id_last4, claims.max_minutes_out, claims.enter) == (
        7,
        "何伟",
        "2205",
        120,
        False,
    )


def test_a_policy_is_checked_tried_on_yesterday_and_given(app: Flask, shelf: Store) -> None:
    stranger = facts_body(Facts(measured=1, centi_celsius=3650, person=PersonClass.VISITOR, direction=Direction.IN))
    chain = Chain()
    for number in range(14):
        facts = {**visit(), "visit": str(number), "used": stranger}
        chain.add(facts=facts, at_ms=MORNING_MS - 24 * HOUR_MS)
    chain.add(facts={**visit(), "visit": "99", "used": stranger})
    send(shelf, chain)
    text = (POLICIES / "closed.toml").read_text(encoding="utf-8")
    clerk = enter(app, "clerk")
    page = post(clerk, "/policy", language="zh", text=text, do="check").text
    # full closure: nobody comes in, be they normal or not
    assert "用昨天的 14 次通过试算" in page
    assert "可以使用：全封闭，" in page
    assert "会拒绝 14 人" in page
    assert post(clerk, "/policy", text=text, do="publish").status_code == 303
    assert content(shelf, "east", "policy") == text.encode()
    assert trouble(post(clerk, "/policy", text=text + "\nnonsense = 1\n", do="publish"))
    assert trouble(post(clerk, "/policy", text="regime =", do="check"))
    assert content(shelf, "east", "policy") == text.encode()


def test_a_roster_is_looked_at_before_it_goes_out(app: Flask, shelf: Store) -> None:
    clerk = enter(app, "clerk")
    rows = "姓名,楼号,单元,房号\n何伟,3,2,501\n李娜,3,2,502\n"

    def upload(text: str) -> tuple[io.BytesIO, str]:
        return io.BytesIO(text.encode("utf-8-sig")), "roster.csv"

    assert "新增 2" in post(clerk, "/roster", language="zh", do="try", file=upload(rows)).text
    with shelf.reading() as connection:
        assert connection.execute(select(tables.orders.c.number)).first() is None
    assert "已下发" in post(clerk, "/roster", language="zh", do="publish", file=upload(rows)).text
    assert "不变 2" in post(clerk, "/roster", language="zh", do="try", file=upload(rows)).text
    assert "2 人" in clerk.get("/roster").text
    assert trouble(post(clerk, "/roster", do="publish", file=upload(rows + ",,,\n李四,x,y,z\n")))
    assert trouble(post(clerk, "/roster", do="publish", file=(io.BytesIO(b"%PDF"), "roster.pdf")))


def test_a_household_is_added_and_everybody_else_stays(app: Flask, shelf: Store) -> None:
    clerk = enter(app, "clerk")
    rows = "姓名,楼号,单元,房号,身份证后四位\n何伟,3,2,501,1234\n李娜,3,2,502,\n"
    post(clerk, "/roster", language="zh", do="publish", file=(io.BytesIO(rows.encode()), "roster.csv"))
    before = {one.name: one for one in residents(shelf)}

    family = {"place": "5-1-201", "people": "王芳 123x\n\n王小明\n何伟 1234\n"}
    assert "新增 2  变更 1  离开 0  不变 1" in post(clerk, "/roster/household", language="zh", do="try", **family).text
    assert len(residents(shelf)) == 2, "looking gives nothing out"
    assert "已下发" in post(clerk, "/roster/household", language="zh", do="publish", **family).text
    after = {one.name: one for one in residents(shelf)}
    assert {name: (one.place, one.last4) for name, one in after.items()} == {
        "何伟": ("5-1-201", "1234"),
        "李娜": ("3-2-502", ""),
        "王芳": ("5-1-201", "123X"),
        "王小明": ("5-1-201", ""),
    }
    assert (after["何伟"].id, after["李娜"]) == (before["何伟"].id, before["李娜"])

    for place, people in (("", "王芳"), ("5-1-201", " \n"), ("5-1-201", "王芳\n" * 21)):
        assert "3-2-501" in trouble(
            post(clerk, "/roster/household", language="zh", do="publish", place=place, people=people)
        )
    answer = post(clerk, "/roster/household", language="zh", do="try", place="somewhere", people="王芳")
    assert "1 处错误" in answer.text
    assert ">王芳</textarea>" in answer.text, "what was typed is still there"
    # What a slip would do to every gate is asked about once more.
    assert 'value="publish" data-sure="' in clerk.get("/roster").text
    assert 'class="stop" data-sure="' in clerk.get("/isolation").text
    assert trouble(post(clerk, "/roster/household", language="zh", do="publish", place="somewhere", people="王芳"))
    assert len(residents(shelf)) == 4
    assert post(enter(app, "viewer"), "/roster/household", do="publish", **family).status_code == 403


def residents(shelf: Store) -> tuple[Resident, ...]:
    held = decode_roster(content(shelf, "east", "roster"))
    assert isinstance(held, Snapshot)
    return tuple(held.residents)


def test_the_rota_goes_to_the_gates_and_keeps_what_a_form_leaves_out(app: Flask, shelf: Store) -> None:
    clerk = enter(app, "clerk")
    post(clerk, "/rota", do="person", id="wang", name="王芳", role="leader", phone="138 0000 0000", pin="2468")
    post(clerk, "/rota", do="person", id="li", name="李强", role="operator")
    shift = {"from": "2020-11-22T08:00", "to": "2020-11-22T20:00", "watch": ["li"], "leader": "wang"}
    assert not trouble(post(clerk, "/rota", do="shift", **shift))
    post(clerk, "/rota", do="person", id="wang", name="王芳芳", role="leader")
    held = parse_rota(content(shelf, "east", "rota"))
    assert [one.name for one in held.operators.values()] == ["王芳芳", "李强"]
    PasswordHasher().verify(held.operators["wang"].pin, "2468")
    assert [(one.to_ms - one.from_ms, one.watch, one.leader) for one in held.shifts] == [
        (12 * HOUR_MS, ("li",), "wang")
    ]
    assert "2468" not in clerk.get("/rota").text
    assert trouble(post(clerk, "/rota", do="gone_person", id="li")).startswith("rota: li")
    assert trouble(post(clerk, "/rota", do="shift", **{**shift, "leader": "li"}))
    assert trouble(post(clerk, "/rota", do="shift", **{**shift, "from": "soon"})).startswith("from")
    assert trouble(post(clerk, "/rota", do="person", id="x", name="X", role="operator", pin="12ab"))
    page = clerk.get("/rota").text
    name = page.split('name="id" value="')[1].split('"')[0]
    post(clerk, "/rota", do="gone_shift", id=name)
    post(clerk, "/rota", do="gone_person", id="li")
    held = parse_rota(content(shelf, "east", "rota"))
    assert (list(held.operators), held.shifts) == (["wang"], ())


def test_hostile_words_are_shown_as_words(app: Flask, shelf: Store) -> None:
    chain = Chain().add("case.opened", {"case": HOSTILE, "cause": HOSTILE}, personal={"masked": HOSTILE})
    chain.add("case.step", {"case": HOSTILE, "step": HOSTILE})
    chain.add(facts={**visit(), "class": "visitor"}, personal=person(HOSTILE, place=HOSTILE))
    chain.add(facts=visit(direction="out"), personal=person(HOSTILE + "2", place=HOSTILE, minutes_out=1))
    send(shelf, chain)
    admin = enter(app, "manager")
    with shelf.writing() as connection:
        connection.execute(tables.station.update().values(name=HOSTILE))
        connection.execute(tables.unit.update().values(name=HOSTILE, person=HOSTILE, phone=HOSTILE))
        connection.execute(tables.account.update().values(shown=HOSTILE))
    post(admin, "/notices", zh=HOSTILE)
    post(admin, "/isolation", kind="risk", what=HOSTILE, level="high")
    post(admin, "/isolation", kind="household", what="3-2-501", status="isolation", category=HOSTILE)
    post(admin, "/fevers", station="east", case=HOSTILE, to=HOSTILE)
    post(admin, "/fevers", station="east", case=HOSTILE, do="close", reason=HOSTILE)
    paths = "/ /people /fevers /gates /reports /units /notices /isolation /passes /roster /policy /record /accounts"
    shown = 0
    for path in paths.split():
        text = admin.get(path).text
        assert "<b>'" not in text, path
        assert "49" not in text.split("&{{7*7}}")[0][-3:]
        shown += "&lt;b&gt;" in text
    assert shown >= 9
    assert "<b>" not in trouble(post(admin, "/policy", text=f"{HOSTILE} = 1"))


def test_no_cell_of_an_export_is_a_formula(app: Flask, shelf: Store) -> None:
    with shelf.writing() as connection:
        connection.execute(tables.station.update().values(name='=HYPERLINK("http://x")'))
        heard(connection, "east", MORNING_MS, 3)
    viewer = enter(app, "viewer")
    text = viewer.get("/export/gates.csv").get_data(as_text=True)
    assert "'=HYPERLINK" in text
    assert "\n=" not in text
    assert ",=" not in text
    book = load_workbook(io.BytesIO(viewer.get("/export/gates.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert '=HYPERLINK("http://x")' in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}


def test_an_account_of_a_unit_makes_none_beyond_it(app: Flask) -> None:
    admin = enter(app, "east.admin")
    assert trouble(post(admin, "/accounts", do="add", account="new.one", role="admin", unit=""))
    assert trouble(post(admin, "/accounts", do="add", account="new.one", role="admin", unit="b"))
    assert trouble(post(admin, "/accounts", do="passwd", account="west.office"))
    assert trouble(post(admin, "/accounts", do="remove", account="manager"))
    assert "west.office" not in admin.get("/accounts").text
    assert not trouble(post(admin, "/accounts", do="add", account="new.one", role="viewer", unit="a"))
    assert "new.one" in admin.get("/accounts").text
    units = (io.BytesIO(b"unit,name\nx,X\n"), "units.csv")
    assert trouble(post(admin, "/units", file=units)).startswith("units")


def test_what_the_office_did_is_a_chain_that_anybody_can_check(app: Flask, shelf: Store) -> None:
    from tests.sync.office_check import check_chain

    clerk = enter(app, "clerk")
    post(clerk, "/notices", zh="请戴口罩")
    post(clerk, "/isolation", kind="risk", what="河北", level="high")
    with shelf.reading() as connection:
        entry = tables.entry
        rows = connection.execute(
            select(entry.c.header, entry.c.sig).where(entry.c.station == "office:community").order_by(entry.c.seq)
        ).all()
    entries = [Entry(row.header, row.sig) for row in rows]
    kinds = [parse_header(each.header).kind for each in entries]
    assert kinds == ["epoch.opened", "order.published", "order.published"]
    assert {parse_header(each.header).actor for each in entries} == {"clerk"}
    check_chain(entries)
    with pytest.raises(AssertionError):
        check_chain([entries[0], entries[2]])
