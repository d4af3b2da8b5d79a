"""The bare door on a real event loop: callers who go away, wait, crowd, or belong elsewhere."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from pytest_django import Settings

from clients import callers
from clients.callers import Caller
from gateway.asgi import requests
from gateway.asgi.door import Door
from gateway.bodies import LIMIT_BYTES
from ledger import combiner, posting
from ledger.posting import Answer, combiner_of
from ledger.terms import Command
from tests.conftest import make_api
from tests.wallets.support import Customer, do

SECONDS = 30.0
PAUSE_SECONDS = 0.002
ADD = "/account/balance/add"
LEFT = 299

Message = MutableMapping[str, Any]

pytestmark = pytest.mark.usefixtures("sound_ledger")


async def other(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Stand in for the application behind the door: say how long the body is."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message["body"])
        more = message["more_body"]
    await send({"type": "http.response.start", "status": LEFT, "headers": []})
    await send({"type": "http.response.body", "body": b"%d" % length})


@dataclass
class Visitor:
    """Who sends a request to the door, in parts, and keeps what comes back."""

    door: Door
    key: str
    path: str = ADD
    parts: list[bytes] = field(default_factory=list)
    goes_away: bool = False  # After these parts, instead of sending the last one.
    is_gone: bool = False  # When the answer comes.
    sent: list[Message] = field(default_factory=list)

    async def visit(self) -> "Visitor":
        """Send the request, and wait for what the door does about it."""
        await self.door(self._scope(), self._receive, self._send)
        return self

    @property
    def status(self) -> int:
        """Return the status of the answer."""
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> dict[bytes, bytes]:
        """Return the headers of the answer."""
        return dict(self.sent[0]["headers"])

    @property
    def members(self) -> dict[str, Any]:
        """Return the members of the answer."""
        members: dict[str, Any] = json.loads(self.sent[1]["body"])
        return members

    def _scope(self) -> dict[str, Any]:
        length = sum(map(len, self.parts)) + self.goes_away
        headers = {
            b"host": b"testserver",
            b"authorization": b"Bearer " + self.key.encode(),
            b"content-type": b"application/json",
            b"content-length": b"%d" % length,
        }
        return {
            "type": "http",
            "method": "POST",
            "scheme": "http",
            "path": self.path,
            "query_string": b"",
            "headers": list(headers.items()),
        }

    async def _receive(self) -> Message:
        await asyncio.sleep(0)
        if not self.parts:
            return {"type": "http.disconnect"}
        part = self.parts.pop(0)
        more = bool(self.parts) or self.goes_away
        return {"type": "http.request", "body": part, "more_body": more}

    async def _send(self, message: Message) -> None:
        if self.is_gone:
            raise OSError("the caller went away")
        self.sent.append(message)


class Gate:
    """Holds up what is to be committed, until the test lets it go on."""

    def __init__(self) -> None:
        self.is_open = Event()
        self.began = Event()
        self._commit = posting.commit

    def __call__(self, commands: list[Command], **more: Any) -> list[Answer]:
        """Wait, then commit."""
        self.began.set()
        assert self.is_open.wait(SECONDS)
        return self._commit(commands, **more)


@pytest.fixture(autouse=True)
def door(transactional_db: None) -> Iterator[Door]:
    """Return the bare door alone: this module's tests go through no other."""
    requests._site_headers.cache_clear()
    made = Door(other)
    yield made
    shared = combiner_of(DEFAULT_DB_ALIAS)
    for pool in [made._threads, *shared._pools.values()]:
        end(pool)
    shared.close()


def end(pool: ThreadPoolExecutor) -> None:
    """End a pool's threads, and the database connection of each."""
    together = Barrier(len(pool._threads) or 1)

    def close() -> None:
        together.wait(SECONDS)
        connections.close_all()

    ended = [pool.submit(close) for _ in range(together.parties)]
    for each in ended:
        each.result(SECONDS)
    pool.shutdown()


@pytest.fixture
def ann(door: Door) -> Customer:
    """Return a customer with 100."""
    customer = Customer("ann")
    do(customer.create())
    do(customer.add("start", 100))
    return customer


@pytest.fixture
def key(door: Door) -> str:
    """Return the key of a client."""
    return make_api("tester").key


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, ann: Customer, key: str) -> Iterator[Gate]:
    """Hold up all commits from now on."""
    made = Gate()
    monkeypatch.setattr(posting, "commit", made)
    yield made
    made.is_open.set()


def adding(door: Door, key: str, number: str, **more: Any) -> Visitor:
    """Return somebody who adds 1 to Ann's account."""
    content = json.dumps({"eid": "ann", "trade_no": number, "amount": 1}).encode()
    return Visitor(door, key, parts=[content[:9], content[9:]], **more)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(SECONDS):
        while not is_so():
            await asyncio.sleep(PAUSE_SECONDS)


def waiting(count: int) -> Callable[[], bool]:
    """Return whether so many wait behind the one that leads."""
    return lambda: len(combiner_of(DEFAULT_DB_ALIAS)._waiting) == count


