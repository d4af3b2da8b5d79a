"""Which style answers at a path, also where no operation is."""

import logging
import sys

from django.http import HttpRequest, HttpResponse

from gateway.answers import Call, Reply, Style
from gateway.envelope import ENVELOPE
from gateway.exchange import call_of, http_response
from gateway.problems import PROBLEMS
from ledger.refusals import Code, Refusal

log = logging.getLogger("beanpay.fault")


def style_of(path: str) -> Style:
    """Return the style of everything below that path's first part."""
    return ENVELOPE if path.startswith(ENVELOPE.prefix) else PROBLEMS


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer a path that leads nowhere."""
    return _refuse(request, Code.UNKNOWN_PATH)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer a request that Django itself refuses, such as one to a foreign host name."""
    return _refuse(request, Code.BAD_PARAMETER)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a bug, and record it."""
    _, error, _ = sys.exc_info()
    return http_response(fault(request.path, call=call_of(request), error=error))


def fault(path: str, *, call: Call, error: BaseException | None) -> Reply:
    """Return the reply after a bug, and record it."""
    log.error("fault at %s", path, exc_info=error)
    return style_of(path).refusal(Refusal(Code.FAULT), call=call)


def _refuse(request: HttpRequest, code: Code) -> HttpResponse:
    style, call = style_of(request.path_info), call_of(request)
    return http_response(style.refusal(Refusal(code), call=call))
