"""The forms of what programs of others may read, and the OpenAPI document that is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sync.hub.examination.meaning import NAMES
from sync.hub.unit.scope import Scope

Schema = Mapping[str, Any]
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
TIME: Schema = {"type": ["integer", "null"], "description": "milliseconds since 1970"}
YES: Schema = {"type": "boolean"}
#: What is asked for, and answered with as much of the tree as the caller sees.
Give = Callable[[Scope], Any]
_UNIT = {
    "name": "unit",
    "in": "query",
    "required": False,
    "schema": TEXT,
    "description": "only this unit and what is below it",
}


def object_of(properties: Mapping[str, Schema]) -> Schema:
    """An object with exactly these *properties*."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def list_of(of: Schema) -> Schema:
    """A list of such values."""
    return {"type": "array", "items": of}


def one_of(values: type[StrEnum]) -> Schema:
    """One of these texts."""
    return {**TEXT, "enum": [str(each) for each in values]}


#: People, as the board counts them.
COUNTS = object_of(dict.fromkeys(NAMES, COUNT))


@dataclass(frozen=True, slots=True)
class Address:
    """One address: what it gives, the form of the answer, and what makes it."""

    path: str
    summary: str
    schema: Schema
    give: Give


def gives(path: str, summary: str, schema: Schema) -> Callable[[Give], Address]:
    """Declare that ``GET`` *path* answers with what the function returns, in the form of *schema*."""
    return lambda give: Address(f"/api/v1{path}", summary, schema, give)


def openapi(addresses: Iterable[Address]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of *addresses*."""
    error = object_of({"code": TEXT, "message": TEXT})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Checkpoint hub", "version": "1"},
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{"key": []}],
        "paths": {
            address.path: {
                "get": {
                    "summary": address.summary,
                    "parameters": [_UNIT],
                    "responses": {
                        "200": _answer("as declared", address.schema),
                        "401": _answer("no key, or one that is not known", error),
                        "404": _answer("the unit is not one of yours", error),
                    },
                }
            }
            for address in addresses
        },
    }


def _answer(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
