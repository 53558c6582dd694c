"""Somebody of the office at a running hub: signs in with the password and fills in the pages' forms."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.parse
import urllib.request

from tests.sync.processes import PATIENCE_S, HubProcess

_BOUNDARY = "a-line-that-no-field-holds"


class OfficeVisitor:
    """Who is in as the office; each visit is a request over the network."""

    def __init__(self, hub: HubProcess) -> None:
        self._url = hub.url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        page = self._send("/login", {"account": "", "password": hub.password})
        assert 'name="password"' not in page, "not let in"

    def get(self, path: str) -> str:
        """The page at *path*."""
        with self._opener.open(self._url + path, timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())

    def post(self, path: str, file: str | None = None, **fields: str) -> str:
        """Fill in the form of the page at *path*, perhaps with a CSV *file*; the page that comes of it."""
        page = self._send(path, fields, file)
        assert 'role="alert">▲' not in page, page
        return page

    def _send(self, path: str, fields: dict[str, str], file: str | None = None) -> str:
        found = re.search(r'name="form" value="([^"]+)"', self.get(path))
        assert found is not None, f"{path}: no form"
        fields = {"form": found[1], **fields}
        if file is None:
            request = urllib.request.Request(self._url + path, urllib.parse.urlencode(fields).encode())
        else:
            parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
            parts.append(f'name="file"; filename="list.csv"\r\nContent-Type: text/csv\r\n\r\n{file}')
            body = "".join(f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
            kind = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
            request = urllib.request.Request(self._url + path, f"{body}--{_BOUNDARY}--\r\n".encode(), kind)
        with self._opener.open(request, timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())
