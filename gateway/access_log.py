"""A line for every request: JSON on stderr, beside the lines of the other loggers and like them.

They go through logging's records and structlog's processors. This one is written thousands of times
a second, so it is put together and written here; LOG_LEVEL decides as for any other.
"""

import logging
import sys

import structlog

from ledger import clock
from ledger.wire import encode

NAME = "beanpay.request"
_log = logging.getLogger(NAME)


def note(*, method: str | None, path: str, status: int, milliseconds: float) -> None:
    """Write the line of one answered request, with what is bound to its context."""
    if not _log.isEnabledFor(logging.INFO):
        return
    line = {
        "method": method,
        "path": path,
        "status": status,
        "milliseconds": round(milliseconds, 2),
        "event": "request",
        **structlog.contextvars.get_contextvars(),
        "logger": NAME,
        "level": "info",
        "timestamp": clock.now().isoformat().replace("+00:00", "Z"),
    }
    stream = sys.stderr.buffer  # Its writes are whole, whichever thread writes meanwhile.
    stream.write(encode(line) + b"\n")
    stream.flush()
