"""The points paths: what they answer, and types of points."""

from collections.abc import Mapping

import pytest

from ledger.refusals import Code
from points.models import Account, Lot
from tests.conftest import Api, body, make_api
from tests.http.points import (
    CHANGES,
    DECREASE,
    GOOD,
    INCREASE,
    ONLY_POST,
    PATHS,
    POINT,
    SYSTEM,
)
from tests.http.support import (
    STYLES,
    Digits,
    call,
    must,
    query,
    require_envelope,
    require_refused,
    rows,
    send,
    spelled,
)
from tests.points.scenarios import START
from tests.points.support import Caller, wall_time

pytestmark = pytest.mark.usefixtures("sound_ledger")
README = ("uid", "point", "available", "used", "frozen", "expire")
ACCOUNT = (
    *(*README, "subUid", "name", "refund", "cancelled", "cost", "frozenCost", "seqNum"),
    *("enable", "createTime", "updateTime"),
)
LOG = {
    *("id", "pid", "uid", "subUid", "seqNum", "type", "delta", "deltaCost", "point", "available"),
    *("used", "frozen", "expire", "refund", "cancelled", "cost", "frozenCost", "orderNo", "tag"),
    *("sourceType", "orderType", "payType", "extra", "note", "createTime", "updateTime"),
}
LOT_LOG = LOG - {"point"} | {
    *("recId", "total", "totalCost", "usedCost", "refundCost", "cancelledCost", "expireCost"),
    "recOrigOrderNo",
}
LOT = LOT_LOG - {"type", "delta", "deltaCost", "note", "recOrigOrderNo"} | {
    *("issueTime", "expireTime", "enable"),
}
# What each change makes of the account that `stock` makes: by opPoint, opCost, and README's order.
DONE: Mapping[str, tuple[str, ...]] = {
    INCREASE: ("10.5", "5", "160.5", "140.5", "10", "20", "0"),
    DECREASE: ("10.5", "0", "139.5", "119.5", "20.5", "20", "0"),
    POINT + "freeze": ("5", "0", "150", "125", "10", "25", "0"),
    POINT + "freezeByRecId": ("100", "50", "150", "30", "10", "120", "0"),
    POINT + "freezeCost": ("40", "20", "150", "90", "10", "60", "0"),
    POINT + "unfreeze": ("5", "0", "150", "135", "10", "15", "0"),
    POINT + "decreaseFrozen": ("5", "0", "145", "130", "15", "15", "0"),
    POINT + "cancel": ("5", "0", "145", "125", "10", "20", "0"),
    POINT + "refund": ("50", "25", "100", "80", "10", "20", "0"),
    POINT + "disableAccount": ("0", "0", "150", "130", "10", "20", "0"),
    POINT + "enableAccount": ("0", "0", "150", "130", "10", "20", "0"),
}


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("path", DONE)
def test_a_change_answers_with_the_account_and_its_logs(
    funded: Api, path: str, style: str, slash: str
) -> None:
    answer = dict(spelled(send(funded, style, path + slash, GOOD[path])))
    assert answer["status"] == Digits("0")
    data = dict(answer["data"])
    assert tuple(data) == (*ACCOUNT, "opPoint", "opCost", "logs", "recLogList")
    op_point, op_cost, *figures = (Digits(each) for each in DONE[path])
    assert (data["opPoint"], data["opCost"]) == (op_point, op_cost)
    assert [data[name] for name in README] == ["u1", *figures]
    logs, lines = [dict(log) for log in data["logs"]], [dict(line) for line in data["recLogList"]]
    assert len(logs) == len(lines) == (path in CHANGES)
    for log, line in zip(logs, lines, strict=True):
        assert (set(log), set(line)) == (LOG, LOT_LOG)
        assert (log["delta"], log["seqNum"]) == (op_point, Digits("5"))


@pytest.mark.parametrize(
    ("path", "more", "kinds"),
    [
        *((path, {}, 1) for path in CHANGES),
        (POINT + "decreaseFrozen", {"unfreezePoint": "20", "point": "120"}, 2),
        (POINT + "refund", {"unfreezePoint": "20"}, 2),
    ],
)
def test_the_logs_of_an_answer_are_the_rows_of_the_lists(
    funded: Api, path: str, more: dict[str, str], kinds: int
) -> None:
    data = body(must(send(funded, "json", path, {**GOOD[path], **more})))["data"]
    for name, listed in (("logs", "listPointLog"), ("recLogList", "listPointRecordLog")):
        assert len({row["type"] for row in data[name]}) == kinds
        rows = body(funded.get(POINT + listed, size=len(data[name])))["data"]
        assert data[name] == rows[::-1]


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ONLY_POST])
def test_a_query_answers_every_way_to_ask_alike(funded: Api, path: str) -> None:
    address = path.format(**GOOD[path])
    asked = {name: each for name, each in GOOD[path].items() if f"{{{name}}}" not in path}
    answers = {
        must(send(funded, style, address + slash, {**asked, "no_such": "1"})).content
        for style in STYLES
        for slash in ("", "/")
    }
    answers.add(must(call(funded, "POST", f"{address}?{query(asked)}", content_type="")).content)
    assert len(answers) == 1


