"""A plain model of the filters of the points lists: what to ask for, and what that keeps."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import time_machine

from ledger.posting import post
from ledger.refusals import Refusal
from ledger.terms import Command
from tests.conftest import Api
from tests.http.points import POINT
from tests.http.support import must, require_envelope
from tests.points.scenarios import START
from tests.points.support import Customer, wall_time
from tests.support import do

Row = Mapping[str, Any]
Filters = Mapping[str, Any]
TAGS = ("", "gift", "Gift", "gif", "g%", "100% off", "张")
ORDERS = ("", "O-1", "o-1", "O-2", "O_2", "é")
MOMENTS = tuple(START + timedelta(days=day) for day in range(4))
LIFETIME = timedelta(hours=36)


def of_any_kind(chosen: random.Random) -> dict[str, Any]:
    """Return what a step is labelled with."""
    return {
        "tag": chosen.choice(TAGS),
        "reference": chosen.choice(ORDERS),
        "source_type": chosen.choice((None, 0, 1, -2)),
        "order_type": chosen.choice((None, 1, 2)),
        "pay_type": chosen.choice((None, -(2**31), 2**31 - 1)),
    }


def populate(clock: time_machine.Traveller) -> None:
    """Make accounts of many names, with steps at several moments, and what is no one's here."""
    chosen = random.Random(1)
    for moment in MOMENTS:
        clock.move_to(moment)
        steps: list[Command] = []
        for who in (Customer(), Customer(sub_user="s"), Customer("anna"), Customer("Bob")):
            more = of_any_kind(chosen)
            for _ in range(3):
                expiry = chosen.choice((None, moment + LIFETIME, START + timedelta(days=9)))
                cost = chosen.choice((0, 3))
                name = f"{who.user} 100%" if who.sub_user else who.user.upper()
                steps.append(
                    who.increase(5, cost, expires_at=expiry, name=name, **of_any_kind(chosen))
                )
            steps += [who.freeze(4, **more), who.decrease(5, **more), who.release(2, **more)]
            steps.append(who.freeze(1, expires_at=moment + LIFETIME, reference="O-2"))
        for other in (Customer("else", tenant="t2"), Customer("else", point_type="vip")):
            steps.append(other.increase(1, tag="gift", reference="O-1"))
        assert not [answer for answer in post(steps) if isinstance(answer, Refusal)]
    do(Customer("Bob").disable())
    clock.move_to(MOMENTS[-1] + timedelta(days=1))  # More lots are due, and nobody has booked it.


def among(name: str) -> Callable[[Row, Any], bool]:
    return lambda row, wanted: row[name] in wanted


def equal(name: str) -> Callable[[Row, Any], bool]:
    return lambda row, wanted: row[name] == wanted


def has(name: str) -> Callable[[Row, Any], bool]:
    return lambda row, wanted: (row[name] > 0) == wanted


def within(row: Row, period: Mapping[str, str]) -> bool:
    start, end = period.get("startTime") or "0", period.get("endTime") or "9"
    return bool(start <= row["createTime"] < end)


def of_type(row: Row, wanted: list[int]) -> bool:
    return row["type"] in wanted


