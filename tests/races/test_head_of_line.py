"""An account that somebody else keeps locked: its callers wait in vain, the others don't."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest
from django.db import connection, transaction

from beanpay_site.databases import LOCK_WAIT_SECONDS
from tests.races.conftest import opened
from tests.races.crowds import wallet
from tests.races.servers import Answer, Caller, Client, Server, make_client, serving
from wallets.models import Account

OTHERS = [f"other-{number}" for number in range(6)]
STUCK = "stuck"
CALLS_MAX = 100_000
HEAD_START_SECONDS = 1
QUICK_SECONDS = LOCK_WAIT_SECONDS - 1  # Who waits for the lock waits longer.

pytestmark = pytest.mark.usefixtures("transactional_db", "sound_ledger")


class Call(NamedTuple):
    """When a call began, how long it took, and its status."""

    began: float
    seconds: float
    status: int


@contextmanager
def locked(user: str) -> Iterator[None]:
    """Keep the row of an account locked, as a transaction elsewhere would."""
    with transaction.atomic():
        Account.objects.select_for_update().get(user=user)
        yield


def keep_adding(user: str, *, port: int, client: Client, is_over: Event) -> list[Call]:
    """Add 1 again and again until it is over."""
    calls: list[Call] = []
    with Caller(port, client) as caller:
        while not is_over.is_set() and len(calls) < CALLS_MAX:
            began = time.monotonic()
            answer = wallet("add", user, f"a{len(calls)}").ask(caller, request_id="other")
            calls.append(Call(began, time.monotonic() - began, answer.status))
    return calls


@contextmanager
def others(server: Server, client: Client) -> Iterator[Callable[[], list[list[Call]]]]:
    """Let everybody else in; what is yielded ends it and returns the calls of each."""
    is_over = Event()
    with ThreadPoolExecutor(len(OTHERS)) as threads:
        add = partial(keep_adding, port=server.port, client=client, is_over=is_over)
        running: list[Future[list[Call]]] = [threads.submit(add, user) for user in OTHERS]

        def ended() -> list[list[Call]]:
            is_over.set()
            return [each.result() for each in running]

        try:
            yield ended
        finally:
            is_over.set()


def require_busy(answer: Answer) -> None:
    """Check that an answer says: nothing was done, try again."""
    assert (answer.status, answer.members()["code"]) == (503, 901), answer
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("group_commit", [True], indirect=True)
@pytest.mark.parametrize(
    ("door", "is_first"),
    [("drf", True), ("asgi", False)],
    ids=["drf, comes first", "asgi, comes among others"],
)
def test_a_locked_account_holds_the_others_up_once_at_most(
    door: str, tmp_path: Path, *, is_first: bool, group_commit: bool
) -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("there are no locks of rows")
    customers = [opened(user) for user in (*OTHERS, STUCK)]
    client = make_client("one")
    with (
        serving(door, log=tmp_path / "log") as server,
        Caller(server.port, client) as caller,
        ThreadPoolExecutor(1) as thread,
    ):
        deduct = partial(wallet("deduct", STUCK, "d").ask, caller, request_id=STUCK)
        with locked(STUCK):
            early = thread.submit(deduct) if is_first else None
            time.sleep(HEAD_START_SECONDS if is_first else 0)
            with others(server, client) as ended:
                time.sleep(0 if is_first else HEAD_START_SECONDS)
                require_busy(early.result() if early else deduct())
                began_again = time.monotonic()
                require_busy(deduct())
                calls = ended()
        assert deduct().status == 200
    for each in calls:
        assert {call.status for call in each} == {200}
        assert max(call.seconds for call in each if call.began > began_again) < QUICK_SECONDS
    balances = [customer.balance() for customer in customers]
    assert balances == [*(100 + len(each) for each in calls), 99]
