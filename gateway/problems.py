"""How a refusal looks: application/problem+json (RFC 9457) with the original's code."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from gateway import wording
from ledger.refusals import Code, Refusal

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:beanpay:problem:"
LEGACY_MISSING = 406
RETRY_AFTER_SECONDS = 1

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
    Code.INSUFFICIENT: (904, 409),
    Code.OVER_DAILY_LIMIT: (904, 409),
    Code.EXPIRED: (904, 409),
    Code.REFUND_TOO_LARGE: (903, 422),
    Code.LOCKED: (907, 409),
    Code.KEY_REUSED: (909, 409),
    Code.ALREADY_REVERSED: (909, 409),
    Code.BUSY: (901, 503),
    Code.OUTCOME_UNKNOWN: (901, 503),
    Code.FAULT: (500, 500),
}


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


def response(refusal: Refusal, *, request: HttpRequest, is_legacy: bool = False) -> HttpResponse:
    """Return the refusal as a response, worded by Accept-Language."""
    status = status_of(refusal, is_legacy=is_legacy)
    with translation.override(translation.get_language_from_request(request)):
        content = msgspec.json.encode(body(refusal, status=status))
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    answer.status_code = status  # Set afterwards: the constructor refuses 9xx.
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - no error of ours
    answer["Cache-Control"] = "no-store"
    for name, value in _headers(refusal).items():
        answer[name] = value
    return answer


def _headers(refusal: Refusal) -> dict[str, str]:
    if refusal.code is Code.UNAUTHENTICATED:
        return {"WWW-Authenticate": "Bearer"}
    if refusal.code is Code.WRONG_METHOD:
        return {"Allow": "GET, POST"}
    if refusal.code is Code.TOO_MANY_REQUESTS:
        return {"Retry-After": str(refusal.facts["seconds"])}
    if refusal.code in {Code.BUSY, Code.OUTCOME_UNKNOWN}:
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return {}


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer a path that leads nowhere."""
    return response(Refusal(Code.UNKNOWN_PATH), request=request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer a request that Django itself refuses, such as one to a foreign host name."""
    return response(Refusal(Code.BAD_PARAMETER), request=request)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a bug."""
    return response(Refusal(Code.FAULT), request=request)
