"""What the original did wrong with packages, seen on it while it ran, must not come back."""

from typing import Any

import pytest
import time_machine

from tests.conftest import Api, body
from tests.http.support import must, require_problem, rows
from tests.packages.support import Pack, moment
from tests.races.support import all_at_once
from tests.support import do
from tests.wallets.support import Customer

CAPACITY = "/package/capacity/"
WASHES = {"eid": "u1", "spid": "washes"}


@pytest.fixture
def shop(api: Api, clock: time_machine.Traveller) -> Api:
    """Return a caller with an account and a package of 100, of which 10 may be used a day."""
    must(api.get("/account/create", eid="u1", name="Ann"))
    terms = {"name": "Washes", "total": "100", "daily": "10", "expires": "20260504"}
    must(api.get("/package/create", **WASHES, **terms))
    return api


def change(shop: Api, kind: str, trade_no: str, num: int, **more: str) -> Any:
    call = {**WASHES, "trade_no": trade_no, "num": num, **more}
    return shop.get(CAPACITY + kind, **call)


def used_today(shop: Api) -> int:
    used: int = body(must(shop.get("/package/query", **WASHES)))["deduct_today"]
    return used


def test_a_fresh_install_lacks_a_column_so_that_every_capacity_call_fails(shop: Api) -> None:
    for kind in ("add", "drawing", "deduct", "refund"):
        number = "deduct" if kind == "refund" else kind
        assert body(must(change(shop, kind, number, 2)))["remain"] in {102, 100, 98}
    assert body(must(shop.get(CAPACITY + "query", **WASHES)))["total_remain"] == 100


def test_deduct_today_falls_so_that_the_daily_limit_never_holds(shop: Api) -> None:
    for number, used in enumerate((4, 8), start=1):
        must(change(shop, "deduct", f"d{number}", 4))
        assert used_today(shop) == used
    require_problem(change(shop, "deduct", "d3", 4), status=409, code=904)
    assert used_today(shop) == 8


def test_deduct_today_is_never_reset(shop: Api, clock: time_machine.Traveller) -> None:
    clock.move_to(moment("2026-05-03 12:00:00"))
    must(change(shop, "deduct", "d1", 10))
    clock.move_to(moment("2026-05-04 00:00:00"))
    assert used_today(shop) == 0
    must(change(shop, "deduct", "d2", 10))
    assert used_today(shop) == 10


def test_a_deduct_of_exactly_the_daily_limit_is_refused(shop: Api) -> None:
    must(change(shop, "deduct", "d1", 10))
    require_problem(change(shop, "deduct", "d2", 1), status=409, code=904)


def test_expiry_is_never_checked(shop: Api, clock: time_machine.Traveller) -> None:
    clock.move_to(moment("2026-05-04 23:59:59"))
    must(change(shop, "deduct", "d1", 1))
    clock.move_to(moment("2026-05-05 00:00:00"))
    before = rows()
    require_problem(change(shop, "deduct", "d2", 1), status=409, code=904)
    assert rows() == before


def test_a_refund_without_a_deduct_answers_201_with_no_change(shop: Api) -> None:
    before = rows()
    require_problem(change(shop, "refund", "d1", 1), status=404, code=908)
    require_problem(change(shop, "refund", "r1", 1, ext_no="d1"), status=404, code=908)
    assert rows() == before


def test_two_packages_of_one_account_cannot_use_the_same_trade_no(shop: Api) -> None:
    waxes = {"eid": "u1", "spid": "waxes"}
    must(shop.get("/package/create", **waxes, name="Waxes", total="50"))
    for kind in ("add", "drawing", "deduct", "refund"):
        first = body(must(change(shop, kind, "8970", 5)))
        second = body(must(shop.get(CAPACITY + kind, **waxes, trade_no="8970", num=5)))
        assert first["num"] == second["num"]
        assert (first["pkg_id"], first["record_id"]) != (second["pkg_id"], second["record_id"])


@pytest.mark.django_db(transaction=True)
def test_no_row_is_locked_so_that_two_deducts_at_once_overdraw_or_fail() -> None:
    ann = Customer("ann")
    do(ann.create())
    for attempt in range(5):
        pack = Pack(ann, f"washes {attempt}")
        do(pack.create(3))
        became = all_at_once([pack.deduct("d1", 2), pack.deduct("d2", 2)])
        assert became == {"done": 1, "insufficient-balance": 1}
        assert pack.figures()[1:3] == (1, 2)


def test_lists_skip_their_first_page(shop: Api) -> None:
    for number in range(3):
        must(change(shop, "add", f"a{number}", 1))
    for path, sort, newest in (
        ("/package/record/query", "trade_no", "a2"),
        ("/package/querylist", "spkg_id", "washes"),
    ):
        answers = [body(must(shop.get(path, eid="u1", ps=1, **page))) for page in ({}, {"pi": 0})]
        for answer in answers:
            assert [row[sort] for row in answer["data"]] == [newest]
            assert answer["count"] == {"trade_no": 4, "spkg_id": 1}[sort]
