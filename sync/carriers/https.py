"""The hub over HTTPS.

Every wait and every answer is bounded: a hub may hang, trickle, or be somebody else's login page.  Only a JSON
answer ``{"code", "message"}`` with a 4xx status counts as the hub's own refusal; a proxy's or a hotel's page never
does.
"""

from __future__ import annotations

import contextlib
import ipaddress
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

import urllib3
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError, SSLError
from urllib3.util import Timeout, Url, parse_url

from station.wire.document import MAX_DOCUMENT, MAX_LINE
from sync.answer import MAX_MESSAGE, OrderName, check_order, read_order_list, read_refusal
from sync.errors import BatchTooLarge, HubRefused, HubUnavailable

#: A line that cannot open a connection in this time carries no batch either.
CONNECT_S = 5.0
#: Silence for this long means that nothing will come: the hub answers within a second.
SILENCE_S = 20.0
#: A whole small answer, however slowly it trickles.
ANSWER_S = 40.0
#: A whole order: the largest roster (8 MB) on a line of 20 kB/s.
ORDER_S = 420.0
#: A receipt, a list of orders or a refusal; receipts are below 4 KiB.
MAX_ANSWER = 2 * MAX_LINE
_CHUNK = 65_536


class HttpsCarrier:
    """The hub at *url*; *token* is asked before each request, so that a new one counts at once.

    Plain ``http`` is for this machine only: batches hold what people at the gate were promised to be kept private.

    :raises HubRefused: if *url* is no address that may be used, or there is no *ca_file*.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        ca_file: Path | None = None,
        silence_s: float = SILENCE_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._base = base_of(url)
        if ca_file is not None and not ca_file.is_file():
            raise HubRefused("ca_file", f"hub.ca_file: {ca_file} is not there", whole_road=True)
        self._token = token
        self._answer_s = answer_s
        # Redirects are not followed: the hub gives none, login pages do.  One connection: one thread asks.
        self._pool = urllib3.PoolManager(
            num_pools=1,
            maxsize=1,
            ca_certs=None if ca_file is None else str(ca_file),
            retries=False,
            timeout=Timeout(connect=CONNECT_S, read=silence_s),
        )

    def deliver(self, batch: bytes) -> bytes:
        """Hand over *batch*; the hub's receipt.

        :raises BatchTooLarge: if it takes no request of this size.
        """
        return self._ask("POST", "/api/v1/batches", batch)

    def enrol(self, entrance: bytes) -> bytes:
        """Ask to be let in with the code of an invitation; the hub's answer, not yet looked at."""
        return self._ask("POST", "/api/v1/enrol", entrance)

    def receipt(self, epoch: int) -> bytes:
        """The hub's receipt for *epoch* as things stand."""
        return self._ask("GET", f"/api/v1/receipts/{epoch}")

    def newer_orders(self, have: Mapping[str, int], unsent: int) -> list[OrderName]:
        """Orders for us beyond the numbers in *have*; tells the hub how many entries are *unsent*."""
        known = ",".join(f"{kind}:{number}" for kind, number in sorted(have.items()))
        return read_order_list(self._ask("GET", f"/api/v1/orders?have={known}&unsent={unsent}"))

    def fetch_order(self, name: OrderName, into: BinaryIO) -> None:
        """Write the whole document *name* to *into*, which is left at its end."""
        with self._open("GET", f"/api/v1/orders/{name.kind}/{name.number}") as response:
            size = 0
            for chunk in self._chunks(response, MAX_DOCUMENT, ORDER_S):
                size += into.write(chunk)
        into.seek(0)
        check_order(into.readline(MAX_LINE + 2), size, name)
        into.seek(0, 2)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        with self._open(method, path, body) as response:
            return b"".join(self._chunks(response, MAX_ANSWER, self._answer_s))

    @contextlib.contextmanager
    def _open(self, method: str, path: str, body: bytes | None = None) -> Iterator[urllib3.BaseHTTPResponse]:
        """The answer to one request, its body not yet read, once its status and kind are the hub's."""
        headers = {"Authorization": f"Bearer {self._token()}", "User-Agent": "checkpoint-station"}
        if body is not None:
            headers["Content-Type"] = "application/octet-stream"
        with self._named():
            response = self._pool.request(
                method, self._base + path, body=body, headers=headers, redirect=False, preload_content=False
            )
        try:
            self._check(response, 0 if body is None else len(body))
            yield response
            # Only here is the answer read to its end and the connection good for another request.
            response.release_conn()
        finally:
            response.close()

    def _chunks(self, response: urllib3.BaseHTTPResponse, limit: int, within_s: float) -> Iterator[bytes]:
        deadline = time.monotonic() + within_s
        size = 0
        while True:
            with self._named():
                chunk = response.read1(_CHUNK)
            if not chunk:
                return
            if size == 0 and chunk.lstrip()[:1] == b"<":
                raise _portal()
            size += len(chunk)
            if size > limit:
                raise HubUnavailable("answer_too_long", f"hub: an answer of more than {limit} bytes")
            if time.monotonic() > deadline:
                raise HubUnavailable("timeout", f"hub: the answer was not complete after {within_s:.0f} s")
            yield chunk

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        """Give the network's many errors one of four names."""
        try:
            yield
        except SSLError as error:
            raise HubUnavailable("tls", f"hub: no trusted connection ({_cause(error)}); check ca_file") from None
        except ReadTimeoutError as error:
            raise HubUnavailable("timeout", f"hub: no answer in time ({_cause(error)})") from None
        except ProtocolError as error:
            raise HubUnavailable("cut", f"hub: the answer broke off ({_cause(error)})") from None
        except (HTTPError, OSError) as error:
            raise HubUnavailable("unreachable", f"hub: {self._base} cannot be reached ({_cause(error)})") from None

    def _check(self, response: urllib3.BaseHTTPResponse, sent: int) -> None:
        status = response.status
        if status == 200:
            if response.headers.get("Content-Type", "").startswith("text/html"):
                raise _portal()
            return
        if 300 <= status < 400:
            raise _portal()
        if status == 413:
            raise BatchTooLarge("too_large", f"hub: a request of {sent} bytes is too large for it or for a proxy")
        if status in {408, 425, 429} or status >= 500:
            retry_after_s = _retry_after_s(response.headers.get("Retry-After"))
            code = "busy" if status in {429, 503} else "fault"
            raise HubUnavailable(code, f"hub: status {status}", retry_after_s)
        refusal = read_refusal(b"".join(self._chunks(response, MAX_ANSWER, self._answer_s)))
        if refusal is None:
            raise HubUnavailable("no_hub", f"hub: status {status} from something that is no hub; check url")
        raise HubRefused(refusal[0], f"hub: refused ({refusal[1]})", whole_road=status in {401, 403})