# By list and filter: the values to try, and what each keeps.
Case = tuple[tuple[Any, ...], Callable[[Row, Any], bool]]
UIDS: Mapping[str, Case] = {
    "uid": (("ann", "Ann", "an", "anna", "nobody"), equal("uid")),
    "subUid": (("s", "S", "x"), equal("subUid")),
}
SEARCHED_TAG: Case = (("gif", "%", "ift", "张", "_", "x"), lambda row, text: text in row["tag"])
TAG: Case = (TAGS[1:], equal("tag"))
SECONDS = [wall_time(moment) for moment in MOMENTS]
LISTS: Mapping[str, Mapping[str, Case]] = {
    "listPoint": {
        "uidList": ((["ann"], ["ann", "Bob", "nobody"], ["an"], ["ANN"]), among("uid")),
        "enable": ((True, False), equal("enable")),
        "sk": (
            ("an", "N", "ANN", "100%", "_", "Bob", "x"),
            lambda row, text: text in row["uid"] or text in row["name"],
        ),
    },
    "listPointRecord": {
        **UIDS,
        "recIdList": (("some ids", "one id", [10**15]), among("recId")),
        "tag": TAG,
        "seqNumList": (([1], [1, 2, 3], [99]), among("seqNum")),
        "orderNos": ((["O-1"], ["O-1", "é"], ["O"]), among("orderNo")),
        "cost": ((True, False), has("totalCost")),
        "frozen": ((True, False), has("frozen")),
        "expireTime": (
            (
                *SECONDS,
                wall_time(START + LIFETIME),
                "2199-12-31 00:00:00",
            ),
            lambda row, moment: row["expireTime"] is not None and row["expireTime"] < moment,
        ),
        "enable": ((True, False), equal("enable")),
        "sk": SEARCHED_TAG,
    },
    "listPointRecordLog": {
        **UIDS,
        "pid": (("one pid", 10**15), equal("pid")),
        "seqNumList": (([1], [1, 2, 7], [99]), among("seqNum")),
        "recIdList": (("some ids", "one id", [10**15]), among("recId")),
        "orderNoList": ((["O-1"], ["O-1", "é"], ["O"]), among("orderNo")),
        "tag": TAG,
        "sk": SEARCHED_TAG,
    },
    "listPointLog": {
        **UIDS,
        "pid": (("one pid", 10**15), equal("pid")),
        "seqNum": ((1, 5, 99), equal("seqNum")),
        "tag": TAG,
        "orderNo": (ORDERS[1:], equal("orderNo")),
        "createTimeFilter": (
            (
                {"startTime": SECONDS[1], "endTime": SECONDS[2]},
                {"startTime": SECONDS[1]},
                {"endTime": SECONDS[1]},
                {"startTime": SECONDS[1], "endTime": SECONDS[1]},
                {},
            ),
            within,
        ),
        "logTypes": (([1], [2, 3], [5], [99]), of_type),
        "sourceTypes": (([0], [1, -2], [7]), among("sourceType")),
        "orderTypes": (([1], [1, 2], [0]), among("orderType")),
        "payTypes": (([-(2**31)], [2**31 - 1, 5]), among("payType")),
        "enable": ((True, False), lambda row, wanted: (row["uid"] != "Bob") == wanted),
        "sk": SEARCHED_TAG,
    },
}


def real(value: Any, everything: list[Row]) -> Any:
    """Return a value that the database has, for one that says which."""
    if value == "one pid":
        return everything[len(everything) // 2]["pid"]
    if value == "one id":
        return [everything[3]["recId"]]
    return [row["recId"] for row in everything[::3]] if value == "some ids" else value


def combinations(cases: Mapping[str, Case], everything: list[Row]) -> Iterator[dict[str, Any]]:
    """Yield every single filter, and some of several filters at once."""
    values = {
        name: [real(value, everything) for value in options] for name, (options, _) in cases.items()
    }
    yield from ({name: value} for name, options in values.items() for value in options)
    chosen = random.Random(2)
    for _ in range(40):
        names = chosen.sample(list(values), min(len(values), chosen.randint(2, 3)))
        yield {name: chosen.choice(values[name]) for name in names}


def kept(row: Row, filters: Filters, cases: Mapping[str, Case]) -> bool:
    return all(cases[name][1](row, value) for name, value in filters.items())


def as_query(filters: Filters) -> dict[str, Any]:
    """Spell filters as a query string has them: lists repeated, structures as JSON."""
    return {
        name: json.dumps(value)
        if isinstance(value, dict) or name == "sorts"
        else str(value).lower()
        if isinstance(value, bool)
        else value
        for name, value in filters.items()
    }


def asked(api: Api, name: str, **filters: Any) -> dict[str, Any]:
    """Return a list, asked for in both ways."""
    in_body = must(api.post(POINT + name, **filters))
    in_query = must(api.get(POINT + name, **as_query(filters)))
    assert in_query.content == in_body.content, filters
    return require_envelope(in_body)
