"""A gate that ran for a day a month ago and for a day now, and was then stolen with everything on it.

The desk, the road and the hub are real processes; the people are invented.  What they told and what was typed about
them is :class:`Planted`: of the day a month ago nothing may be left, of today only what DESIGN.md §4 admits.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from station.credential.gate_pass import issue
from station.credential.result import GatePass
from station.credential.trust import kid_of
from station.roster.content import encode_snapshot
from station.roster.resident import Resident
from station.wire.keyring import Purpose
from sync.hub.home import Home
from tests.station.roster_samples import id_number
from tests.station.test_registration_desk import Desk, eventually
from tests.sync.chain import key
from tests.sync.processes import AgentProcess, HubProcess, make_hub, run_hub

#: The gate's own county and a neighbour: what a thief who knows the town tries first.
REGIONS = ("410902", "410922")
YEARS = range(1940, 2011)
A_MONTH_AGO, TODAY = "2020-11-22T09:00:00", "2020-12-25T08:00:00"
HOUSE = (
    Resident("r-1", "张桂兰", "2-2-301", household="2-2-301", last4="5521", readings=("zhang,gui lan",)),
    Resident("r-2", "吴秀梅", "5-1-301", household="5-1-301", last4="4410", plates=("豫J8K216",)),
)
#: Of two, three and four characters, with rare ones of GB 18030's four bytes and beyond the basic plane, and foreign.
NAMES = (
    ("司马懿德", "郑㛃婷", "林𠮷安", "买买提江·阿卜杜热西提", "Marguerite Delacroix"),
    ("欧阳靖宇", "褚䶮芳", "龚𣚣生", "古丽娜尔·托合提", "Bartholomew Okonkwo"),
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """An invented visitor, by a *number* that no two of them share."""

    number: int
    name: str

    @property
    def id_number(self) -> str:
        return id_number(101 + 7 * self.number, REGIONS[0], f"{1951 + 5 * self.number}{1 + self.number:02d}17")

    @property
    def phone(self) -> str:
        return f"1{3 + self.number % 7}{7 + self.number % 2}{31_415_926 + 2_718_281 * self.number:08d}"

    @property
    def answers(self) -> dict[str, str]:
        """What they answer, by question; one half show their number, the other tell their telephone."""
        told = {
            "klass": "returnee",
            "name": self.name,
            "host": "r-1",
            "origin": f"湖北省孝感市槐荫大道{4100 + self.number}号",
            "returned": "3",
            "responsible": f"诸葛瑾{'甲乙丙丁戊己庚辛壬癸'[self.number]}",
            "plate": f"豫A{51 + self.number}Q{19 - self.number:02d}",
            "registered_home": f"黑龙江省漠河市北极村{7300 + self.number}号",
            "residence": f"云南省瑞丽市姐告路{8800 + self.number}号",
            "risk": "none",
            "signature": f"M{100 + self.number} 40L{333 + self.number} 90L{612 + self.number} 210L771 288",
            "sex": "female",
        }
        return told | ({"phone": self.phone} if self.number % 2 else {"id_number": self.id_number})

    @property
    def secrets(self) -> list[str]:
        """Everything of it that no gate may yield."""
        told = self.answers
        whole = ("name", "origin", "responsible", "plate", "registered_home", "residence", "signature")
        found = [told[question] for question in whole]
        if "phone" in told:
            found += [self.phone, self.phone[:-4]]
        else:
            found += [self.id_number, self.id_number[:-4], f"{int(self.id_number[6:10])}-{self.id_number[10:12]}-17"]
        given = self.name[1:]
        return [*found, *([given] if len(given) > 1 else [])]


@dataclass(slots=True)
class Planted:
    """What a day put into the gate."""

    people: list[Somebody] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    pass_ids: list[str] = field(default_factory=list)
    pass_names: list[str] = field(default_factory=list)

    @property
    def secrets(self) -> list[str]:
        """What may not lie there even today."""
        return [*(one for person in self.people for one in person.secrets), *self.typed, *self.codes, *self.pass_names]

    @property
    def window(self) -> list[str]:
        """What may lie there until the end of the retention, and not a day longer."""
        masked = [person.name[0] + "**" for person in self.people if ord(person.name[0]) > 127]
        return [*masked, *self.pass_ids]


class RobbedGate:
    """The gate in *folder*; :attr:`state` is what the thief has, with the :attr:`logs` of its programs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.logs = folder, ""
        self.state = folder / "gate" / "state"
        self.old, self.new = Planted(), Planted()
        self._count = 0
        hub = make_hub(folder / "hub")
        self.hub: HubProcess = hub
        roster = folder / "roster.jsonl"
        roster.write_bytes(encode_snapshot(HOUSE))
        run_hub("publish", "--state", str(hub.state), "--kind", "roster", "--content", str(roster))
        self.pass_key = Home(hub.state).keys.signing_key(Purpose.PASS)
        hub.start()
        try:
            self._day(A_MONTH_AGO, self.old, 0)
            self._day(TODAY, self.new, 5)
        finally:
            hub.kill()

    @property
    def folders(self) -> list[Path]:
        """What the thief carries home."""
        return [self.folder / "gate"]

    def _day(self, start: str, planted: Planted, first: int) -> None:
        desk = _Desk(self.folder / "gate", start, self.hub)
        agent = AgentProcess(self.state, self.hub.url, self.hub.tokens["east"])
        try:
            self._log(agent.once())
            assert eventually(lambda: "社区未发密钥" not in desk.step("open")["html"])
            assert eventually(lambda: desk.count("order.applied") == 2)
            if first:
                assert eventually(lambda: desk.count("personal.forgotten") > 0), "the night does its work"
                # Deleted parts stand in the log until it is emptied, in the next quiet moment.
                log = self.state / "journal.db-wal"
                assert eventually(lambda: log.stat().st_size == 0), "the night empties the log"
            for number, name in enumerate(NAMES[bool(first)], first):
                person = Somebody(number, name)
                planted.people.append(person)
                self._register(desk, person)
            self._show_codes(desk, planted, first)
            self._type(desk, planted, first)
            self._log(agent.once())
            self._report(start[:10])
            assert eventually(lambda: not list((self.state / "orders").glob("receipt-*")))
        finally:
            # As a thief does: the plug is pulled, and the log lies there as it is.
            desk.process.kill()
            rest, _ = desk.process.communicate()
            self.logs += desk.said + rest
            desk.inbox.close()

    def _report(self, day: str) -> None:
        """The report of the day, written onto the card as somebody may do."""
        to = self.folder / "gate" / "reports"
        to.mkdir(exist_ok=True)
        config = str(self.folder / "gate" / "station.toml")
        for form in ("html", "xlsx"):
            command = [sys.executable, "-m", "station", "report", "daily", "--config", config, "--day", day]
            command += ["--format", form, "--out", str(to / f"{day}.{form}")]
            self._log(subprocess.run(command, check=True, capture_output=True, text=True))

    def _log(self, done: subprocess.CompletedProcess[str]) -> None:
        self.logs += done.stdout + done.stderr

    def _decided(self, desk: _Desk, then: int) -> None:
        assert eventually(lambda: desk.count("visit.decided") > then), desk.view()["panel"]
        self._act(desk, "cancel")

    def _act(self, desk: _Desk, act: str, **arguments: str) -> dict[str, Any]:
        self._count += 1
        return desk.act(act, f"nonce-{self._count:06d}", **arguments)

    def _register(self, desk: _Desk, person: Somebody) -> None:
        answers, then = dict(person.answers), desk.count("visit.decided")
        form = desk.step("open")["form"]
        asked: dict[str, Any] = desk.step("answer", form=form, question="klass", value=answers.pop("klass"))
        for question in [name for name in ("plate", "registered_home", "residence", "phone") if name in answers]:
            desk.step("go", form=form, question=question)
            asked = desk.step("answer", form=form, question=question, value=answers.pop(question))
            assert asked["accepted"], (question, asked)
        while asked["form"]:
            question = asked["question"]
            if question in answers:
                asked = desk.step("answer", form=form, question=question, value=answers.pop(question))
            else:
                asked = desk.step("later", form=form, question=question)
            assert asked["accepted"], (question, asked)
        assert set(answers) <= {"sex"}, answers
        desk.reads(3650)
        self._decided(desk, then)

    def _show_codes(self, desk: _Desk, planted: Planted, first: int) -> None:
        """A certificate, another place's health code, an ID card and a pass of somebody who does not live here."""
        payloads = [
            f"HC1:6BFOXN*TS0BI$ZD.P9UOL97O4-2HH77HRM3DSPTLRR+%3.ZH9M9ESIGUBA KWML/O6HXK {first}",
            f"shc:/56762909524320603460292437404460312229595326546034602925407728043360287{first}",
            f"https://health.example/code?name=%E8%AF%B8%E8%91%9B&idcard={id_number(900 + first)}&color=green",
            id_number(950 + first),
        ]
        planted.codes += [*payloads, id_number(900 + first)]
        name, pass_id = f"皇甫嵩{'明亮'[bool(first)]}", bytes([7, 77, 1 + first]) + b"plant"
        planted.pass_names.append(name)
        planted.pass_ids.append(pass_id.hex())
        since_s = int(datetime.fromisoformat((A_MONTH_AGO, TODAY)[bool(first)] + "+08:00").timestamp()) - 3600
        claims = GatePass(pass_id, 1, since_s, since_s + 12 * 3600, name=name, id_last4="7748", purpose=4)
        code = issue(claims, self.pass_key, kid_of(self.pass_key.public_key().public_bytes_raw()))
        planted.codes.append(code)
        for payload in (*payloads, code):
            desk.scans(payload)
            assert eventually(lambda: desk.view()["marks"]["visit"] != "0"), payload
            then = desk.count("visit.decided")
            desk.reads(3660)
            self._act(desk, "mask", mask="worn")
            self._act(desk, "exception", reason=f"替端木赐{first}送药 电话0393-88{first}2614")
            self._decided(desk, then)

    def _type(self, desk: _Desk, planted: Planted, first: int) -> None:
        planted.typed += [f"替端木赐{first}送药", f"88{first}2614", f"百里奚{first}家的亲戚"]
        answer = self._act(desk, "paper", time="0712", to="in", centi_celsius="3640", who=f"百里奚{first}家的亲戚")
        assert answer["accepted"], answer


class _Desk(Desk):
    """A desk that believes it is another day and knows the hub's root."""

    def __init__(self, folder: Path, start: str, hub: HubProcess) -> None:
        self.folder, state = folder, folder / "state"
        (state / "orders").mkdir(parents=True, exist_ok=True)
        (state / "station.key").write_text(key(1).private_bytes_raw().hex() + "\n")
        (state / "root.pub").write_text(hub.root_public.hex() + "\n")
        config = folder / "station.toml"
        config.write_text(
            f'[station]\nid = "east"\nname = "东门"\ndemo = true\n[paths]\nstate = "{state}"\n'
            f'runtime = "{folder / "run"}"\n[clock]\nstart = "{start}"\n[web]\nport = 0\n'
            '[signals]\nbackend = "mock"\n[voice]\nenabled = false\n',
            encoding="utf-8",
        )
        self.said = ""
        self._start(config)

    def count(self, kind: str) -> int:
        """How many entries of *kind* there are."""
        return len(self.entries(kind))
