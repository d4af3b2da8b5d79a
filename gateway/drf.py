"""The door of Django REST framework: one view per declared operation."""

from http import HTTPStatus
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
from gateway import bodies, problems
from gateway.authentication import KeyAuthentication
from gateway.execute import execute
from gateway.middleware import REQUEST_ID
from gateway.registry import OPERATIONS, Operation
from ledger.refusals import Code, Refusal

MEDIA_TYPE = "application/json"


class AlwaysJson(BaseContentNegotiation):
    """Answer JSON, whatever is accepted."""

    def select_renderer(self, *_: Any, **__: Any) -> tuple[None, str]:
        """Choose nothing: answers are written by the operation itself."""
        return None, MEDIA_TYPE


class OperationView(APIView):
    """Answer one declared operation, by GET and by POST alike."""

    http_method_names = ["get", "post"]
    authentication_classes = [KeyAuthentication]
    content_negotiation_class = AlwaysJson
    operation: Operation | None = None

    @property
    def declared(self) -> Operation:
        """Return the operation that `as_view` was given."""
        if self.operation is None:
            raise TypeError("as_view(operation=…)")
        return self.operation

    def get(self, request: Request) -> HttpResponse:
        """Carry the operation out, with the parameters of the query string."""
        return self._answer(request)

    def post(self, request: Request) -> HttpResponse:
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
        refusal = _refusal(exc)
        if refusal is None:
            raise exc
        caller = getattr(self.request, "_user", None)
        is_legacy = isinstance(caller, Caller) and caller.has_legacy_status
        return problems.response(refusal, request=self.request._request, is_legacy=is_legacy)

    def finalize_response(  # type: ignore[override]
        self, _request: Request, response: HttpResponse, *_: Any, **__: Any
    ) -> HttpResponse:
        """Send the response as it is."""
        return response

    def _answer(self, request: Request) -> HttpResponse:
        result = execute(
            self.declared,
            caller=_caller(request),
            raw=bodies.read(request._request, kept_as_text=self.declared.kept_as_text),
            request_id=request.META[REQUEST_ID],
        )
        status = HTTPStatus.CREATED if result.is_repeat else HTTPStatus.OK
        response = HttpResponse(result.body, content_type=MEDIA_TYPE, status=status)
        response["Cache-Control"] = "no-store"
        if result.is_repeat:
            response["Idempotent-Replayed"] = "true"
        return response


def urlpatterns() -> list[URLPattern]:
    """Return a route for every declared operation, with and without a trailing slash."""
    views = {
        operation.path: OperationView.as_view(operation=operation)
        for operation in OPERATIONS.values()
    }
    return [
        path(address.lstrip("/") + slash, view)
        for address, view in views.items()
        for slash in ("", "/")
    ]


def _refusal(exc: Exception) -> Refusal | None:
    if isinstance(exc, Refusal):
        return exc
    if isinstance(exc, exceptions.MethodNotAllowed):
        return Refusal(Code.WRONG_METHOD)
    return None


def _caller(request: Request) -> Caller:
    if not isinstance(request.user, Caller):
        raise TypeError(request.user)
    return request.user
