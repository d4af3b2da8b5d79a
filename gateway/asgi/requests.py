"""What the bare door reads of a request."""

import time
from collections.abc import MutableMapping
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.utils.http import parse_header_parameters

from gateway import bodies
from gateway.answers import Call
from gateway.middleware import request_id_of
from gateway.registry import Operation

Scope = MutableMapping[str, Any]
Headers = tuple[tuple[bytes, bytes], ...]

HEADERS_KEPT = 256
DIGITS_MAX = 9


class Request:
    """What the door reads of a request."""

    __slots__ = ("_headers", "_scope", "began", "call", "method", "operation", "path", "request_id")

    def __init__(self, operation: Operation, scope: Scope) -> None:
        self.began = time.perf_counter()
        self.operation = operation
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self._scope = scope
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self.request_id = request_id_of(self.header(b"x-request-id"))
        self.call = Call(
            languages=self.header(b"accept-language"), sent_seq=self.header(b"hyena-seq")
        )

    def header(self, name: bytes) -> str:
        """Return a header as WSGI spells it: in Latin-1."""
        return self._headers.get(name, b"").decode("latin-1")

    def site_headers(self) -> Headers | None:
        """Return what the site adds to every answer; None if this door is not to answer it."""
        if len(self._headers) != len(self._scope["headers"]):  # One is given twice.
            return None
        if self.method != "GET" and not (self.method == "POST" and self._has_usual_length()):
            return None
        proxied = settings.SECURE_PROXY_SSL_HEADER
        told = _asgi_name(proxied[0]) if proxied else b""
        return _site_headers(self._scope["scheme"], self.header(b"host"), self._headers.get(told))

    def parameters(self, content: bytes) -> dict[str, Any]:
        """Return what the query string and the body say.

        :raises Refusal: BAD_PARAMETER, WRONG_MEDIA_TYPE
        """
        query: bytes = self._scope["query_string"]
        return bodies.united(
            query, partial(self._parsed, content) if self.method == "POST" else None
        )

    def _parsed(self, content: bytes) -> dict[str, Any]:
        media_type, options = _media_type(self.header(b"content-type"))
        return bodies.parsed(
            content,
            media_type=media_type,
            charset=options.get("charset", "utf-8"),
            takes=self.operation.takes,
        )

    def _has_usual_length(self) -> bool:
        length = self._headers.get(b"content-length", b"")
        is_number = length.isdigit() and len(length) <= DIGITS_MAX
        return is_number and int(length) <= self.operation.takes.bytes_max


class _Probe(HttpRequest):
    """As much of a request as Django's security asks for."""

    def __init__(self, scheme: str, meta: dict[str, str]) -> None:
        super().__init__()
        self.META = meta
        self._scheme = scheme

    def _get_scheme(self) -> str:
        return self._scheme


@lru_cache(maxsize=HEADERS_KEPT)
def _site_headers(scheme: str, host: str, told: bytes | None) -> Headers | None:
    """Return what SecurityMiddleware adds to an answer; None for what Django is to answer itself.

    That is a request to a host name that isn't ours, or one to be sent on to HTTPS.
    """
    meta = {"HTTP_HOST": host}
    if told is not None and settings.SECURE_PROXY_SSL_HEADER:
        meta[settings.SECURE_PROXY_SSL_HEADER[0]] = told.decode("latin-1")
    probe = _Probe(scheme, meta)
    try:
        probe.get_host()
    except DisallowedHost:
        return None
    security = SecurityMiddleware(lambda _: HttpResponse())
    if security.process_request(probe) is not None:
        return None
    response = security.process_response(probe, HttpResponse())
    del response["Content-Type"]
    return tuple((name.lower().encode(), value.encode()) for name, value in response.items())


@lru_cache(maxsize=HEADERS_KEPT)
def _media_type(header: str) -> tuple[str, dict[str, str]]:
    return parse_header_parameters(header)


def _asgi_name(name: str) -> bytes:
    """Return the name of a header that WSGI spells HTTP_X."""
    return name.removeprefix("HTTP_").replace("_", "-").lower().encode()