def base_of(url: str) -> str:
    """The address of a hub without a slash at its end.

    :raises HubRefused: if it is none, or would be talked to in clear over a network.
    """
    parsed = parse_url(url)
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise HubRefused("url", f"hub.url: {url!r} is no http(s) address", whole_road=True)
    if parsed.scheme == "http" and not _is_this_machine(parsed):
        raise HubRefused("url", f"hub.url: {url!r} would send in clear over the network; use https", whole_road=True)
    return url.rstrip("/")


def _is_this_machine(url: Url) -> bool:
    host = (url.host or "").strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _retry_after_s(value: str | None) -> float | None:
    """Seconds, or a date of RFC 9110 by our own clock; None if it is neither."""
    if value is None:
        return None
    with contextlib.suppress(ValueError, OverflowError):
        return float(int(value))
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    return None


def _portal() -> HubUnavailable:
    return HubUnavailable("portal", "hub: a web page answered instead; is there a login page in this network?")


def _cause(error: BaseException) -> str:
    """The innermost reason in few words; urllib3's own texts repeat addresses of objects."""
    while (inner := error.__cause__ or error.__context__ or getattr(error, "reason", None)) and isinstance(
        inner, BaseException
    ):
        error = inner
    return (str(error) or type(error).__name__)[:MAX_MESSAGE]
