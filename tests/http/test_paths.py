"""Every path answers every way to ask, alike on every database."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from gateway.registry import OPERATIONS
from tests.conftest import Api
from tests.http import points
from tests.http.batches import BATCH
from tests.http.support import GOOD, JSON, PROBLEMS, STYLES, Digits, call, query, send, spelled

NOON = datetime(2026, 1, 31, 17, 0, 0, 999999, tzinfo=UTC)  # 01:00 of the next day in Shanghai.

PATHS = (
    "/account/create",
    "/account/query",
    "/account/balance/query",
    "/account/update",
    "/account/querylist",
    "/account/balance/add",
    "/account/balance/drawing",
    "/account/balance/deduct",
    "/account/balance/refund",
    "/account/balance/reverseadd",
    "/account/balance/reversedrawing",
    "/account/balance/tradeflat",
    "/account/balance/balanceflat",
    "/account/balance/setcredit",
    "/account/lock",
    "/account/unlock",
    "/account/record/query",
    "/package/create",
    "/package/query",
    "/package/capacity/query",
    "/package/querylist",
    "/package/capacity/add",
    "/package/capacity/drawing",
    "/package/capacity/deduct",
    "/package/capacity/refund",
    "/package/record/query",
)

Pairs = list[tuple[str, Any]]


def account(**changed: Any) -> Pairs:
    members = {
        "account_id": ...,
        "account_name": "Ann",
        "balance": Digits("60"),
        "credit": Digits("0"),
        "eid": "u1",
        "groups": "-",
        "ident": "t1",
        "status": Digits("0"),
    }
    return list({**members, **changed}.items())


def change(kind: int, purpose: int, amount: str, balance: str, **changed: Any) -> Pairs:
    members = {
        "account_id": ...,
        "record_id": ...,
        "trade_no": "n1",
        "ext_no": "",
        "eid": "u1",
        "groups": "-",
        "account_name": "Ann",
        "change_type": Digits(str(kind)),
        "trade_type": Digits(str(purpose)),
        "amount": Digits(amount),
        "balance": Digits(balance),
        "memo": "",
        "ext": None,
        "create_time": "20260201010000",
    }
    return list({**members, **changed}.items())


def package(**changed: Any) -> Pairs:
    members = {
        "pkg_id": ...,
        "account_id": ...,
        "spkg_id": "sp1",
        "pkg_name": "Washes",
        "total_capacity": Digits("100"),
        "total_remain": Digits("70"),
        "capacity_daily": Digits("50"),
        "deduct_today": Digits("30"),
        "expires": "20991231000000",
        "book_time": "20260201010000",
        "last_update": "20260201010000",
    }
    return list({**members, **changed}.items())


def capacity(kind: int, num: str, remain: str, **changed: Any) -> Pairs:
    members = {
        "record_id": ...,
        "pkg_id": ...,
        "account_id": ...,
        "trade_no": "n1",
        "ext_no": "",
        "change_type": Digits(str(kind)),
        "num": Digits(num),
        "remain": Digits(remain),
        "create_time": "20260201010000",
    }
    return list({**members, **changed}.items())


def listed(row: Pairs) -> Pairs:
    return [("count", Digits("1")), ("data", [row]), ("next", None)]


ANSWERS: dict[str, Pairs] = {
    "/account/create": account(account_name="Bob", eid="u2", balance=Digits("0")),
    "/account/query": account(),
    "/account/balance/query": account(),
    "/account/update": account(account_name="Anna"),
    "/account/querylist": listed(account()),
    "/account/balance/add": change(1, 1, "10.5", "70.5"),
    "/account/balance/drawing": change(2, 1, "-10.5", "49.5"),
    "/account/balance/deduct": change(
        3, 2, "-10.5", "49.5", memo="order 1", ext=[("a", [Digits("1.50")])]
    ),
    "/account/balance/refund": change(4, 1, "5", "65", trade_no="d1", ext_no="d1"),
    "/account/balance/reverseadd": change(1, 4, "-10", "50", ext_no="a1", memo="oops"),
    "/account/balance/reversedrawing": change(2, 4, "10", "70", ext_no="w1", memo="oops"),
    "/account/balance/tradeflat": change(5, 1, "0.5", "60.5"),
    "/account/balance/balanceflat": change(6, 1, "-0.5", "59.5"),
    "/account/balance/setcredit": account(credit=Digits("100")),
    "/account/lock": account(status=Digits("1")),
    "/account/unlock": account(),
    "/account/record/query": listed(change(3, 1, "-30", "60", trade_no="d1")),
    "/package/create": package(
        spkg_id="sp2",
        pkg_name="Waxes",
        total_remain=Digits("100"),
        capacity_daily=Digits("10"),
        deduct_today=Digits("0"),
        expires="20261231000000",
    ),
    "/package/query": package(),
    "/package/capacity/query": package(),
    "/package/querylist": listed(package()),
    "/package/capacity/add": capacity(1, "5", "75"),
    "/package/capacity/drawing": capacity(2, "-5", "65"),
    "/package/capacity/deduct": capacity(3, "-5", "65"),
    "/package/capacity/refund": capacity(4, "5", "75", trade_no="d1", ext_no="d1"),
    "/package/record/query": listed(capacity(3, "-30", "70", trade_no="d1")),
}


def test_the_registry_has_exactly_these_paths() -> None:
    assert set(OPERATIONS) == {*PATHS, *points.PATHS, BATCH}
    assert set(GOOD) == {*PATHS, *points.PATHS}
    assert set(PROBLEMS) == set(PATHS) == set(ANSWERS)
    declared = {path: operation.methods for path, operation in OPERATIONS.items()}
    only_post = {*points.ONLY_POST, BATCH}
    assert declared == {
        path: ("POST",) if path in only_post else ("GET", "POST") for path in OPERATIONS
    }


@pytest.fixture
def at_noon(api: Api) -> Any:
    from tests.http.support import fund

    with time_machine.travel(NOON, tick=False):
        fund()
        yield api


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("path", PATHS)
def test_a_path_answers(at_noon: Api, path: str, style: str, slash: str) -> None:
    answer = send(at_noon, style, path + slash, GOOD[path])
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == JSON
    assert without_ids(spelled(answer)) == ANSWERS[path]


@pytest.mark.parametrize("path", PATHS)
def test_a_post_takes_parameters_from_its_query_string_too(at_noon: Api, path: str) -> None:
    answer = call(at_noon, "POST", f"{path}?{query(GOOD[path])}", b"", "")
    assert answer.status_code == 200, answer.content
    assert without_ids(spelled(answer)) == ANSWERS[path]


@pytest.mark.parametrize("path", PATHS)
def test_unknown_parameters_are_ignored(at_noon: Api, path: str) -> None:
    more = {**GOOD[path], "no_such": "1", "balance": "7", "account_name_": "x"}
    answer = send(at_noon, "json", path, more)
    assert without_ids(spelled(answer)) == ANSWERS[path]


@pytest.mark.parametrize(
    "path", ["/account", "/account/", "/account/nosuch", "/Account/query", "/package/capacity"]
)
def test_there_is_nothing_elsewhere(at_noon: Api, path: str) -> None:
    assert at_noon.get(path, eid="u1").status_code == 404


def without_ids(answer: Any) -> Any:
    """Put an ellipsis for each id, once it is seen to be one."""
    if isinstance(answer, Digits) or not isinstance(answer, list):
        return answer
    if not all(isinstance(member, tuple) and len(member) == 2 for member in answer):
        return [without_ids(member) for member in answer]
    return [(name, _without_id(name, value)) for name, value in answer]


def _without_id(name: str, value: Any) -> Any:
    if name in {"account_id", "record_id", "pkg_id"}:
        assert isinstance(value, Digits)
        assert re.fullmatch("[1-9][0-9]*", value.text)
        return ...
    return without_ids(value)
