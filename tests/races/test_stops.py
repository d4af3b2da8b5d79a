"""Servers that stop with a crowd before them: what was acknowledged is there, and there once."""

import random
import signal
import time
from pathlib import Path
from threading import Event

import pytest

from tests.races.crowds import Entry, Journal, crowd, figures, moved, numbers, stock, sure
from tests.races.servers import Caller, Client, Server, make_client, serving

ENOUGH = 200
SAMPLE = 40
SECONDS_MAX = 120
TURNS = {signal.SIGTERM: 1, signal.SIGKILL: 2}

pytestmark = pytest.mark.usefixtures("transactional_db", "sound_ledger")


class Enough:
    """Tells those who ask that it isn't over, and the test once they have asked often enough."""

    def __init__(self) -> None:
        self.reached = Event()
        self._turns = iter(range(ENOUGH))
        self._ends = time.monotonic() + SECONDS_MAX

    def __call__(self) -> bool:
        """Count a turn."""
        if next(self._turns, None) is None:
            self.reached.set()
        return time.monotonic() > self._ends


@pytest.mark.parametrize("group_commit", [True], indirect=True)
@pytest.mark.parametrize("number", TURNS, ids=["ended", "killed"])
@pytest.mark.parametrize("door", ["drf", "asgi"])
def test_what_was_acknowledged_is_there_and_nothing_twice(
    door: str, number: signal.Signals, tmp_path: Path, *, group_commit: bool
) -> None:
    """The books themselves are checked after every test here."""
    stock()
    before, client = figures(), make_client("one")
    journal: Journal = []
    for turn in range(TURNS[number]):
        with serving(door, log=tmp_path / f"log{turn}") as server:
            journal += stopped(server, client, number, name=f"{turn}-")
    answered = [each for each in journal if each.answer is not None]
    assert {each.code for each in answered} <= {0, 200}
    with serving(door, log=tmp_path / "last") as server, Caller(server.port, client) as caller:
        assert {each.wish.key for each in answered} <= numbers() <= known(journal)
        for each in random.Random(1).sample(answered, SAMPLE):
            require_same(caller, each)
        again = [sent_again(caller, each) for each in journal if each.answer is None]
    assert figures() == moved(before, [*journal, *again])
    assert numbers() == known(journal)


def stopped(server: Server, client: Client, number: signal.Signals, *, name: str) -> Journal:
    """Stop a server in the midst of a crowd; return what became of each wish."""
    enough = Enough()
    with crowd(server, [client], choose=sure, is_over=enough, name=name) as journals:
        assert enough.reached.wait(SECONDS_MAX)
        server.send(number)
        assert server.wait() == (0 if number is signal.SIGTERM else -number)
        return journals()


def known(journal: Journal) -> set[str]:
    """Return all keys that were sent, and those from before."""
    before = {"start", "held", "large"}
    return before | {each.wish.key for each in journal}


def require_same(caller: Caller, entry: Entry) -> None:
    """Check that what was acknowledged is answered with the same text once more."""
    again = entry.wish.ask(caller, request_id="again")
    assert entry.answer is not None
    assert (again.is_repeat, again.text) == (True, entry.answer.text)


def sent_again(caller: Caller, entry: Entry) -> Entry:
    """Repeat what was cut off: it happens now, unless it has happened."""
    had_happened = entry.wish.key in numbers()
    again = entry._replace(answer=entry.wish.ask(caller, request_id="again"))
    assert again.is_done
    assert again.answer is not None
    assert again.answer.is_repeat is had_happened
    return again
