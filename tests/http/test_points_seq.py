"""A change of points happens once: its `seq`, in the header or the body, inside one account."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from ledger.refusals import Code
from tests.conftest import Api, body, make_api
from tests.http.envelopes import HEADER, echoed
from tests.http.envelopes import send as send_seq
from tests.http.points import (
    CHANGES,
    DECREASE,
    GOOD,
    INCREASE,
    LATE,
    OTHER_CONTENT,
    POINT,
    SYSTEM,
    OldestLot,
    stock,
)
from tests.http.support import must, require_envelope, require_refused, rows, send
from tests.points.support import Caller, wall_time

pytestmark = pytest.mark.usefixtures("sound_ledger")
REPLAYED = "Idempotent-Replayed"
ONE = {"uid": "u1", "point": "1"}
LATER = "2198-01-01 00:00:00"
# What decides each change, beyond its quantity: other values than GOOD has.
DECIDING: Mapping[str, Mapping[str, str]] = {
    INCREASE: {"cost": "6", "expireTime": LATER, "issueTime": LATER},
    DECREASE: {"recOrderNo": "O-1"},
    POINT + "freeze": {"expireTime": LATER},
    POINT + "freezeByRecId": {"expireTime": LATER},
    POINT + "freezeCost": {"expireTime": LATER, "recOrderNo": "O-1", "point": "40"},
    POINT + "unfreeze": {},
    POINT + "decreaseFrozen": {"unfreezePoint": "5", "recOrderNo": "O-2"},
    POINT + "cancel": {},
    POINT + "refund": {"point": "50", "unfreezePoint": "5"},
}
SHARED = {"tag": "x", "orderNo": "X", "sourceType": "1", "orderType": "-2", "payType": "3"}
# What decides nothing, and other spellings of what GOOD has.
SAME: Mapping[str, Mapping[str, Any]] = {
    INCREASE: {"point": "10.5", "cost": "5.00", "expireTime": ""},
    DECREASE: {"point": "1.05e1", "recOrderNo": ""},
    POINT + "freeze": {"point": "5.0", "expireTime": ""},
    POINT + "freezeByRecId": {"point": "100"},
    POINT + "freezeCost": {"cost": "2e1", "point": ""},
    POINT + "unfreeze": {"unfreezeByOrderNo": "false"},
    POINT + "decreaseFrozen": {"unfreezeByOrderNo": "false", "unfreezePoint": ""},
    POINT + "cancel": {"recId": ""},
    POINT + "refund": {"point": "0", "cost": "25.0"},
}


def grow_old(api: Api) -> None:
    """Rename, spend, let a lot expire, and disable the account."""
    must(api.post(INCREASE, uid="u1", point="5", name="Anna"))
    must(api.post(DECREASE, uid="u1", point="3"))
    with time_machine.travel(LATE + timedelta(hours=1), tick=False):
        must(api.post(DECREASE, uid="u1", point="1"))
        assert body(api.get(POINT + "getPoint", uid="u1"))["data"]["expire"] > 0
    must(api.post(POINT + "disableAccount", uid="u1"))


@pytest.mark.parametrize("path", CHANGES)
def test_a_repeat_gets_the_very_same_bytes_whatever_has_happened_since(
    funded: Api, path: str
) -> None:
    first = must(send(funded, "json", path, GOOD[path]))
    assert REPLAYED not in first
    for step in (*body(first)["data"]["logs"], *body(first)["data"]["recLogList"]):
        assert step["id"] > 0
        assert step["pid"] > 0
    grow_old(funded)
    before = rows()
    unsaid = {"note": "other", "name": "Other", "extra": '{"x": 2}', "no_such": "1"}
    for call in (GOOD[path], {**GOOD[path], **unsaid}, {**GOOD[path], **SAME[path]}):
        again = must(send(funded, "json", path, call))
        assert again.content == first.content
        assert (again[REPLAYED], again[HEADER]) == ("true", "n1")
    assert rows() == before


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        (path, field, value)
        for path in CHANGES
        for field, value in {**OTHER_CONTENT[path], **DECIDING[path], **SHARED}.items()
    ],
)
def test_the_same_seq_with_other_content_names_what_differs(
    funded: Api, path: str, field: str, value: str
) -> None:
    must(send(funded, "json", path, GOOD[path]))
    must(funded.post(POINT + "disableAccount", uid="u1"))
    before = rows()
    answer = send(funded, "json", path, {**GOOD[path], field: value})
    require_refused(answer, Code.KEY_REUSED, path=path, fields={field})
    assert echoed(answer) == ("n1", "n1")
    assert rows() == before


def test_everything_that_differs_is_named_at_once(funded: Api) -> None:
    must(send(funded, "json", DECREASE, GOOD[DECREASE]))
    recs = {"recId": str(OldestLot()), "recOrderNo": "O-1"}
    answer = send(funded, "json", DECREASE, {**GOOD[DECREASE], **recs, "tag": "x"})
    require_refused(answer, Code.KEY_REUSED, path=DECREASE, fields={*recs, "tag"})
    by_order = {"unfreezeByOrderNo": True, "orderNo": "F-1"}
    must(funded.post(POINT + "unfreeze", seq="n1", **ONE))
    answer = funded.post(POINT + "unfreeze", seq="n1", **ONE, **by_order)
    require_refused(answer, Code.KEY_REUSED, path=POINT, fields=set(by_order))


def test_the_same_seq_elsewhere_is_another_operation(funded: Api) -> None:
    stock("u2")
    stock(tenant="t2")
    other = make_api("other", ident="t2")
    calls: list[tuple[Api, str, dict[str, Any]]] = [
        (funded, INCREASE, ONE),
        (funded, DECREASE, ONE),
        (funded, POINT + "freeze", ONE),
        (funded, POINT + "unfreeze", ONE),
        (funded, INCREASE, {**ONE, "uid": "u2"}),
        (funded, INCREASE, {**ONE, "subUid": "s"}),
        (funded, INCREASE, {**ONE, "type": "vip"}),
        (other, INCREASE, ONE),
    ]
    answers = [must(api.post(path, seq="same", **call)) for api, path, call in calls]
    assert not [answer for answer in answers if REPLAYED in answer]
    again = [must(api.post(path, seq="same", **call)) for api, path, call in calls]
    assert [answer.content for answer in again] == [answer.content for answer in answers]
    assert all(REPLAYED in answer for answer in again)


def test_seq_counts_byte_for_byte(funded: Api) -> None:
    for seq in ("k", "K", "cafe", "café", "cafe\u0301", "1", "01"):
        assert REPLAYED not in must(funded.post(INCREASE, seq=seq, **ONE))
    assert REPLAYED in must(funded.send(INCREASE, '{"uid": "u1", "point": 1, "seq": 1}'))


def test_header_and_body_carry_the_same_seq_and_the_header_wins(funded: Api) -> None:
    first = send_seq(funded, INCREASE, seq="s1", **ONE)
    require_envelope(first)
    assert echoed(first) == ("s1", "s1")
    in_body = must(funded.post(INCREASE, seq="s1", **ONE))
    assert in_body.content == first.content
    content = json.dumps({**ONE, "seq": "other"})
    over = funded.send(INCREASE, content, **{HEADER: "s1"})
    assert over.content == first.content
    assert REPLAYED not in must(funded.post(INCREASE, seq="other", **ONE))


def test_without_a_seq_nothing_protects(funded: Api) -> None:
    points = [body(must(funded.post(INCREASE, **ONE)))["data"]["point"] for _ in range(2)]
    assert points[1] - points[0] == 1
    answer = must(funded.post(INCREASE, seq="", **ONE))
    assert echoed(answer) == (None, None)


def test_an_increase_of_nothing_only_echoes_its_seq(ann: Caller) -> None:
    opened = ann.api.post(INCREASE, uid="ann", point=0, seq="s1", name="Ann")
    assert echoed(opened) == ("s1", "s1")
    data = require_envelope(opened)["data"]
    assert (data["point"], data["seqNum"], data["logs"], data["recLogList"]) == (0, 0, [], [])
    before = rows()
    again = must(ann.api.post(INCREASE, uid="ann", point=0, seq="s1", name="Other"))
    assert REPLAYED not in again
    assert rows() == before
    granted = must(ann.api.post(INCREASE, uid="ann", point=5, seq="s1"))
    assert REPLAYED not in granted
    assert (ann.account()["point"], ann.account()["name"]) == (5, "Ann")
    answer = ann.api.post(INCREASE, uid="ann", point=0, cost="0.01", seq="s2")
    require_refused(answer, Code.BAD_PARAMETER, path=INCREASE, fields={"cost"})


@pytest.mark.parametrize(
    ("name", "call", "status"),
    [
        ("decrease", {"point": "1.5"}, 1010),
        ("freeze", {"point": "2"}, 1010),
        ("cancel", {"point": "2"}, 1010),
        ("refund", {"cost": "2"}, 1010),
        ("freezeCost", {"cost": "2", "orderNo": "O"}, 1010),
        ("decrease", {"point": "1", "recId": 10**15}, 1100),
        ("refund", {"cost": "1", "point": "0.5"}, 1100),
    ],
)
def test_a_refused_call_leaves_its_seq_free(
    ann: Caller, name: str, call: dict[str, Any], status: int
) -> None:
    ann.do("increase", point="1", cost="1")
    before = rows()
    assert ann.refused(name, seq="s1", **call) == status
    assert rows() == before
    ann.do("increase", point="1", cost="1")
    cause_gone = {each: value for each, value in call.items() if each != "recId"}
    ann.do(name, seq="s1", **{**cause_gone, **({"point": "1"} if status == 1100 else {})})


def test_an_unknown_account_comes_before_a_repeat_and_a_repeat_before_the_state(
    ann: Caller,
) -> None:
    assert ann.refused("decrease", point="1", seq="s1") == 1100
    ann.do("increase", point="1", seq="s1")
    assert ann.refused("decrease", point="2", seq="s1") == 1010
    ann.do("decrease", point="1", seq="s1")
    ann.do("disableAccount")
    assert ann.do("decrease", point="1", seq="s1")["available"] == 0
    assert ann.refused("decrease", point="2", seq="s1") == 2001
    assert ann.refused("decrease", point="2", seq="s2") == 1200


@pytest.mark.parametrize("name", ["increase", "freeze", "freezeCost"])
def test_an_expiry_that_has_passed_meanwhile_does_not_stop_a_repeat(
    ann: Caller, clock: time_machine.Traveller, name: str
) -> None:
    ann.do("increase", point="10", cost="10")
    soon = wall_time(datetime.now(UTC) + timedelta(seconds=5))  # noqa: TID251 - the stopped clock
    quantity = {"cost": "5", "orderNo": "O"} if name == "freezeCost" else {"point": "5"}
    first = ann.ask(name, seq="s1", expireTime=soon, **quantity)
    assert first["status"] == 0
    clock.shift(5)
    assert ann.refused(name, seq="s2", expireTime=soon, **quantity) == 1100
    assert ann.ask(name, seq="s1", expireTime=soon, **quantity) == first
    ann.do("decrease", point="1")  # It books what has expired.
    assert ann.ask(name, seq="s1", expireTime=soon, **quantity) == first
    assert ann.refused(name, seq="s1", **quantity) == 2001


def test_what_needs_no_seq_echoes_one(funded: Api) -> None:
    for path in ("disableAccount", "disableAccount", "enableAccount", "getPoint", "listPointLog"):
        answer = send_seq(funded, POINT + path, seq="s1", uid="u1")
        require_envelope(answer)
        assert echoed(answer) == ("s1", "s1")
        assert REPLAYED not in answer
    answer = send_seq(funded, SYSTEM + "listPointType", seq="s1")
    assert echoed(answer) == ("s1", "s1")
