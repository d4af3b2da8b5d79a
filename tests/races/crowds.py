"""A crowd at a server: what it wishes for, what it was answered, and what that must add up to."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from itertools import chain, count
from typing import NamedTuple

from packages_app.models import Record as PackageRecord
from points.models import Log
from tests.packages.support import Pack
from tests.points.support import Customer as PointCustomer
from tests.races.servers import Answer, Caller, Client, Server
from tests.wallets.support import Customer, do
from wallets.models import Record

CALLERS = 8
RICH, POOR = ("ann", "bob"), "cat"
FORTUNE, LARGE, PITTANCE = 10_000_000, 1_000_000, 50
LARGE_DEDUCT = "large"
WALLET, PACKAGE, POINT = "/account/balance/", "/package/capacity/", "/hyena/point/"
TOO_LARGE = b" " * ((1 << 20) + 1)
SHORT = 1010  # The status of an envelope.
DONE = {0, 200, 201}

Figures = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wish:
    """A request: which codes may answer it, what is echoed, and what a success moves."""

    path: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    may: frozenset[int] = frozenset(DONE)
    key: str = ""
    echo: Mapping[str, str] = field(default_factory=dict)
    moves: Mapping[tuple[str, str], int] = field(default_factory=dict)
    method: str = "POST"
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_admitted: bool = True

    def ask(self, caller: Caller, *, request_id: str) -> Answer:
        """Send it.

        :raises OSError, HTTPException: if the connection ends before the answer.
        """
        content = json.dumps(self.parameters).encode() if self.content is None else self.content
        headers = {"X-Request-ID": request_id, **self.headers}
        return caller.ask(self.path, content, method=self.method, headers=headers)


class Entry(NamedTuple):
    """What became of a wish; without an answer, the connection ended."""

    wish: Wish
    request_id: str
    client: str | None
    answer: Answer | None

    @property
    def code(self) -> int:
        """Return the HTTP status, or the one in the envelope."""
        assert self.answer is not None
        if self.wish.path.startswith(POINT) and self.answer.status == 200:
            return int(self.answer.members()["status"])
        return self.answer.status

    @property
    def is_done(self) -> bool:
        """Tell whether it was acknowledged, as new or as a repeat."""
        return self.answer is not None and self.code in DONE


Journal = list[Entry]
Choose = Callable[[random.Random, str], Wish]

# What can be wished for.


def wallet(name: str, user: str, key: str, amount: int = 1) -> Wish:
    """Wish for a booking in a wallet; what is refunded is a part of the large deduct."""
    more = {"ext_no": LARGE_DEDUCT} if name == "refund" else {}
    return Wish(
        WALLET + name,
        {"eid": user, "trade_no": key, "amount": amount, **more},
        key=key,
        echo={"trade_no": key, "eid": user},
        moves={("balance", user): -amount if name == "deduct" else amount},
        may=frozenset(DONE | {409} if (name, user) == ("deduct", POOR) else DONE),
    )


def package(user: str, key: str, quantity: int = 1) -> Wish:
    """Wish for a use of a package."""
    return Wish(
        PACKAGE + "deduct",
        {"eid": user, "spid": Pack(Customer(user)).code, "trade_no": key, "num": quantity},
        key=key,
        echo={"trade_no": key},
        moves={("remaining", user): -quantity},
        may=frozenset(DONE | {409} if user == POOR else DONE),
    )


POINT_MOVES: Mapping[str, Mapping[str, int]] = {
    "increase": {"available": 1},
    "decrease": {"available": -1, "used": 1},
    "freeze": {"available": -1, "frozen": 1},
    "unfreeze": {"available": 1, "frozen": -1},
}


def points(name: str, user: str, key: str, amount: int = 1) -> Wish:
    """Wish for a step of points."""
    return Wish(
        POINT + name,
        {"uid": user, "seq": key, "point": amount},
        key=key,
        echo={"seq": key},
        moves={(pot, user): sign * amount for pot, sign in POINT_MOVES[name].items()},
        may=frozenset(DONE if name == "increase" or user in RICH else DONE | {SHORT}),
    )


def bookings(user: str, key: str, amount: int) -> list[Wish]:
    """Return the wishes that move something."""
    wallets = [wallet(name, user, key, amount) for name in ("add", "deduct")]
    steps = [points(name, user, key, amount) for name in POINT_MOVES]
    return [*wallets, *steps, package(user, key, amount)]


def sure(chance: random.Random, key: str) -> Wish:
    """Wish for what can't be refused."""
    return chance.choice(bookings(chance.choice(RICH), key, chance.randrange(1, 4)))


def harmless(chance: random.Random, user: str, key: str) -> Wish:
    """Wish for what moves nothing."""
    new = f"new-{chance.randrange(20)}"
    created = Wish("/account/create", {"eid": new, "name": "New"}, echo={"eid": new})
    asked = Wish("/account/query", {"eid": user}, echo={"eid": user}, key=key)
    return chance.choice([created, asked])