def test_rows_have_the_names_of_the_contract(funded: Api) -> None:
    names = {"listPoint": {*ACCOUNT, "id", "pid"}, "listPointRecord": LOT}
    names |= {"listPointLog": LOG, "listPointRecordLog": LOT_LOG}
    for name, expected in names.items():
        answer = require_envelope(funded.get(POINT + name))
        assert list(answer) == ["status", "total", "data", "next"]
        for row in answer["data"]:
            assert set(row) == expected
    (account,) = Account.objects.all()
    shown = body(funded.get(POINT + "getPoint", uid="u1"))["data"]
    assert set(shown) == {*ACCOUNT, "id", "pid"}
    assert shown["id"] == shown["pid"] == account.pk
    lots = body(funded.get(POINT + "listPointRecord"))["data"]
    assert [(lot["id"], lot["recId"], lot["pid"], lot["uid"]) for lot in lots] == [
        (lot.pk, lot.pk, account.pk, "u1") for lot in Lot.objects.order_by("-pk")
    ]


def test_texts_and_times_stand_as_they_were_sent(ann: Caller) -> None:
    extra = '{ "b" : 1.50, "a": "\\u0041", "ä": [1e3] }'
    content = (
        '{"uid": "ann", "point": 1e1, "cost": "2.50", "tag": " <b> ", "note": "a\\nb", '
        f'"orderNo": 7, "payType": "-1", "expireTime": "2199-12-31 23:59:59", "extra": {extra}}}'
    )
    answer = must(ann.api.send(INCREASE, content)).content.decode()
    assert answer.count(f'"extra":{extra}') == 2
    (log,), (lot,) = ann.logs(), ann.lots()
    assert (log["tag"], log["note"], log["orderNo"], log["payType"]) == (" <b> ", "a\nb", "7", -1)
    assert (log["sourceType"], log["orderType"], log["subUid"]) == (None, None, "")
    assert (lot["expireTime"], lot["issueTime"]) == ("2199-12-31 23:59:59", None)
    assert log["createTime"] == lot["createTime"] == wall_time(START) == "2026-05-04 20:00:00"
    assert f'"extra":{extra}' in ann.api.get(POINT + "listPointRecord").content.decode()
    assert b'"available":10,' in ann.api.get(POINT + "getPoint", uid="ann").content


@pytest.mark.parametrize("named", [{}, {"type": ""}, {"type": " "}, {"type": "default"}])
def test_a_type_is_the_default_one_unless_named(ann: Caller, named: dict[str, str]) -> None:
    assert ann.account() is None
    ann.do("increase", point="1", **named)
    assert ann.account()["point"] == 1
    assert ann.ask("getPoint", type="Default")["data"] is None
    assert ann.ask("getPoint", subUid="s")["data"] is None
    assert Caller(ann.api, "Ann").ask("getPoint")["data"] is None


def types(api: Api) -> list[str]:
    answer = require_envelope(api.get(SYSTEM + "listPointType"))
    assert answer["total"] == len(answer["data"])
    names: list[str] = answer["data"]
    return names


def test_types_are_made_by_an_increase_or_by_name(ann: Caller) -> None:
    assert types(ann.api) == []
    ann.do("increase", point="0")
    for path, named in (("addPointType", {"name": "vip"}), ("addPointType/Gold_-9", {})):
        for ask in (ann.api.get, ann.api.post):
            answer = require_envelope(ask(SYSTEM + path, **named))
            assert answer["data"] == types(ann.api)
    assert types(ann.api) == ["Gold_-9", "default", "vip"]
    assert types(make_api("other", ident="t2")) == []
    refused = ann.api.get(SYSTEM + "addPointType/vip", name="other")
    require_refused(refused, Code.BAD_PARAMETER, path=SYSTEM, fields={"name"})


@pytest.mark.parametrize(("order", "spent"), [("", "B"), ("expiry", "B"), ("created", "A")])
def test_a_type_says_which_lot_is_spent_first_and_stays_as_it_was_made(
    ann: Caller, order: str, spent: str
) -> None:
    must(ann.api.post(SYSTEM + "addPointType", name="vip", order=order))
    ann.do("increase", point="1", type="vip", orderNo="A")
    before = rows()
    for other in ("expiry", "created"):
        must(ann.api.post(SYSTEM + "addPointType/vip", order=other))
        assert rows() == before
    ann.do("increase", point="1", type="vip", orderNo="B", expireTime="2199-12-31 00:00:00")
    posted = ann.do("decrease", point="1", type="vip")
    assert [line["recOrigOrderNo"] for line in posted["recLogList"]] == [spent]


@pytest.mark.parametrize("name", ["decrease", "freeze", "unfreeze", "cancel", "disableAccount"])
def test_only_an_increase_makes_an_account(funded: Api, name: str) -> None:
    before = rows()
    for unknown in ({"uid": "nobody"}, {"subUid": "s"}, {"type": "vip"}, {"uid": "U1"}):
        answer = funded.post(POINT + name, **{"uid": "u1", "point": "1", **unknown})
        require_refused(answer, Code.UNKNOWN_ACCOUNT, path=POINT)
    assert rows() == before


@pytest.mark.parametrize("name", ["cleanCache", "dumpMemCache", "dumpQueue"])
def test_there_is_no_cache_and_no_queue(funded: Api, name: str) -> None:
    before = rows()
    for answer in (funded.get(SYSTEM + name), funded.post(SYSTEM + name)):
        assert not require_envelope(answer)["data"]
    assert rows() == before
