"""The hub's server: waitress with threads to spare."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable

from station.wire.keyring import Purpose
from sync.hub.api import MAX_BODY
from sync.hub.app import create_app
from sync.hub.examination.examiner import Examiners
from sync.hub.home import Home, Office
from sync.hub.site import Site

log = logging.getLogger("hub")

#: With waitress's own 4, a few slow browsers would keep gates waiting.
THREADS = 32
#: 184 gates and the office's browsers with several connections each.
_CONNECTIONS = 1000
#: A mobile line that pauses longer than this has lost its connection.
_SILENCE_S = 60
#: A dozen requests of the pages, or four batches; what they leave in cycles is some MB at most.
_GARBAGE = 20_000
#: More read faster than one disk writes.
_EXAMINERS = 4


def serve_forever(
    home: Home, office: Office, now_ms: Callable[[], int], rate: float, host: str, port: int, behind_tls: bool
) -> None:
    """Answer requests until the process is stopped; at any moment it may be killed without loss."""
    from waitress import create_server

    # It reports every moment in which all threads are busy.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    examiners = Examiners(min(os.cpu_count() or 1, _EXAMINERS))
    receipt_key = home.keys.signing_key(Purpose.RECEIPT)
    site = Site(home.open(), office, receipt_key, now_ms, rate, examiners.read, home.keys)
    proxy = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto"}
    server = create_server(
        create_app(site, home.session_secret, behind_tls),
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=_CONNECTIONS,
        asyncore_use_poll=True,
        # A batch in two pieces instead of a dozen.
        recv_bytes=65_536,
        channel_timeout=_SILENCE_S,
        max_request_body_size=MAX_BODY,
        clear_untrusted_proxy_headers=True,
        ident=None,
        **(proxy if behind_tls else {}),
    )
    log.info("hub: http://%s:%s", host, server.effective_port)
    # What was made up to here stays; looking through it for garbage again and again costs a tenth of a batch.
    gc.freeze()
    # A batch is some thousand objects in no cycle; at the usual 700 each would be looked through several times.
    gc.set_threshold(_GARBAGE)
    server.run()