@pytest.mark.parametrize("is_grouped", [True, False])
def test_many_at_once_are_each_answered_as_their_own(
    door: Door, ann: Customer, key: str, settings: Settings, *, is_grouped: bool
) -> None:
    settings.LEDGER_GROUP_COMMIT = is_grouped
    numbers = [f"n{number}" for number in range(40)]

    async def scenario() -> list[Visitor]:
        return await asyncio.gather(*(adding(door, key, each).visit() for each in numbers))

    visitors = asyncio.run(scenario())
    assert [each.status for each in visitors] == [200] * len(numbers)
    assert [each.members["trade_no"] for each in visitors] == numbers
    assert ann.balance() == 100 + len(numbers)


def test_who_goes_away_before_the_body_is_whole_moves_nothing_and_is_not_answered(
    door: Door, ann: Customer, key: str
) -> None:
    visitor = adding(door, key, "half", goes_away=True)
    asyncio.run(visitor.visit())
    assert visitor.sent == []
    assert visitor.parts == []
    assert ann.balance() == 100


@pytest.mark.parametrize("how", ["is cancelled", "can't be answered"])
def test_who_goes_away_while_waiting_breaks_nobody_else(
    door: Door, ann: Customer, key: str, gate: Gate, how: str
) -> None:
    astray: list[dict[str, Any]] = []

    async def scenario() -> list[Visitor]:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: astray.append(what))
        first = asyncio.create_task(adding(door, key, "first").visit())
        await until(gate.began.is_set)
        gone = adding(door, key, "gone", is_gone=how == "can't be answered")
        leaving = asyncio.create_task(gone.visit())
        await until(waiting(1))
        last = asyncio.create_task(adding(door, key, "last").visit())
        await until(waiting(2))
        if how == "is cancelled":
            leaving.cancel()
        gate.is_open.set()
        with suppress(OSError, asyncio.CancelledError):
            await leaving
        assert gone.sent == []
        return [await first, await last, await adding(door, key, "after").visit()]

    visitors = asyncio.run(asyncio.wait_for(scenario(), SECONDS))
    assert [each.members["trade_no"] for each in visitors] == ["first", "last", "after"]
    assert [each.status for each in visitors] == [200] * 3
    assert astray == []
    assert ann.balance() == 104  # Who went away had asked: that happens.


def test_when_too_many_wait_the_next_one_is_sent_away_for_a_while(
    door: Door, ann: Customer, key: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(combiner, "WAITING_MAX", 2)

    async def scenario() -> list[Visitor]:
        tasks = [asyncio.create_task(adding(door, key, "a0").visit())]
        await until(gate.began.is_set)
        tasks += [asyncio.create_task(adding(door, key, each).visit()) for each in ("a1", "a2")]
        await until(waiting(2))
        refused = await adding(door, key, "a3").visit()
        assert (refused.status, refused.members["code"]) == (503, 901)
        assert int(refused.headers[b"retry-after"]) > 0
        gate.is_open.set()
        return [*await asyncio.gather(*tasks), await adding(door, key, "a3").visit()]

    visitors = asyncio.run(asyncio.wait_for(scenario(), SECONDS))
    assert [each.status for each in visitors] == [200] * 4
    assert ann.balance() == 104


@pytest.mark.parametrize(
    ("path", "length"), [("/account/nowhere", 20), (ADD, LIMIT_BYTES + 1)], ids=["path", "body"]
)
def test_what_is_not_its_own_is_left_to_the_other_application_with_the_whole_body(
    door: Door, key: str, path: str, length: int
) -> None:
    parts = [b"x" * (length - 1), b"x"]
    visitor = Visitor(door, key, path=path, parts=parts)
    asyncio.run(visitor.visit())
    assert (visitor.status, visitor.sent[1]["body"]) == (LEFT, b"%d" % length)


def test_a_key_that_is_not_in_memory_is_looked_up_in_a_thread(
    door: Door, ann: Customer, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    load = callers._load
    loop_goes_on = Event()

    def load_slowly(digest: bytes) -> Caller:
        threads.append(threading.get_ident())
        assert loop_goes_on.wait(SECONDS)
        return load(digest)

    monkeypatch.setattr(callers, "_load", load_slowly)

    async def scenario() -> None:
        asked = asyncio.create_task(adding(door, key, "a").visit())
        await until(lambda: bool(threads))
        loop_goes_on.set()
        assert (await asked).status == 200
        assert (await adding(door, key, "b").visit()).status == 200

    asyncio.run(asyncio.wait_for(scenario(), SECONDS))
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_a_repeat_is_answered_whatever_has_to_be_read_for_it(
    door: Door, ann: Customer, key: str
) -> None:
    content = json.dumps({"uid": "ann", "seq": "s", "point": 7}).encode()

    async def scenario() -> list[Visitor]:
        made = [Visitor(door, key, path="/hyena/point/increase", parts=[content]) for _ in "12"]
        return [await each.visit() for each in made]

    first, again = asyncio.run(scenario())
    assert (first.status, first.members["status"]) == (200, 0)
    assert (again.status, again.members) == (200, first.members)
    assert again.headers[b"idempotent-replayed"] == b"true"
