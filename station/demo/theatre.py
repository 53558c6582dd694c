"""Everything a day needs, running: simulated devices, the real programs, a page that is looked at."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from drivers.simulator.camera import MjpegCamera
from drivers.simulator.picture import empty_scene
from drivers.simulator.thermometer import PtyThermometer
from station.clock import Skipped
from station.config.file import load
from station.demo.page import Page
from station.demo.player import Stage
from station.demo.proxy import Wire
from station.demo.script import Day, Gate
from station.demo.world import STATION, Wiring, World, build
from station.desk.fitting import make_clock
from station.supervisor import Program, Supervisor, python
from station.up import programs

#: The families of the two simulated thermometers.
THERMOMETERS: Mapping[str, str] = {"t1": "gy_mcu90615", "t2": "gy_614v"}


@dataclass(frozen=True, slots=True)
class Devices:
    """What stands at one gate, and where its page is."""

    name: str
    url: str
    camera: MjpegCamera
    thermometers: Mapping[str, PtyThermometer]


@dataclass(frozen=True, slots=True)
class Theatre:
    """A demo in full swing; ``gates`` are all of them by id, the day's own first."""

    world: World
    stage: Stage
    office_url: str
    gates: Mapping[str, Devices]

    @property
    def gate_url(self) -> str:
        """Where the page of the day's own gate is."""
        return self.gates[STATION].url


@contextmanager
def theatre(day: Day, folder: Path) -> Iterator[Theatre]:
    """Set everything up in *folder*, start it, and take it down again."""
    with ExitStack() as stack:
        hub_port = _free_port()
        wire = Wire(hub_port)
        stack.callback(wire.close)
        plugged: dict[str, Wiring] = {}
        gates: dict[str, Devices] = {}
        for gate in (Gate(STATION, "东门"), *day.gates):
            own = gate.id == STATION
            # One thermometer is enough where nothing is played.
            families = THERMOMETERS if own else dict(islice(THERMOMETERS.items(), 1))
            nodes = folder / "dev" / ("" if own else gate.id)
            nodes.mkdir(parents=True, exist_ok=True)
            gates[gate.id], plugged[gate.id] = _devices(stack, gate, nodes, families, day)
        world = build(folder, day, wire.port, plugged)
        supervisor = _supervisor(world, hub_port)
        running = threading.Thread(target=supervisor.run, name="supervisor")
        running.start()
        stack.callback(running.join)
        stack.callback(supervisor.stop)
        own_gate = gates[STATION]
        page = Page(own_gate.url)
        stack.callback(page.close)
        stage = Stage(
            page,
            own_gate.camera,
            own_gate.thermometers,
            supervisor,
            wire,
            world.codes,
            day.rate,
            make_clock(load(world.config)),
            Skipped(world.skipped),
            world.publish,
        )
        yield Theatre(world, stage, f"http://127.0.0.1:{hub_port}", gates)


def _devices(
    stack: ExitStack, gate: Gate, nodes: Path, families: Mapping[str, str], day: Day
) -> tuple[Devices, Wiring]:
    """The simulated devices of one gate, and what its settings say of them."""
    camera = stack.enter_context(MjpegCamera(0, 10, empty_scene(np.random.default_rng(day.seed))))
    links = {name: nodes / name for name in families}
    thermometers = {
        name: stack.enter_context(PtyThermometer(links[name], family, random.Random(f"{day.seed}/{name}")))
        for name, family in families.items()
    }
    for thermometer in thermometers.values():
        thermometer.scene.noise_centi = day.noise_centi
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    return Devices(gate.name, url, camera, thermometers), Wiring(port, camera.url, links)


def _supervisor(world: World, hub_port: int) -> Supervisor:
    config = load(world.config)
    clock = config.clock
    played = ("--demo-start", clock.start, "--demo-start-ns", str(clock.start_ns), "--demo-rate", str(clock.rate))
    left_out = ("--demo-skipped", str(world.skipped))
    serve = python("sync.hub", "serve", "--state", str(world.hub), "--port", str(hub_port), *played, *left_out)
    hub = Program("hub", serve)
    logs = world.folder / "logs"
    logs.mkdir()
    others = [
        Program(f"{gate}-{one.name}", one.command)
        for gate, file in world.others.items()
        for one in programs(load(file), file)
    ]
    return Supervisor([hub, *programs(config, world.config), *others], logs, os.environ)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
