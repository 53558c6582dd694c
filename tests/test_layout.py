"""The shape of the project: what may lie in it, what is packed, what is locked, and what its pure half may touch."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("drivers", "station", "sync")
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

#: What .gitignore leaves out, for a copy that came without git.
GENERATED = {".git", ".venv", "__pycache__", "build", "dist", "node_modules"}

#: Modules of the "pure" contract that may not be there yet.  Take a name off as soon as it is written.
PLANNED: set[str] = set()

#: Debian's packages on a Raspberry Pi; imported only where one looks for them.
FROM_DEBIAN = {"evdev", "lgpio", "picamera2"}
#: Parts of Flask that its own documentation tells one to import.
PARTS_OF_FLASK = {"jinja2", "markupsafe", "werkzeug"}

# Put together here, so that this file does not find itself.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.}-])/(?:root|work|home/\w+|Users/\w+)/",
    "the host of a package registry": r"\b(?:"
    + "|".join((r"pypi\." + "org", r"python" + r"hosted\.org", r"npm" + r"js\.org", r"(?:deb|ftp)\.debian\." + "org"))
    + r")\b|(?:^|[^a-z-])index"
    + r"-url",
    "a note to do it later": r"\b(?:TO" + "DO|FIX" + "ME|XX" + r"X)\b",
}


def files() -> list[Path]:
    """Everything that is or would be tracked, relative to the root."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, capture_output=True, check=False)
        if listed.returncode == 0:
            return [
                Path(os.fsdecode(name))
                for name in listed.stdout.split(b"\0")
                if name and (ROOT / os.fsdecode(name)).is_file()
            ]
    return sorted(path.relative_to(ROOT) for path in walk(ROOT))


def walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in GENERATED or path.name.endswith((".egg-info", "_cache")) or path.is_symlink():
            continue
        if path.is_dir():
            yield from walk(path)
        else:
            yield path


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in files():
        if path.suffix == ".py" and path.parts[0] in folders:
            yield path, ast.parse((ROOT / path).read_bytes(), str(path))


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = []
    for path in files():
        content = (ROOT / path).read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    assert not found, f"{what}: {found}"


def test_every_link_between_the_pages_leads_somewhere() -> None:
    linked = {
        (page, target.partition("#")[0])
        for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not re.match(r"\w+:|#", target)
    }
    assert linked
    assert [f"{page.name}: {target}" for page, target in sorted(linked) if not (page.parent / target).exists()] == []


def test_no_lock_file_that_names_hosts_is_tracked() -> None:
    assert [path for path in files() if path.name == "uv.lock"] == []


def test_test_folders_hold_unique_names_and_are_no_packages() -> None:
    names = [path.name for path in files() if path.parts[0] == "tests" and path.name.startswith("test_")]
    assert sorted(set(names)) == sorted(names)
    assert [path for path in files() if path.parts[0] == "tests" and path.name == "__init__.py"] == []


def test_every_package_is_listed_by_name() -> None:
    there = {".".join(path.parent.parts) for path, _ in modules(*PACKAGES) if path.name == "__init__.py"}
    # The clips and the program that makes them are files beside a package, not modules of it.
    homeless = {".".join(path.parent.parts) for path, _ in modules(*PACKAGES)} - there - {"drivers.clips"}
    assert homeless == set(), "without an __init__.py the import contracts do not see these folders"
    assert set(PYPROJECT["tool"]["setuptools"]["packages"]) == there


def test_every_package_stands_in_the_map_of_the_rooms() -> None:
    page = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?) \|", page, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([\w/]+)/`", row)}
    packages = {name.replace(".", "/") for name in PYPROJECT["tool"]["setuptools"]["packages"]}
    assert told == packages | {"station/regimes"}


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    ours = {path for path in files() if path.parts[0] in PACKAGES}
    for path in [*ours, Path("pyproject.toml"), Path("LICENSE")]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    program = "import setuptools.build_meta as backend; backend.build_wheel('.')"
    built = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    packed = {Path(name) for name in zipfile.ZipFile(wheel).namelist()}
    assert {path for path in packed if path.parts[0] in PACKAGES} == ours


