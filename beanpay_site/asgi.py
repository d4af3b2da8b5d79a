"""The ASGI application that the server runs: the bare door, and Django behind it in threads."""

from typing import Any

from a2wsgi import WSGIMiddleware

from beanpay_site import wsgi
from beanpay_site.settings import THREADS
from gateway.asgi.door import Door

_django: Any = WSGIMiddleware(wsgi.application, workers=THREADS)  # type: ignore[arg-type]
application = Door(_django)
