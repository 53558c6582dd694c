"""Everything a day needs, running: simulated devices, the real programs, a page that is looked at."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
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
from station.demo.script import Day
from station.demo.world import World, build
from station.desk.fitting import make_clock
from station.supervisor import Program, Supervisor, python
from station.up import programs

#: The families of the two simulated thermometers.
THERMOMETERS: Mapping[str, str] = {"t1": "gy_mcu90615", "t2": "gy_614v"}


@dataclass(frozen=True, slots=True)
class Theatre:
    """A demo in full swing."""

    world: World
    stage: Stage
    gate_url: str
    office_url: str


@contextmanager
def theatre(day: Day, folder: Path) -> Iterator[Theatre]:
    """Set everything up in *folder*, start it, and take it down again."""
    with ExitStack() as stack:
        ports = {name: _free_port() for name in ("web", "hub")}
        wire = Wire(ports["hub"])
        stack.callback(wire.close)
        camera = stack.enter_context(MjpegCamera(0, 10, empty_scene(np.random.default_rng(day.seed))))
        links = {name: folder / "dev" / name for name in THERMOMETERS}
        (folder / "dev").mkdir(parents=True)
        thermometers = {
            name: stack.enter_context(PtyThermometer(links[name], family, random.Random(f"{day.seed}/{name}")))
            for name, family in THERMOMETERS.items()
        }
        for thermometer in thermometers.values():
            thermometer.scene.noise_centi = day.noise_centi
        world = build(folder, day, ports | {"wire": wire.port}, camera.url, links)
        supervisor = _supervisor(world, ports["hub"])
        running = threading.Thread(target=supervisor.run, name="supervisor")
        running.start()
        stack.callback(running.join)
        stack.callback(supervisor.stop)
        gate_url = f"http://127.0.0.1:{ports['web']}"
        page = Page(gate_url)
        stack.callback(page.close)
        stage = Stage(
            page,
            camera,
            thermometers,
            supervisor,
            wire,
            world.codes,
            day.rate,
            make_clock(load(world.config)),
            Skipped(world.skipped),
            world.publish,
        )
        yield Theatre(world, stage, gate_url, f"http://127.0.0.1:{ports['hub']}")


def _supervisor(world: World, hub_port: int) -> Supervisor:
    config = load(world.config)
    clock = config.clock
    played = ("--demo-start", clock.start, "--demo-start-ns", str(clock.start_ns), "--demo-rate", str(clock.rate))
    left_out = ("--demo-skipped", str(world.skipped))
    serve = python("sync.hub", "serve", "--state", str(world.hub), "--port", str(hub_port), *played, *left_out)
    hub = Program("hub", serve)
    logs = world.folder / "logs"
    logs.mkdir()
    return Supervisor([hub, *programs(config, world.config)], logs, os.environ)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
