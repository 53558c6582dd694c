"""Every page of the hub as a picture: ``python -m tests.sync.hub_gallery FOLDER [PAGE ...]``."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import sync_playwright
from waitress import create_server

from sync.hub.database.store import create_store
from tests.conftest import CHROMIUM
from tests.sync.full_hub import full_hub

#: Everything in the menu, and what is reached from it.
PAGES = (
    *(
        "/",
        "/people",
        "/people?list=visitors",
        "/travel",
        "/fevers",
        "/around?station=east&case=77&minutes=90",
        "/notified",
        "/gates",
        "/gates/enrol",
        "/reports",
        "/units",
        "/notices",
        "/isolation",
    ),
    *("/reports?unit=a", "/passes", "/roster", "/rota", "/policy", "/record", "/accounts"),
)
WIDTHS = (1280, 390)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which *app* answers."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)


def main(folder: Path, wanted: tuple[str, ...]) -> None:
    """Draw the *wanted* pages into *folder*, in both languages at both widths."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        template = Path(place) / "template.db"
        create_store(template).close()
        made = full_hub(template, Path(place))
        cookie = made.manager.get_cookie("office")
        assert cookie is not None
        with served(made.app) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM))
            context = browser.new_context()
            context.add_cookies([{"name": "office", "value": cookie.value, "url": url}])
            page = context.new_page()
            for language in ("zh", "en"):
                page.goto(f"{url}/language/{language}")
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 800})
                    for path in wanted:
                        page.goto(url + path)
                        name = path.strip("/").split("?")[0].replace("/", "-") or "board"
                        page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
            browser.close()
        made.store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or PAGES)
