"""Pieces of JSON schema that answers are described with."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from typing import Any

from django.utils import timezone

Shape = Mapping[str, Any]

TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "number", "description": "Exact: read it as a decimal, not as a float."}
ID: Shape = {"type": "integer", "format": "int64"}
ANYTHING: Shape = {"description": "Any JSON, as it was sent; null if none was."}


def wire_time(moment: datetime) -> str:
    """Return yyyyMMddHHmmss in the service's time zone."""
    return timezone.localtime(moment, timezone.get_default_timezone()).strftime("%Y%m%d%H%M%S")


def choice(options: type[IntEnum]) -> Shape:
    """Describe a number that has a meaning."""
    meanings = ", ".join(f"{each.value} {each.name.lower()}" for each in options)
    return {
        "type": "integer",
        "enum": [each.value for each in options],
        "description": meanings.replace("_", " "),
    }


def shape(**members: Shape) -> Shape:
    """Describe an object that always has exactly these members."""
    return {"type": "object", "properties": members, "required": list(members)}


def listed(row: Shape, *, count: str = "count") -> Shape:
    """Describe a list's answer, with the count of all its rows under that name."""
    return {
        "type": "object",
        "properties": {
            count: {"type": "integer"},
            "countIsLowerBound": {"type": "boolean"},
            "data": {"type": "array", "items": row},
            "next": {"type": ["string", "null"]},
        },
        "required": [count, "data", "next"],
    }


PROBLEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "integer"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "index": {"type": "integer", "description": "Of /batch: which operation, from 0."},
    },
    "required": ["type", "title", "status", "detail", "code"],
}
REFUSED: Shape = {
    "type": "object",
    "properties": {"status": {"type": "integer", "minimum": 1000}, "error": TEXT, "seq": TEXT},
    "required": ["status", "error"],
}
COMPONENTS: dict[str, Any] = {
    "schemas": {"Problem": PROBLEM, "Refused": REFUSED},
    "securitySchemes": {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    },
}
