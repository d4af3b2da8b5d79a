"""The examples of the original's README, without a key as it has them, and with one."""

from typing import Any

import pytest
from pytest_django import Settings

from tests.conftest import Api, body, make_api

# The README shows change_type 2 for a deduct and 3 for a refund, and numbers as texts; its
# service answered 3 and 4, and numbers. So do we.
DEDUCT, REFUND = 3, 4


@pytest.fixture(params=["without a key", "with a key"])
def caller(request: pytest.FixtureRequest, settings: Settings, db: None) -> Api:
    if request.param == "with a key":
        return make_api("reader-of-the-readme")
    settings.API_AUTH_REQUIRED = False
    return Api("")


def ask(api: Api, address: str, *, status: int = 200) -> Any:
    answer = api.http.get(address, headers=api.headers)
    assert answer.status_code == status, answer.content
    return body(answer)  # type: ignore[arg-type]


def test_the_tour(caller: Api) -> None:
    account = ask(caller, "/account/create?eid=86001&name=colin")
    assert list(account)[:4] == ["account_id", "account_name", "balance", "credit"]
    assert (account["account_name"], account["balance"], account["credit"]) == ("colin", 0, 0)

    added = ask(caller, "/account/balance/add?eid=86001&trade_no=8970&amount=200")
    assert pick(added) == (account["account_id"], 200, 200, 1)

    deducted = ask(caller, "/account/balance/deduct?eid=86001&trade_no=8971&amount=200")
    assert pick(deducted) == (account["account_id"], -200, 0, DEDUCT)

    refunded = ask(caller, "/account/balance/refund?eid=86001&trade_no=8971&amount=200")
    assert pick(refunded) == (account["account_id"], 200, 200, REFUND)
    assert refunded["ext_no"] == refunded["trade_no"] == "8971"

    assert ask(caller, "/account/balance/query?eid=86001") == {**account, "balance": 200}
    records = ask(caller, "/account/record/query?eid=86001")["data"]
    assert records == [refunded, deducted, added]


def test_each_call_happens_once(caller: Api) -> None:
    tour = (
        "/account/create?eid=86001&name=colin",
        "/account/balance/add?eid=86001&trade_no=8970&amount=200",
        "/account/balance/deduct?eid=86001&trade_no=8971&amount=150",
        "/account/balance/refund?eid=86001&trade_no=8971&amount=50",
    )
    first = [ask(caller, address) for address in tour]
    again = [ask(caller, address, status=201) for address in tour]
    assert again[1:] == first[1:]
    assert ask(caller, "/account/query?eid=86001")["balance"] == 100


def test_a_deduct_is_refunded_once_and_at_most_in_full(caller: Api) -> None:
    ask(caller, "/account/create?eid=86001&name=colin")
    ask(caller, "/account/balance/add?eid=86001&trade_no=8970&amount=200")
    ask(caller, "/account/balance/deduct?eid=86001&trade_no=8971&amount=150")
    too_much = ask(caller, "/account/balance/refund?eid=86001&trade_no=8971&amount=151", status=422)
    assert too_much["code"] == 903
    ask(caller, "/account/balance/refund?eid=86001&trade_no=8971&amount=50")
    other = ask(caller, "/account/balance/refund?eid=86001&trade_no=8971&amount=60", status=409)
    assert other["code"] == 909
    unknown = ask(caller, "/account/balance/refund?eid=86001&trade_no=8970&amount=1", status=404)
    assert unknown["code"] == 908


def test_the_chapter_on_packages(caller: Api) -> None:
    ask(caller, "/account/create?eid=86001&name=colin")
    named = "eid=86001&spid=p1"
    package = ask(caller, f"/package/create?{named}&name=washes&total=100&daily=10")
    assert list(package) == [
        "pkg_id",
        "account_id",
        "spkg_id",
        "pkg_name",
        "total_capacity",
        "total_remain",
        "capacity_daily",
        "deduct_today",
        "expires",
        "book_time",
        "last_update",
    ]
    assert ask(caller, f"/package/query?{named}") == package

    added = ask(caller, f"/package/capacity/add?{named}&trade_no=8970&num=20")
    deducted = ask(caller, f"/package/capacity/deduct?{named}&trade_no=8971&num=10")
    refunded = ask(caller, f"/package/capacity/refund?{named}&trade_no=8971&num=4")
    changes = [(each["num"], each["remain"]) for each in (added, deducted, refunded)]
    assert changes == [(20, 120), (-10, 110), (4, 114)]
    kinds = [each["change_type"] for each in (added, deducted, refunded)]
    assert kinds == [1, DEDUCT, REFUND]

    now = ask(caller, f"/package/capacity/query?{named}")
    figures = {"total_capacity": 120, "total_remain": 114, "deduct_today": 6}
    assert now == {**package, **figures, "last_update": now["last_update"]}
    first = {"num": 100, "remain": 100, "trade_no": "", "record_id": added["record_id"] - 1}
    records = ask(caller, f"/package/record/query?{named}")
    sold = {**added, **first, "create_time": package["book_time"]}
    assert records == {"count": 4, "data": [refunded, deducted, added, sold], "next": None}


def pick(change: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(change[name] for name in ("account_id", "amount", "balance", "change_type"))
