"""Where the road finds everything: journal, folders, hub and token."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from sync.backoff import LONGEST_S
from sync.entrance import enrolled_address
from sync.errors import HubRefused
from sync.night import Night, minute_of

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is; without a ``url`` nobody has let this gate in yet.

    ``request`` is where the desk asks for that, ``root`` the key that it pins then.
    """

    journal: Path
    orders: Path
    state: Path
    url: str
    token_file: Path
    ca_file: Path | None
    longest_wait_s: float = LONGEST_S
    night: Night | None = None
    timezone: str = "Asia/Shanghai"
    request: Path | None = None
    root: Path | None = None


def places_of(parsed: argparse.Namespace) -> Places:
    """Where everything is, by the settings or by what the command names.

    :raises HubRefused: if there is no hub and nobody who could ask for one.
    """
    if parsed.config is None:
        return Places(parsed.journal, parsed.orders, parsed.state, parsed.url, parsed.token_file, parsed.ca_file)
    from station.config.file import load

    config = load(parsed.config)
    # Whose root key is not pinned is no hub of ours yet.
    url = config.hub.url or (enrolled_address(config.paths.sync) if config.paths.root.exists() else "")
    if not url and (parsed.once or config.retention.alone):
        raise HubRefused("no_hub", f"{parsed.config}: there is no [hub]; nothing to do", whole_road=True)
    hub, paths = config.hub, config.paths
    times = (minute_of(text) for text in (hub.night_from, hub.night_to, hub.night_until))
    return Places(
        paths.journal,
        paths.orders,
        paths.sync,
        url,
        hub.token_file,
        hub.ca_file,
        float(hub.longest_wait_s),
        Night(config.station.id, *times) if hub.night_only else None,
        config.station.timezone,
        paths.request,
        paths.root,
    )


def read_token(path: Path) -> str:
    """The transport token in *path*.

    :raises HubRefused: if there is none; the station is then to be enrolled.
    """
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise HubRefused("token_file", f"{path}: {error}; enrol the station at the hub", whole_road=True) from None
    if not _TOKEN.fullmatch(token):
        raise HubRefused("token_file", f"{path}: holds no token; enrol the station at the hub", whole_road=True)
    return token
