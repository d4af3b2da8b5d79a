"""What is measured: one line per figure."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.people import LOTS, PACKAGES, POINT_STEPS, POINTS, REFUNDED, WALLETS, Crowd

WALLET_MARK = '"record_id":'
POINTS_MARK = '{"status":0,'
BATCH_SIZES = (10, 100, 1000)


@dataclass(frozen=True, slots=True, order=True)
class Load:
    """So many callers at once, each on any account, or all on the hot one."""

    callers: int
    is_hot: bool = False

    @property
    def pattern(self) -> str:
        """Return how the calls are spread."""
        return "hot" if self.is_hot else "spread"

    def __str__(self) -> str:
        return f"{self.callers} {self.pattern}"


def spread(*callers: int) -> tuple[Load, ...]:
    """Return loads that are spread over all accounts."""
    return tuple(Load(each) for each in callers)


def hot(*callers: int) -> tuple[Load, ...]:
    """Return loads that are all on one account."""
    return tuple(Load(each, is_hot=True) for each in callers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One kind of request, and under which loads it is measured.

    In `path`, `body` and `item`, {e} is an account's number, {n} a fresh trade number, {r} one of
    its deducts, {items} so many items. A good answer is HTTP 200 with `mark` once for each
    operation. Each operation changes the sum of what the crowd's kind holds by `change`.
    """

    name: str
    crowd: Crowd
    loads: tuple[Load, ...]
    path: str
    method: str = "POST"
    body: str = ""
    item: str = ""
    operations: int = 1
    mark: str = WALLET_MARK
    change: int = 0
    has_yardstick: bool = True
    compares_group_commit: bool = False


def _wallet(name: str, *, change: int, crowd: Crowd = WALLETS, more: str = "") -> Figure:
    is_add = name == "add"
    return Figure(
        name=name,
        crowd=crowd,
        loads=(*spread(1, 16, 64), *hot(16, 64)) if is_add else (*spread(16, 64), *hot(64)),
        path=f"/account/balance/{name}",
        body=f'{{"eid":"{crowd.prefix}{{e}}","trade_no":"{{n}}","amount":1{more}}}',
        change=change,
        compares_group_commit=is_add,
    )


def _batch(size: int) -> Figure:
    return Figure(
        name=f"batch-{size}",
        crowd=WALLETS,
        loads=(*spread(1, 4), *hot(1)),
        path="/batch",
        body='{"mode":"each","operations":[{items}]}',
        item='{"path":"/account/balance/add","eid":"w{e}","trade_no":"{n}","amount":1}',
        operations=size,
        change=1,
    )


def _points(step: str, lots: int) -> Figure:
    loads = spread(1, 16, 64) if lots == LOTS[1] else spread(16)
    return Figure(
        name=f"point-{step}-{lots}",
        crowd=POINTS[step, lots],
        loads=(*loads, *hot(64)) if (step, lots) == ("decrease", LOTS[1]) else loads,
        path=f"/hyena/point/{step}",
        body=f'{{"uid":"{step}-{lots}-{{e}}","point":1,"seq":"{{n}}"}}',
        mark=POINTS_MARK,
        change=1 if step == "increase" else -1,
    )


def _query(name: str, *, path: str, crowd: Crowd = WALLETS, mark: str) -> Figure:
    return Figure(
        name=name,
        crowd=crowd,
        loads=spread(1, 16, 64),
        method="GET",
        path=path,
        mark=mark,
        has_yardstick=False,
    )


FIGURES: tuple[Figure, ...] = (
    _wallet("add", change=1),
    _wallet("deduct", change=-1),
    _wallet("refund", change=1, crowd=REFUNDED, more=',"ext_no":"d{r}"'),
    Figure(
        name="package-deduct",
        crowd=PACKAGES,
        loads=(*spread(16, 64), *hot(64)),
        path="/package/capacity/deduct",
        body='{"eid":"p{e}","spid":"wash","trade_no":"{n}","num":1}',
        change=-1,
    ),
    *(_points(step, lots) for step in POINT_STEPS for lots in LOTS),
    _query("account", path="/account/query?eid=w{e}", mark='"account_id":'),
    _query(
        "point",
        path="/hyena/point/getPoint?uid=decrease-10-{e}",
        crowd=POINTS["decrease", 10],
        mark=POINTS_MARK,
    ),
    _query("records", path="/account/record/query?eid=r{e}&ps=20", crowd=REFUNDED, mark='"count":'),
    *(_batch(size) for size in BATCH_SIZES),
)
BY_NAME = {figure.name: figure for figure in FIGURES}


def crowds(figures: Iterable[Figure]) -> list[Crowd]:
    """Return whose accounts these figures need."""
    return list(dict.fromkeys(figure.crowd for figure in figures))
