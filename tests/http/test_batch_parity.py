"""The same operations one by one and as one batch: the same answers, and the same rows."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection

from clients import callers
from clients.models import Client
from clients.scopes import Scope
from tests.conftest import Api, make_api
from tests.http import points
from tests.http.batches import Came, One, good, number_of, numbered, one_by_one, together, undone
from tests.http.points import DECREASE, INCREASE, LATE, POINT, SYSTEM
from tests.http.support import ADD, GOOD, WRITES, Digits, fund
from tests.points.support import wall_time

pytestmark = pytest.mark.usefixtures("sound_ledger")
NOON = datetime(2026, 1, 31, 17, 0, 0, tzinfo=UTC)
SAME = {"X-Request-ID": "request-1"}
IDS = {"account_id", "record_id", "pkg_id", "id", "pid", "recId"}
DEDUCT, CREDIT = "/account/balance/deduct", "/account/balance/setcredit"
QUANTITIES = ("amount", "num", "point", "cost", "credit", "total")
OTHERS = ("4", "0", "-1", "x", "0.001", "1000000", "9" * 20, True, None, ["1"])
LOCKS = ("/account/lock", POINT + "disableAccount")
# What finds nothing to take after the others.
STARVED = (
    *(POINT + name for name in ("freezeByRecId", "freezeCost", "unfreeze", "decreaseFrozen")),
    *(POINT + name for name in ("cancel", "refund")),
    "/account/balance/reverseadd",
    "/account/balance/reversedrawing",
)
UNLOCKS = ("/account/unlock", POINT + "enableAccount")
ADD_TYPE = SYSTEM + "addPointType"


@pytest.fixture
def noon(api: Api) -> Iterator[Api]:
    """Return a caller with accounts of yesterday, for whom time stands still."""
    with time_machine.travel(NOON, tick=False) as clock:
        fund()
        points.stock()
        clock.shift(86_400)
        yield api


def require_same(
    api: Api, operations: Sequence[One], *, mode: str = "each", **headers: str
) -> list[Came]:
    """Check that a batch does what calls do one after the other; return what came of each."""
    sent = {**SAME, **headers}
    alone, rows_of_alone = undone(lambda: one_by_one(api, operations, **sent))
    batched, rows_of_batched = undone(lambda: together(api, operations, mode=mode, **sent))
    for operation, one, other in zip(operations, alone, batched, strict=True):
        assert comparable(one) == comparable(other), operation
    assert rows_of_alone == rows_of_batched
    return batched


def comparable(came: Came) -> Came:
    """Return what came of a call; without ids, if the database does not give the same again."""
    is_exact = connection.vendor == "sqlite"
    return came if is_exact else Came(came.status, without_ids(came.body))


def without_ids(value: Any) -> Any:
    if isinstance(value, Digits) or not isinstance(value, list):
        return value
    if not all(isinstance(each, tuple) and len(each) == 2 for each in value):
        return [without_ids(each) for each in value]
    return [(name, ... if name in IDS else without_ids(it)) for name, it in value]


def user_of(path: str) -> str:
    return next(name for name in ("eid", "uid", "name") if name in GOOD[path])


def variations(path: str) -> list[One]:
    """Return calls of a path: good ones, repeats, conflicts, malformed and refused ones."""
    user, number = user_of(path), number_of(path)
    calls = [
        good(path),
        good(path),
        good(path, ident="t1", no_such="1"),
        good(path, ident="foreign"),
        good(path, **{user: " x"}),
        good(path, **{user: "nobody"}),
        good(path),
    ]
    if f"{{{user}}}" not in path:
        calls.append(good(path, **{user: None}))
        calls.append(good(path, **{user: None, "ident": "foreign"}))
    if number:
        calls += [numbered(path, other) for other in ("n2", " ", "x" * 65, "a\nb", "")]
        calls.append(numbered(path, "n3", memo="\0", note="\0", ext="{", extra='"\\ud800"'))
    for name in set(QUANTITIES) & set(GOOD[path]):
        calls += [good(path, **{name: other}) for other in OTHERS]
        calls += [numbered(path, f"q{rank}", **{name: it}) for rank, it in enumerate(OTHERS)]
    return [call for call in calls if is_sound(call)]


def is_sound(call: One) -> bool:
    """Tell whether a call's `ext` is JSON, so that its body is."""
    return "{" not in (call.parameters.get("ext"), call.parameters.get("extra"))


@pytest.mark.parametrize("path", WRITES)
def test_a_path_is_answered_in_a_batch_as_alone(noon: Api, path: str) -> None:
    came = require_same(noon, variations(path))
    assert len({str(each) for each in came}) > 2


def test_all_paths_in_one_batch(noon: Api) -> None:
    usual = [path for path in WRITES if path not in LOCKS + UNLOCKS]
    calls = [call for path in usual for call in (good(path), good(path))]
    calls += [good(path) for path in LOCKS]
    calls += [call for path in usual for call in (good(path), numbered(path, "n2"))]
    calls += [good(path) for path in UNLOCKS]
    calls += [numbered(path, "n2") for path in usual]
    came = require_same(noon, calls)
    assert {each.status for each in came} == {200, 201, 404, 409}
    told = {dict(each.body)["status"].text for each in came if "status" in dict(each.body)}
    assert told >= {"0", "1010", "1100", "1200"}


