"""The door of Django REST framework: one view per declared operation."""

import re
from collections.abc import Iterable
from typing import Any

import structlog
from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from clients import rates
from clients.callers import Caller
from gateway import bodies, strict
from gateway.authentication import KeyAuthentication
from gateway.exchange import call_of, http_response
from gateway.execute import execute
from gateway.middleware import REQUEST_ID
from gateway.registry import OPERATIONS, Operation
from ledger.refusals import Code, Refusal


class AlwaysJson(BaseContentNegotiation):
    """Answer JSON, whatever is accepted."""

    def select_renderer(self, *_: Any, **__: Any) -> tuple[None, str]:
        """Choose nothing: answers are written by the operation itself."""
        return None, bodies.JSON


class OperationView(APIView):
    """Answer one declared operation, by GET and by POST alike, or by what it declares."""

    http_method_names = ["get", "post"]
    authentication_classes = [KeyAuthentication]
    content_negotiation_class = AlwaysJson
    operation: Operation | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if self.operation is not None:
            self.http_method_names = [method.lower() for method in self.operation.methods]

    @property
    def declared(self) -> Operation:
        """Return the operation that `as_view` was given."""
        if self.operation is None:
            raise TypeError("as_view(operation=…)")
        return self.operation

    def get(self, request: Request, **_: str) -> HttpResponse:
        """Carry the operation out, with the parameters of the query string."""
        return self._answer(request)

    def post(self, request: Request, **_: str) -> HttpResponse:
        """Carry the operation out, with the parameters of the form or the JSON body."""
        return self._answer(request)

    def check_permissions(self, request: Request) -> None:
        """Check the scope, before a body is read.

        :raises Refusal: FORBIDDEN
        """
        _caller(request).require_scope(self.declared.scope)

    def check_throttles(self, request: Request) -> None:
        """Count the request against the client's rate.

        :raises Refusal: TOO_MANY_REQUESTS
        """
        caller = _caller(request)
        structlog.contextvars.bind_contextvars(client=caller.name)
        if seconds := rates.seconds_to_wait(caller):
            raise Refusal(Code.TOO_MANY_REQUESTS, seconds=seconds, limit=caller.rate_limit)

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Word a refusal; let anything else crash loudly."""
        if isinstance(exc, exceptions.MethodNotAllowed):
            exc = Refusal(Code.WRONG_METHOD, methods=self.declared.methods)
        if not isinstance(exc, Refusal):
            raise exc
        call, caller = call_of(self.request._request), getattr(self.request, "_user", None)
        call.is_legacy = isinstance(caller, Caller) and caller.has_legacy_status
        return http_response(self.declared.style.refusal(exc, call=call))

    def finalize_response(  # type: ignore[override]
        self, _request: Request, response: HttpResponse, *_: Any, **__: Any
    ) -> HttpResponse:
        """Send the response as it is."""
        return response

    def _answer(self, request: Request) -> HttpResponse:
        style, call = self.declared.style, call_of(request._request)
        raw = bodies.read(request._request, kept_as_text=self.declared.kept_as_text)
        for name, text in self.kwargs.items():
            strict.add(raw, name, text)
        result = execute(
            self.declared,
            caller=_caller(request),
            raw=style.admit(call, raw),
            request_id=request.META[REQUEST_ID],
        )
        return http_response(style.success(result, call=call))


def urlpatterns() -> list[URLPattern]:
    """Return the routes of every declared operation."""
    return routes(OPERATIONS.values())


def routes(operations: Iterable[Operation]) -> list[URLPattern]:
    """Return a route for each operation, with and without a trailing slash."""
    views = [(each.path, OperationView.as_view(operation=each)) for each in operations]
    return [path(_route(address) + slash, view) for address, view in views for slash in ("", "/")]


def _route(address: str) -> str:
    """Return a path as Django spells it."""
    return re.sub(r"{(\w+)}", r"<\1>", address.lstrip("/"))


def _caller(request: Request) -> Caller:
    if not isinstance(request.user, Caller):
        raise TypeError(request.user)
    return request.user
