"""Problems: the style with HTTP statuses, and refusals as application/problem+json (RFC 9457)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gateway import wording
from gateway.answers import (
    Call,
    Described,
    Reply,
    Result,
    Style,
    described,
    headers_of,
    replayed,
)
from gateway.bodies import JSON
from gateway.shapes import Shape
from ledger.refusals import Code, Refusal

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:beanpay:problem:"
LEGACY_MISSING = 406

# Code -> (the original's code, HTTP status)
STATUSES: Mapping[Code, tuple[int, int]] = {
    Code.BAD_PARAMETER: (400, 400),
    Code.BAD_QUANTITY: (903, 422),
    Code.UNAUTHENTICATED: (401, 401),
    Code.FORBIDDEN: (403, 403),
    Code.UNKNOWN_PATH: (404, 404),
    Code.WRONG_METHOD: (405, 405),
    Code.LENGTH_REQUIRED: (411, 411),
    Code.BODY_TOO_LARGE: (413, 413),
    Code.WRONG_MEDIA_TYPE: (415, 415),
    Code.TOO_MANY_REQUESTS: (429, 429),
    Code.UNKNOWN_ACCOUNT: (908, 404),
    Code.UNKNOWN_PACKAGE: (908, 404),
    Code.UNKNOWN_TRADE: (908, 404),
    Code.UNKNOWN_LOT: (908, 404),
    Code.UNKNOWN_TYPE: (908, 404),
    Code.INSUFFICIENT: (904, 409),
    Code.OVER_DAILY_LIMIT: (904, 409),
    Code.EXPIRED: (904, 409),
    Code.REFUND_TOO_LARGE: (903, 422),
    Code.LOCKED: (907, 409),
    Code.DISABLED: (907, 409),
    Code.HELD: (907, 409),
    Code.KEY_REUSED: (909, 409),
    Code.ALREADY_REVERSED: (909, 409),
    Code.BUSY: (901, 503),
    Code.OUTCOME_UNKNOWN: (901, 503),
    Code.FAULT: (500, 500),
}


class Problems(Style):
    """Answers stand alone; a repeat is 201; a refusal is a problem with the original's code."""

    prefix = "/"
    fields = {
        Code.BAD_PARAMETER: {"eid": {"reason": "required"}},
        Code.BAD_QUANTITY: {"amount": {"reason": "zero"}},
        Code.REFUND_TOO_LARGE: {"amount": {"reason": "refund-too-large"}},
        Code.KEY_REUSED: {"amount": {"reason": "differs"}},
        Code.ALREADY_REVERSED: {"ext_no": {"reason": "already-reversed"}},
    }

    def success(self, result: Result, *, call: Call) -> Reply:
        """Return the answer itself."""
        status = 201 if result.is_repeat else 200
        return Reply(status, result.body, JSON, replayed(result))

    def refusal(self, refusal: Refusal, *, call: Call) -> Reply:
        """Return the problem; with legacy status, the code is the HTTP status."""
        status = status_of(refusal, is_legacy=call.is_legacy)
        with call.worded():
            content = msgspec.json.encode(body(refusal, status=status))
        return Reply(status, content, MEDIA_TYPE, headers_of(refusal))

    def describe(
        self, refusals: Iterable[Refusal], *, schema: Shape, example: Any, is_write: bool
    ) -> Described:
        """Describe the answer under 200 and 201, and each problem under its HTTP status."""
        media = {"schema": schema, "example": example}
        done = {"description": "Done", "content": {JSON: media}}
        again = {**done, "description": "Done before: the same answer again"}
        return {"200": done, **({"201": again} if is_write else {}), **_described(refusals)}


PROBLEMS = Problems()


def body(refusal: Refusal, *, status: int) -> dict[str, Any]:
    """Return the members of the problem, in the active language."""
    members: dict[str, Any] = {
        "type": TYPE_PREFIX + refusal.code,
        "title": wording.title(refusal.code),
        "status": status,
        "detail": wording.detail(refusal),
        "code": STATUSES[refusal.code][0],
    }
    if refusal.fields:
        members["errors"] = {
            name: [wording.reason(facts)] for name, facts in refusal.fields.items()
        }
    return members


def status_of(refusal: Refusal, *, is_legacy: bool) -> int:
    """Return the HTTP status; with legacy status, the code itself."""
    code, status = STATUSES[refusal.code]
    if not is_legacy:
        return status
    if any(facts.get("reason") == "required" for facts in refusal.fields.values()):
        return LEGACY_MISSING
    return code


def _described(refusals: Iterable[Refusal]) -> Described:
    examples: dict[int, Described] = defaultdict(dict)
    for refusal in refusals:
        status = STATUSES[refusal.code][1]
        examples[status][str(refusal.code)] = {"value": body(refusal, status=status)}
    schema = {"$ref": "#/components/schemas/Problem"}
    return described(examples, media_type=MEDIA_TYPE, schema=schema)
