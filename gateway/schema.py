"""OpenAPI, made from the registry: every operation and every error, each with an example."""

from collections.abc import Iterator
from typing import Any

from django.utils import translation
from drf_spectacular.openapi import AutoSchema

from gateway.bodies import JSON
from gateway.parameters import Parameter
from gateway.registry import Operation, Write
from ledger.refusals import Code, Facts, Refusal

ANY_OPERATION = (
    Code.BAD_PARAMETER,
    Code.UNAUTHENTICATED,
    Code.FORBIDDEN,
    Code.LENGTH_REQUIRED,
    Code.BODY_TOO_LARGE,
    Code.WRONG_MEDIA_TYPE,
    Code.TOO_MANY_REQUESTS,
    Code.BUSY,
)
ANY_WRITE = (Code.BAD_QUANTITY, Code.OUTCOME_UNKNOWN)
FACTS: Facts = {
    "number": "8970",
    "available": "5",
    "deducted": "20.25",
    "refunded": "10",
    "frozen": "15.25",
    "asked": "20.25",
    "limit": 1_048_576,
    "seconds": 30,
    "used": "10",
    "day": "2025-12-31",
}


class OperationSchema(AutoSchema):
    """Describe a view of the registry by its declaration."""

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        """Return the OpenAPI operation; of any other view, what drf-spectacular makes of it."""
        operation: Operation | None = getattr(self.view, "operation", None)
        if operation is None:
            return super().get_operation(*args)
        _path, _regex, _prefix, method, _registry = args
        return describe(operation, method=method) if method in operation.methods else None


def without_slashes(endpoints: list[Any], **_: Any) -> list[Any]:
    """Describe each path once, without its trailing slash."""
    return [each for each in endpoints if not each[0].endswith("/")]


def describe(operation: Operation, *, method: str) -> dict[str, Any]:
    """Return the OpenAPI operation of a declaration, for GET or POST."""
    summary, _, description = operation.purpose.partition("\n")
    described: dict[str, Any] = {
        "operationId": f"{operation.name}_{method.lower()}",
        "summary": summary,
        "description": f"{description.strip()}\n\nScope: {operation.scope}.".strip(),
        "tags": [operation.path.split("/")[1]],
        "security": [{"bearer": []}, {"key": []}],
        "responses": _responses(operation),
    }
    in_path = [p for p in operation.parameters if f"{{{p.name}}}" in operation.path]
    others = [p for p in operation.parameters if p not in in_path]
    outside = [_outside(p, place="path") for p in in_path]
    if isinstance(operation, Write):
        outside += operation.style.headers
    if method == "GET":
        outside += [_outside(p, place="query") for p in others]
    else:
        described["requestBody"] = _body(others, media_types=operation.takes.media_types)
    return {**described, "parameters": outside} if outside else described


def _outside(parameter: Parameter, *, place: str) -> dict[str, Any]:
    value: dict[str, Any] = {"schema": parameter.schema()}
    if parameter.example is not None:
        value["example"] = parameter.example
    return {
        "in": place,
        "name": parameter.name,
        "description": parameter.help,
        "required": parameter.is_required or place == "path",
        **({"content": {JSON: value}} if parameter.is_structured else value),
    }


def _body(parameters: list[Parameter], *, media_types: tuple[str, ...]) -> dict[str, Any]:
    required = [p.name for p in parameters if p.is_required]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {p.name: {**p.schema(), "description": p.help} for p in parameters},
    }
    if required:
        schema["required"] = required
    example = {p.name: p.example for p in parameters if p.example is not None}
    media = {"schema": schema, "example": example}
    return {"required": bool(required), "content": dict.fromkeys(media_types, media)}


def _responses(operation: Operation) -> dict[str, Any]:
    with translation.override("en"):
        return operation.style.describe(
            _refusals(operation),
            schema=operation.answer.schema,
            example=operation.answer.example,
            is_write=isinstance(operation, Write),
        )


def _refusals(operation: Operation) -> Iterator[Refusal]:
    """Yield an example of each refusal."""
    style = operation.style
    of_writes = ANY_WRITE if isinstance(operation, Write) else ()
    codes = (*ANY_OPERATION, *style.refusals, *of_writes, *operation.refusals)
    takes = operation.takes
    facts = {**FACTS, "limit": takes.bytes_max, "types": takes.media_types}
    for code in dict.fromkeys(codes):
        yield Refusal(code, fields=style.fields.get(code), methods=operation.methods, **facts)
