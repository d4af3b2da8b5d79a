"""The bare door: declared operations answered on an event loop, all else by another application.

The same registry, the same admission, the same `execute` in its two halves, the same styles: only
the way between the socket and them is shorter. What waits for a database never waits here: commands
go to the combiner's thread, queries and everything rare or large to a few threads.

What this door would have to treat specially (a body without a length or too large a one, a host
name that isn't ours, a request that is to be redirected) it leaves to the other application.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from clients import callers
from clients.callers import Caller
from gateway import access_log
from gateway.admission import admit, let_in, secret_of
from gateway.answers import Reply, Result
from gateway.asgi.mailbox import Mailbox
from gateway.asgi.requests import Headers, Request, Scope
from gateway.execute import command_of, execute, result_of
from gateway.registry import OPERATIONS, Operation, Write
from gateway.styles import fault
from ledger.posting import Answer, combiner_of, post
from ledger.refusals import Refusal
from ledger.terms import Command

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
T = TypeVar("T")

THREADS = 8


class Gone(Exception):
    """The caller went away before the whole body was there."""


class Door:
    """An ASGI application that answers the declared operations, and leaves the rest to `other`."""

    def __init__(self, other: Application) -> None:
        self._other = other
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="door")
        self._mailbox: Mailbox | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        operation = _operation_at(scope["path"]) if scope["type"] == "http" else None
        if operation is None:
            await self._leave(scope, receive, send)
            return
        request = Request(operation, scope)
        headers = request.site_headers()
        if headers is None:
            await self._leave(scope, receive, send)
            return
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        try:
            reply = await self._answer(request, receive)
        except Gone:
            return
        await _send(reply, headers, request, send)

    async def _leave(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_next() -> Message:  # Some applications insist on a coroutine.
            return await receive()

        await self._other(scope, receive_next, send)

    async def _answer(self, request: Request, receive: Receive) -> Reply:
        operation, call = request.operation, request.call
        try:
            content = await _body(receive) if request.method == "POST" else b""
            caller = await self._admit(request)
            structlog.contextvars.bind_contextvars(client=caller.name)
            if isinstance(operation, Write):
                result = await self._write(operation, request, content, caller=caller)
                return operation.style.success(result, call=call)
            return await self._in_thread(partial(_reply, request, content, caller=caller))
        except Refusal as refusal:
            return operation.style.refusal(refusal, call=call)
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001 - a bug is answered and recorded, like anywhere
            return fault(request.path, call=call, error=error)

    async def _admit(self, request: Request) -> Caller:
        """Let the caller in; where that takes the database or the cache, in a thread."""
        secret = secret_of(
            authorization=request.header(b"authorization"), key=request.header(b"x-api-key")
        )
        operation, method, call = request.operation, request.method, request.call
        if caller := callers.at_hand(secret):
            return let_in(caller, operation=operation, method=method, call=call)
        admitting = partial(admit, operation, method=method, secret=secret, call=call)
        return await self._in_thread(admitting)

    async def _write(
        self, operation: Write, request: Request, content: bytes, *, caller: Caller
    ) -> Result:
        raw = operation.style.admit(request.call, request.parameters(content))
        command = command_of(operation, caller=caller, raw=raw, request_id=request.request_id)
        return await self._post(operation, command)

    async def _post(self, operation: Write, command: Command) -> Result:
        """Post a command; its answer is worded where it may read the database: in a thread."""
        if not settings.LEDGER_GROUP_COMMIT:
            return await self._in_thread(lambda: result_of(operation, *post([command])))
        loop = asyncio.get_running_loop()
        if self._mailbox is None:
            self._mailbox = Mailbox(loop)
        future: asyncio.Future[Result] = loop.create_future()
        deliver = partial(_deliver, operation, self._mailbox, future)
        combiner_of(DEFAULT_DB_ALIAS).submit([command], deliver)
        return await future

    async def _in_thread(self, work: Callable[[], T]) -> T:
        work = partial(copy_context().run, work)  # Its log lines carry the request's id, too.
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _deliver(
    operation: Write,
    mailbox: Mailbox,
    future: asyncio.Future[Result],
    outcome: list[Answer] | BaseException,
) -> None:
    result: Result | BaseException
    try:
        result = outcome if isinstance(outcome, BaseException) else result_of(operation, *outcome)
    except Exception as error:  # noqa: BLE001 - the caller is told, whatever it is
        result = error
    mailbox.put(future, result)


def _reply(request: Request, content: bytes, *, caller: Caller) -> Reply:
    """Return the reply to a query, or to what is made of many operations.

    :raises Refusal: whatever it refuses.
    """
    operation, call = request.operation, request.call
    raw = operation.style.admit(call, request.parameters(content))
    result = execute(operation, caller=caller, raw=raw, request_id=request.request_id)
    return operation.style.success(result, call=call)


def _operation_at(path: str) -> Operation | None:
    return OPERATIONS.get(path) or OPERATIONS.get(path.removesuffix("/"))


async def _body(receive: Receive) -> bytes:
    """Return the whole body.

    :raises Gone: if the caller went away meanwhile.
    """
    content = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        content += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(content)


async def _send(reply: Reply, site: Headers, request: Request, send: Send) -> None:
    headers = [
        (b"content-type", reply.media_type.encode()),
        (b"cache-control", b"no-store"),
        (b"content-length", b"%d" % len(reply.body)),
        *(
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in reply.headers.items()
        ),
        (b"x-request-id", request.request_id.encode()),
        *site,
    ]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
    access_log.note(
        method=request.method,
        path=request.path,
        status=reply.status,
        milliseconds=(time.perf_counter() - request.began) * 1000,
    )
