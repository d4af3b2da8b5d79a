"""OpenAPI, made from the registry: every operation and every error, each with an example."""

from collections import defaultdict
from http import HTTPStatus
from typing import Any

from django.utils import translation
from drf_spectacular.openapi import AutoSchema

from gateway import problems
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
    "asked": "20.25",
    "limit": 1_048_576,
    "seconds": 30,
    "used": "10",
    "day": "2025-12-31",
}
FIELDS: dict[Code, dict[str, Facts]] = {
    Code.BAD_PARAMETER: {"eid": {"reason": "required"}},
    Code.BAD_QUANTITY: {"amount": {"reason": "zero"}},
    Code.REFUND_TOO_LARGE: {"amount": {"reason": "refund-too-large"}},
    Code.KEY_REUSED: {"amount": {"reason": "differs"}},
    Code.ALREADY_REVERSED: {"ext_no": {"reason": "already-reversed"}},
}


class OperationSchema(AutoSchema):
    """Describe a view of the registry by its declaration."""

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        """Return the OpenAPI operation; of any other view, what drf-spectacular makes of it."""
        operation: Operation | None = getattr(self.view, "operation", None)
        if operation is None:
            return super().get_operation(*args)
        _path, _regex, _prefix, method, _registry = args
        return describe(operation, method=method)


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
        "responses": {**_answers(operation), **_problems(operation)},
    }
    if method == "GET":
        return {**described, "parameters": [_query(p) for p in operation.parameters]}
    return {**described, "requestBody": _body(operation)}


def _query(parameter: Parameter) -> dict[str, Any]:
    described = {
        "in": "query",
        "name": parameter.name,
        "schema": parameter.schema(),
        "description": parameter.help,
        "required": parameter.is_required,
    }
    return described if parameter.example is None else {**described, "example": parameter.example}


def _body(operation: Operation) -> dict[str, Any]:
    required = [p.name for p in operation.parameters if p.is_required]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {p.name: {**p.schema(), "description": p.help} for p in operation.parameters},
    }
    if required:
        schema["required"] = required
    example = {p.name: p.example for p in operation.parameters if p.example is not None}
    media = {"schema": schema, "example": example}
    return {
        "required": bool(required),
        "content": {"application/json": media, "application/x-www-form-urlencoded": media},
    }


def _answers(operation: Operation) -> dict[str, Any]:
    media = {"schema": operation.answer.schema, "example": operation.answer.example}
    done = {"description": "Done", "content": {"application/json": media}}
    if not isinstance(operation, Write):
        return {"200": done}
    return {"200": done, "201": {**done, "description": "Done before: the same answer again"}}


def _problems(operation: Operation) -> dict[str, Any]:
    codes = dict.fromkeys(
        (*ANY_OPERATION, *(ANY_WRITE if isinstance(operation, Write) else ()), *operation.refusals)
    )
    examples: dict[int, dict[str, Any]] = defaultdict(dict)
    with translation.override("en"):
        for code in codes:
            status = problems.STATUSES[code][1]
            refusal = Refusal(code, fields=FIELDS.get(code), **FACTS)
            examples[status][str(code)] = {"value": problems.body(refusal, status=status)}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {problems.MEDIA_TYPE: {"schema": schema, "examples": of_status}},
        }
        for status, of_status in sorted(examples.items())
    }
