"""Outcomes on their way from threads to the event loop."""

import asyncio
from collections import deque
from typing import Any


class Mailbox:
    """Outcomes on their way from other threads to the loop: one wake-up for many."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._mail: deque[tuple[asyncio.Future[Any], Any]] = deque()
        self._is_called = False

    def put(self, future: "asyncio.Future[Any]", outcome: Any) -> None:
        """Deliver an outcome; in any thread."""
        self._mail.append((future, outcome))
        if not self._is_called:
            self._is_called = True
            self._loop.call_soon_threadsafe(self._empty)

    def _empty(self) -> None:
        self._is_called = False  # First: who puts from now on calls again.
        while self._mail:
            future, outcome = self._mail.popleft()
            if future.done():  # The caller went away.
                continue
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