def test_one_program_is_installed_and_it_is_not_called_sync() -> None:
    assert PYPROJECT["project"]["scripts"] == {"station": "station.cli:main"}


def locked(name: str) -> dict[str, Requirement]:
    """The requirements of a lock file by name; of a name pinned per Python version, the last line."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    found = {}
    for line in lines:
        requirement, *hashes = line.split("--hash=")
        assert hashes, f"{name}: without a hash: {line}"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest.strip()) for digest in hashes)
        found[canonicalize_name(Requirement(requirement.strip()).name)] = Requirement(requirement.strip())
    return found


def test_what_is_declared_is_locked() -> None:
    project = PYPROJECT["project"]
    extras = [text for group in project["optional-dependencies"].values() for text in group]
    for name, declared in (
        ("requirements.txt", project["dependencies"]),
        ("requirements-dev.txt", project["dependencies"] + extras),
    ):
        pins = locked(name)
        for wanted in map(Requirement, declared):
            (pin,) = pins[canonicalize_name(wanted.name)].specifier
            assert wanted.specifier.contains(pin.version), f"{name} holds {pin}, pyproject.toml wants {wanted}"


def test_both_lock_files_agree() -> None:
    everything = locked("requirements-dev.txt")
    for name, pin in locked("requirements.txt").items():
        assert everything[name].specifier == pin.specifier


def test_every_import_is_declared() -> None:
    project = PYPROJECT["project"]
    runtime = project["dependencies"] + project["optional-dependencies"]["postgresql"]
    own = {*PACKAGES, "benchmarks", "tests"}
    homes = importlib.metadata.packages_distributions()
    for folders, declared in (
        (PACKAGES, runtime),
        (("benchmarks", "tests"), runtime + project["optional-dependencies"]["dev"]),
    ):
        names = {canonicalize_name(Requirement(text).name) for text in declared}
        undeclared = set()
        for path, tree in modules(*folders):
            for name in imported(tree) - own - FROM_DEBIAN - PARTS_OF_FLASK - sys.stdlib_module_names:
                if not names & {canonicalize_name(home) for home in homes.get(name, [])}:
                    undeclared.add(f"{path} imports {name}")
        assert not undeclared, sorted(undeclared)


def imported(tree: ast.Module) -> set[str]:
    """The top-level names of all absolute imports of a module, wherever in it they stand."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def pure() -> list[str]:
    (contract,) = [entry for entry in PYPROJECT["tool"]["importlinter"]["contracts"] if entry["id"] == "pure"]
    return contract["source_modules"]


def test_pure_modules_exist_or_are_planned() -> None:
    there = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path, _ in modules(*PACKAGES)}
    assert set(pure()) - there - PLANNED == set()


def test_pure_modules_ask_no_clock_and_open_no_file() -> None:
    # Imports are watched by ./run check; these need none, or one that is pure otherwise.
    asked = []
    for path, tree in modules(*PACKAGES):
        name = ".".join(path.with_suffix("").parts)
        if not any(name == module or name.startswith(module + ".") for module in pure()):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                if isinstance(called, ast.Name) and called.id in {"open", "print", "input", "breakpoint"}:
                    asked.append(f"{path}:{node.lineno}: {called.id}()")
                if isinstance(called, ast.Attribute) and called.attr in {"now", "utcnow", "today"}:
                    asked.append(f"{path}:{node.lineno}: .{called.attr}()")
    assert not asked


def test_run_lists_its_commands() -> None:
    shown = subprocess.run([str(ROOT / "run")], capture_output=True, text=True, check=True)
    for command in ("demo", "up", "test", "check", "bench", "bundle"):
        assert f"\n  {command} " in shown.stdout
    assert shown.stderr == ""


def test_run_refuses_what_it_does_not_know() -> None:
    shown = subprocess.run([str(ROOT / "run"), "tset"], capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "tset" in shown.stderr
    assert "usage: ./run" in shown.stderr
