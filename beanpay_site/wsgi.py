"""The WSGI application that the server runs."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beanpay_site.settings")
os.environ.setdefault("DATABASE_TIMEOUT", "15")  # A command may take longer; a request may not.

DRAIN_BYTES = 16 << 20
CHUNK_BYTES = 1 << 16
_django = get_wsgi_application()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer a request; read what is left of its body, so that the connection lives on."""
    response = _django(environ, start_response)
    left, body = DRAIN_BYTES, environ["wsgi.input"]
    while left > 0 and (chunk := body.read(CHUNK_BYTES)):
        left -= len(chunk)
    return response