def test_what_one_operation_makes_the_next_one_finds(noon: Api) -> None:
    new: dict[str, Any] = {"eid": "new"}
    points_of: dict[str, Any] = {"uid": "new", "type": "vip"}
    came = require_same(
        noon,
        [
            numbered(ADD, "n1", **new),
            good("/account/create", **new),
            numbered(ADD, "n1", **new, amount="7"),
            good("/account/create", **new, name="Other"),
            numbered(ADD, "n1", **new, amount="7.00"),
            numbered(ADD, "n1", **new, amount="8"),
            numbered(DEDUCT, "d1", **new, amount="6.5", trade_type=None),
            numbered("/account/balance/refund", "d1", **new, amount="6.5"),
            numbered(DEDUCT, "d2", **new, amount="7.00001"),
            numbered("/account/balance/reverseadd", "v1", **new, ext_no="n1"),
            numbered("/account/balance/reverseadd", "v2", **new, ext_no="n1"),
            good(CREDIT, **new, credit="5"),
            numbered(DEDUCT, "d2", **new, amount="5"),
            good("/package/create", **new, spid="w"),
            numbered("/package/capacity/deduct", "p1", **new, spid="w"),
            numbered("/package/capacity/refund", "p1", **new, spid="w"),
            numbered(DECREASE, "s1", **points_of),
            numbered(INCREASE, "s1", **points_of, point="30", cost="10"),
            numbered(INCREASE, "s1", **points_of, point="30", cost="10"),
            numbered(INCREASE, "s2", **points_of, point="5", cost="1", expireTime=wall_time(LATE)),
            good(ADD_TYPE, name="zz"),
            numbered(POINT + "freeze", "s3", **points_of, point="7", orderNo="F"),
            numbered(POINT + "freeze", "s4", **points_of, point="8", orderNo="G"),
            numbered(POINT + "decreaseFrozen", "s5", **points_of, point="3"),
            numbered(POINT + "unfreeze", "s6", **points_of, point="8", orderNo="G")._replace(
                path=POINT + "unfreeze"
            ),
            numbered(POINT + "freezeCost", "s7", **points_of, cost="4", orderNo="H"),
            numbered(POINT + "refund", "s8", **points_of, cost="1"),
            numbered(POINT + "cancel", "s9", **points_of, point="2"),
            numbered(POINT + "cancel", "s9", **points_of, point="2.0"),
            numbered(POINT + "cancel", "s9", **points_of, point="1"),
        ],
    )
    assert [each.status for each in came[:7]] == [404, 200, 200, 201, 201, 409, 200]


def test_types_that_one_batch_adds_are_told_in_the_order_added(noon: Api) -> None:
    calls = [
        good(ADD_TYPE, name="b"),
        numbered(INCREASE, "n1", uid="new", type="d"),
        good(ADD_TYPE + "/{name}", name="c"),
        good(ADD_TYPE, name="a", order="created"),
        good(ADD_TYPE, name="b", order="created"),
    ]
    came = require_same(noon, calls)
    told = [dict(each.body)["data"] for each in (came[0], came[2], came[3], came[4])]
    last = ["a", "b", "c", "d", "default"]
    assert told == [["b", "default"], ["b", "c", "d", "default"], last, last]


@pytest.mark.parametrize("mode", ["each", "all"])
def test_in_mode_all_what_is_not_refused_is_answered_alike(noon: Api, mode: str) -> None:
    calls = [good(path) for path in WRITES if path not in LOCKS and path not in STARVED]
    came = require_same(noon, calls + calls[:3], mode=mode)
    assert {each.status for each in came} == {200, 201}


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("language", ["en", "zh-CN,en;q=0.5"])
def test_words_and_statuses_are_the_callers(noon: Api, language: str, *, legacy: bool) -> None:
    Client.objects.update(has_legacy_status=legacy)
    callers.forget()
    calls = [call for path in (DEDUCT, ADD, DECREASE, INCREASE) for call in variations(path)]
    headers = {"Accept-Language": language}
    came = require_same(noon, calls, **headers)
    seen = {each.status for each in came}
    assert seen >= ({406, 903, 904, 908, 909} if legacy else {400, 404, 409, 422})


@pytest.mark.parametrize("scope", Scope)
def test_each_operation_asks_for_its_own_scope(noon: Api, scope: Scope) -> None:
    calls = [*map(good, WRITES), numbered(INCREASE, " x")]
    came = require_same(make_api(f"a {scope}", scope=scope), calls)
    forbidden = [each.status == 403 for each in came]
    assert (all(forbidden), any(forbidden)) == (scope is Scope.READ, scope is not Scope.MANAGE)


def test_each_operation_names_its_own_tenant(noon: Api) -> None:
    fund(tenant="t2")
    points.stock(tenant="t2")
    both = make_api("both")
    client, other = Client.objects.get(name="both"), make_api("other", ident="t2")
    assert other.key
    client.tenants.add(Client.objects.get(name="other").default_tenant)
    calls = [
        numbered(path, "n1", ident=ident)
        for path in (ADD, "/package/capacity/add", INCREASE, ADD_TYPE)
        for ident in ("t1", "t2", "t3", "", "t1 ")
    ]
    came = require_same(both, calls)
    assert {each.status for each in came} == {200, 201, 400, 403}


@pytest.mark.parametrize("seed", range(12))
def test_any_operations_in_any_order(noon: Api, seed: int) -> None:
    chance = random.Random(seed)
    pool = [call for path in WRITES for call in variations(path)]
    good_ones = [numbered(path, number) for path in WRITES for number in ("n1", "n2", "n3", "n4")]
    calls = chance.choices(pool, k=40) + chance.choices(good_ones, k=80)
    chance.shuffle(calls)
    require_same(noon, calls)
