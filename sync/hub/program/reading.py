"""What programs of others may read: each address is declared once, and the OpenAPI document is made of that.

docs/api.md is for whoever writes such a program.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from sync.hub.errors import HubFault, Refusal
from sync.hub.program.cases import CASES
from sync.hub.program.figures import FIGURES
from sync.hub.program.shapes import Address, openapi
from sync.hub.site import For, access, here
from sync.hub.views.doing import scope_of

reading = Blueprint("reading", __name__)

ADDRESSES: tuple[Address, ...] = (*FIGURES, *CASES)


@reading.get("/api/v1/openapi.json")
@access(For.ANYBODY)
def describe() -> Response:
    """The document that describes all this; it holds nothing of anybody."""
    return jsonify(openapi(ADDRESSES))


def _install(address: Address) -> None:
    @access(For.PROGRAM)
    def view() -> Response:
        with here().store.reading() as connection:
            try:
                scope = scope_of(connection, request.args.get("unit"))
            except HubFault as error:
                raise Refusal("unit", str(error), 404) from None
        return jsonify(address.give(scope))

    reading.add_url_rule(address.path, address.path.rpartition("/")[2], view, methods=["GET"])


for _address in ADDRESSES:
    _install(_address)
