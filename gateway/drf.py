"""The door of Django REST framework: one view per declared operation."""

import re
from collections.abc import Iterable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from rest_framework.views import APIView

from clients.callers import Caller
from gateway import bodies, strict
from gateway.admission import admit, secret_of
from gateway.answers import Call, Result
from gateway.exchange import call_of, http_response
from gateway.execute import execute
from gateway.middleware import REQUEST_ID
from gateway.registry import OPERATIONS, Operation
from ledger.refusals import Refusal


class OperationView(APIView):
    """Answer one declared operation, by GET and by POST alike, or by what it declares.

    DRF finds and describes it. What DRF asks of a request beyond that (a parser, a renderer, a
    version, a format) has one answer for all of them, so it isn't asked.
    """

    http_method_names = ["get", "post"]
    operation: Operation | None = None

    @property
    def declared(self) -> Operation:
        """Return the operation that `as_view` was given."""
        if self.operation is None:
            raise TypeError("as_view(operation=…)")
        return self.operation

    def dispatch(self, request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
        """Answer a request; word a refusal, and let anything else crash loudly."""
        style, call = self.declared.style, call_of(request)
        try:
            caller = self._admit(request, call=call)
            structlog.contextvars.bind_contextvars(client=caller.name)
            handler = self.get if request.method == "GET" else self.post
            reply = style.success(handler(request, caller=caller, call=call), call=call)
        except Refusal as refusal:
            reply = style.refusal(refusal, call=call)
        return http_response(reply)

    def get(self, request: HttpRequest, *, caller: Caller, call: Call) -> Result:
        """Carry the operation out, with the parameters of the query string."""
        return self._carry_out(request, caller=caller, call=call)

    def post(self, request: HttpRequest, *, caller: Caller, call: Call) -> Result:
        """Carry the operation out, with the parameters of the form or the JSON body."""
        return self._carry_out(request, caller=caller, call=call)

    def _admit(self, request: HttpRequest, *, call: Call) -> Caller:
        sent = request.META
        return admit(
            self.declared,
            method=request.method,
            secret=secret_of(
                authorization=sent.get("HTTP_AUTHORIZATION", ""), key=sent.get("HTTP_X_API_KEY", "")
            ),
            call=call,
        )

    def _carry_out(self, request: HttpRequest, *, caller: Caller, call: Call) -> Result:
        raw = bodies.read(request, takes=self.declared.takes)
        for name, text in self.kwargs.items():
            strict.add(raw, name, text)
        return execute(
            self.declared,
            caller=caller,
            raw=self.declared.style.admit(call, raw),
            request_id=request.META[REQUEST_ID],
        )


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
