"""The same calls through another door: Django's test client, but the bare door answers.

The door's coroutines never wait here: what it would hand to other threads is done at once, so that
it shares the test's transaction, its clock and its patches.
"""

from collections.abc import Awaitable, Callable, Coroutine
from io import BytesIO
from typing import Any, TypeVar

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test.client import ClientHandler

from gateway import execute
from gateway.answers import Result
from gateway.asgi import requests
from gateway.asgi.door import Door
from gateway.execute import result_of
from gateway.registry import Write
from ledger.terms import Command

T = TypeVar("T")


class Left(BaseException):
    """The door left the request to the application behind it."""


async def _leave(*_: Any) -> None:
    raise Left


class DoorAtOnce(Door):
    """The bare door, waiting for nothing."""

    async def _post(self, operation: Write, command: Command) -> Result:
        (answer,) = execute.post([command])  # type: ignore[attr-defined]  # Tests patch it there.
        return result_of(operation, answer)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return work()


class DoorHandler(ClientHandler):
    """Answers what the bare door answers through it, and all else as Django does."""

    def __call__(self, environ: dict[str, Any]) -> HttpResponseBase:  # type: ignore[override]
        """Answer a request."""
        requests._site_headers.cache_clear()  # Tests change settings.
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            content = environ["wsgi.input"].read()
            if len(content) < int(environ["CONTENT_LENGTH"]):  # Then there is nobody to answer.
                environ["wsgi.input"] = BytesIO(content)
                raise Left
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        try:
            run(DoorAtOnce(_leave)(scope_of(environ), receive, send))
        except Left:
            return super().__call__(environ)
        response = response_of(*sent)
        response.wsgi_request = WSGIRequest(environ)  # type: ignore[attr-defined]
        return response


def run(coroutine: "Coroutine[Any, Any, T] | Awaitable[T]") -> None:
    """Run a coroutine that never waits."""
    try:
        coroutine.send(None)  # type: ignore[union-attr]
    except StopIteration:
        return
    raise AssertionError("the door waited")


def scope_of(environ: dict[str, Any]) -> dict[str, Any]:
    """Return the ASGI scope of a WSGI request."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower().encode(): value.encode("latin-1")
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
    }
    if not environ.get("CONTENT_LENGTH"):
        headers.pop(b"content-length", None)
    headers.setdefault(b"host", environ["SERVER_NAME"].encode())
    return {
        "type": "http",
        "method": environ["REQUEST_METHOD"],
        "scheme": environ["wsgi.url_scheme"],
        "path": environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        "query_string": environ.get("QUERY_STRING", "").encode("latin-1"),
        "headers": list(headers.items()),
    }


def response_of(start: dict[str, Any], body: dict[str, Any]) -> HttpResponse:
    """Return what was sent as Django's response."""
    response = HttpResponse(body["body"])
    response.status_code = start["status"]
    del response["Content-Type"]
    for name, value in start["headers"]:
        response[name.decode()] = value.decode("latin-1")
    return response