def malformed(chance: random.Random, user: str, key: str) -> Wish:
    """Wish for what can't be."""
    add = WALLET + "add"
    form = {"Content-Type": "text/plain"}
    wrong = {"Authorization": "Bearer bp_nobody"}
    good = {"eid": user, "trade_no": key, "amount": 1}
    wishes = [
        Wish(add, {**good, "amount": "x"}, may=frozenset({400, 422})),
        Wish(add, {"amount": 1}, may=frozenset({400})),
        Wish(add, content=b'{"eid":', may=frozenset({400})),
        Wish(add, good, may=frozenset({415}), headers=form),
        Wish(add, good, may=frozenset({401}), headers=wrong, is_admitted=False),
        Wish(add, good, may=frozenset({405}), method="DELETE", is_admitted=False),
        Wish(add + "x", good, may=frozenset({404}), is_admitted=False),
        Wish(POINT + "increase", {"uid": user, "seq": key}, may=frozenset({1100})),
    ]
    if chance.random() < 0.1:
        return Wish(add, content=TOO_LARGE, may=frozenset({413}))
    return chance.choice(wishes)


class Mixed:
    """Chooses of everything, and now and then what others choose at the same time."""

    def __init__(self) -> None:
        self._shared = count()

    def __call__(self, chance: random.Random, key: str) -> Wish:
        """Return a wish."""
        user = chance.choice((*RICH, POOR))
        kind = chance.randrange(10)
        if kind < 2:
            return self._same()
        if kind == 2:
            return malformed(chance, user, key)
        if kind == 3:
            return harmless(chance, user, key)
        if kind == 4:
            return wallet("refund", chance.choice(RICH), key)
        return chance.choice(bookings(user, key, chance.randrange(1, 4)))

    def _same(self) -> Wish:
        number = next(self._shared) // CALLERS
        key, user = f"shared-{number}", RICH[number % 2]
        return points("increase", user, key, 7) if number % 3 else wallet("add", user, key, 7)


# Those who wish.


def visit(
    name: str, *, port: int, client: Client, choose: Choose, is_over: Callable[[], bool]
) -> Journal:
    """Ask until it is over, or until the connection ends."""
    chance = random.Random(name)
    journal: Journal = []
    with Caller(port, client) as caller:
        for turn in count():
            if is_over() or (journal and journal[-1].answer is None):
                return journal
            wish = choose(chance, f"{name}-{turn}")
            journal.append(_asked(wish, caller, request_id=f"r-{name}-{turn}"))
    raise AssertionError("it is never over")


def _asked(wish: Wish, caller: Caller, *, request_id: str) -> Entry:
    client = caller.client.name if wish.is_admitted else None
    try:
        answer = wish.ask(caller, request_id=request_id)
    except (OSError, HTTPException):
        return Entry(wish, request_id, client, None)
    return Entry(wish, request_id, client, answer)


@contextmanager
def crowd(
    server: Server,
    clients: list[Client],
    *,
    choose: Choose,
    is_over: Callable[[], bool],
    name: str = "c",
) -> Iterator[Callable[[], Journal]]:
    """Let a crowd in; what is yielded waits for its end and returns all journals as one."""
    with ThreadPoolExecutor(CALLERS) as threads:
        running: list[Future[Journal]] = [
            threads.submit(
                partial(visit, port=server.port, choose=choose, is_over=is_over),
                f"{name}{number}",
                client=clients[number % len(clients)],
            )
            for number in range(CALLERS)
        ]
        yield lambda: list(chain.from_iterable(each.result() for each in running))


# What it must add up to.


def stock() -> None:
    """Give everybody a wallet, a package and points: plenty to the rich."""
    for user in (*RICH, POOR):
        owner, wealth = Customer(user), FORTUNE if user in RICH else PITTANCE
        do(owner.create())
        do(owner.add("start", wealth))
        do(Pack(owner).create(wealth))
        do(PointCustomer(user).increase(2 * wealth, number="start"))
        do(PointCustomer(user).freeze(wealth, number="held"))
    for user in RICH:
        do(Customer(user).deduct(LARGE_DEDUCT, LARGE))


def figures() -> Figures:
    """Return what the database says that everybody has."""
    found = Figures()
    for user in (*RICH, POOR):
        owner, row = Customer(user), PointCustomer(user).row()
        found["balance", user] = int(owner.balance())
        found["remaining", user] = Pack(owner).figures().remaining
        for pot in ("available", "frozen", "used"):
            found[pot, user] = int(getattr(row, pot))
    return found


def moved(before: Figures, journal: Iterable[Entry]) -> Figures:
    """Return the figures after all that was acknowledged, however often."""
    after = before.copy()
    once = {(each.wish.path, each.wish.key): each.wish for each in journal if each.is_done}
    for wish in once.values():
        after.update(wish.moves)
    return after


def numbers() -> set[str]:
    """Return the key of everything that is booked with one."""
    kept = [
        model.objects.values_list("number", flat=True) for model in (Record, PackageRecord, Log)
    ]
    return set(chain.from_iterable(kept)) - {""}
