"""A request id and a log line for every request."""

import re
import time
from collections.abc import Callable
from secrets import token_hex

import structlog
from django.http import HttpRequest, HttpResponse

from gateway import access_log

REQUEST_ID = "beanpay.request_id"
REQUEST_ID_BYTES = 16
_WELL_FORMED = re.compile(r"[\x21-\x7e]{1,64}", re.ASCII)


def request_id_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Take over or make a request id; put it on the request, the answer and every log line."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id = request_id_of(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.META[REQUEST_ID] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = get_response(request)
        response["X-Request-ID"] = request_id
        access_log.note(
            method=request.method,
            path=request.path,
            status=response.status_code,
            milliseconds=(time.perf_counter() - started) * 1000,
        )
        return response

    return middleware


def request_id_of(sent: str) -> str:
    """Return the id that was sent, if it is well-formed, or else a new one."""
    return sent if _WELL_FORMED.fullmatch(sent) else token_hex(REQUEST_ID_BYTES)
