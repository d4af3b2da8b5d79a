"""Points: pages of every list, other tenants' accounts, and the analysis of an account's logs."""

from typing import Any

import pytest

from gateway import pages
from ledger.refusals import Code
from points.models import Account, Lot
from tests.conftest import Api, make_api
from tests.http.points import CHANGES, GOOD, LISTS, POINT, SYSTEM, OldestLot, stock
from tests.http.support import must, require_envelope, require_refused, rows, send
from tests.ledger.edits import execute
from tests.points.support import Caller, Customer
from tests.support import do


def fill(count: int = 4) -> None:
    """Make so many accounts with two lots and four logs each, and another tenant's account."""
    stock(tenant="t2")
    for number in range(1, count + 1):
        stock(f"u{number}")


def shown(api: Api, path: str, **parameters: Any) -> list[Any]:
    data: list[Any] = require_envelope(must(api.get(path, **parameters)))["data"]
    return data


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_pages_and_cursors_show_everything_once(api: Api, path: str, size: int) -> None:
    fill()
    everything = shown(api, path, size=1000)
    ids = [row["id"] for row in everything]
    assert ids == sorted(ids, reverse=True)
    paged = []
    for start in range(0, len(everything), size):
        answer = require_envelope(must(api.get(path, start=start, size=size)))
        assert answer["total"] == len(everything)
        assert (answer["next"] is None) == (start + size >= len(everything))
        paged += answer["data"]
    assert paged == everything
    seen, cursor = list[Any](), dict[str, Any]()
    while cursor.get("cursor", "first") is not None:
        page = require_envelope(must(api.post(path, size=size, **cursor)))
        seen += page["data"]
        stock(f"new{len(seen)}")  # What appears meanwhile neither shifts nor repeats anything.
        cursor = {"cursor": page["next"], "start": "ignored"}
    assert seen == everything


@pytest.mark.parametrize("path", LISTS)
def test_a_page_has_ten_rows_unless_told_otherwise(api: Api, path: str) -> None:
    fill(11 if path.endswith("listPoint") else 6)
    answer = must(api.get(path))
    assert len(require_envelope(answer)["data"]) == 10
    assert answer.content == api.get(path, start=0, size=10).content
    assert shown(api, path, size=0) == []


@pytest.mark.parametrize("path", LISTS)
def test_a_total_is_bounded_unless_it_shall_be_exact(
    api: Api, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    fill()
    total = len(shown(api, path, size=1000))
    monkeypatch.setattr(pages, "COUNT_MAX", total - 1)
    bounded = require_envelope(api.get(path, size=1))
    assert (bounded["total"], bounded["countIsLowerBound"]) == (total - 1, True)
    assert require_envelope(api.get(path, size=1, exact="false")) == bounded
    exact = require_envelope(api.get(path, size=1, exact="true"))
    assert (exact["total"], "countIsLowerBound" in exact) == (total, False)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"size": 1_001}, "size"),
        ({"size": -1}, "size"),
        ({"start": -1}, "start"),
        ({"start": 9_991}, "start"),
        ({"start": 10_001, "size": 0}, "start"),
        ({"start": 9_001, "size": 1_000}, "start"),
        ({"cursor": "!"}, "cursor"),
        ({"cursor": "LTE"}, "cursor"),
        ({"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}, "cursor"),
    ],
)
def test_what_is_no_page_is_refused(
    api: Api, path: str, parameters: dict[str, Any], field: str
) -> None:
    stock()
    answer = api.get(path, **parameters)
    require_refused(answer, Code.BAD_PARAMETER, path=path, fields={field})
    assert shown(api, path, start=9_990) == shown(api, path, start=10_000, size=0) == []


@pytest.mark.parametrize("path", LISTS[1:4:2])
def test_a_cursor_goes_with_the_default_order_only(api: Api, path: str) -> None:
    fill()
    cursor = require_envelope(api.get(path, size=2))["next"]
    for columns in (["seqNum"], ["createTime"], ["rec.available"]):
        sorts = [{"columns": columns, "order": "asc"}]
        assert require_envelope(api.post(path, size=2, sorts=sorts))["next"] is None
        answer = api.post(path, size=2, sorts=sorts, cursor=cursor)
        require_refused(answer, Code.BAD_PARAMETER, path=path, fields={"cursor"})
    newest = [{"columns": ["id"], "order": "desc"}]
    rest = require_envelope(api.post(path, size=1000, sorts=newest, cursor=cursor))["data"]
    assert rest == shown(api, path, size=1000)[2:]


@pytest.mark.parametrize("path", LISTS)
def test_the_cost_of_a_page_does_not_grow_with_depth(
    api: Api, path: str, django_assert_max_num_queries: Any
) -> None:
    fill()
    cursor = require_envelope(api.get(path, size=1))["next"]
    for parameters in ({"size": 1}, {"size": 2, "cursor": cursor}, {"size": 3, "start": 1}):
        with django_assert_max_num_queries(5):
            must(api.get(path, **parameters))


NAMING = [path for path, call in GOOD.items() if "uid" in call and not path.endswith("/increase")]


@pytest.mark.parametrize("path", NAMING)
def test_a_foreign_account_is_like_a_missing_one(api: Api, path: str) -> None:
    stock()
    other = make_api("other", ident="t2")
    do(Customer("own", tenant="t2").increase(1))
    before = rows()
    foreign = send(other, "json", path, GOOD[path])
    missing = send(other, "json", path, {**GOOD[path], "uid": "nobody"})
    assert foreign.content == missing.content
    assert rows() == before


def test_the_same_names_in_two_tenants_are_two_accounts(api: Api) -> None:
    stock()
    other = make_api("other", ident="t2")
    must(other.post(POINT + "increase", uid="u1", point=7, seq="a1"))
    for path in (*LISTS, POINT + "listPointLogBi"):
        mine = shown(api, path, uid="u1")
        assert mine
        assert all(row not in mine for row in shown(other, path, uid="u1"))
    (found,) = shown(other, POINT + "listPoint")
    assert (found["uid"], found["point"]) == ("u1", 7)
    period = {"start": "2026-01-01 00:00:00", "end": "2199-12-31 00:00:00"}
    assert require_envelope(other.get(POINT + "getIncreasedPoint", **period))["data"] == 7
    assert require_envelope(api.get(POINT + "getIncreasedPoint", **period))["data"] == 160


def test_foreign_ids_find_nothing(api: Api) -> None:
    stock()
    other = make_api("other", ident="t2")
    do(Customer(tenant="t2").increase(100, 100))
    pid, lots = Account.objects.get(tenant="t1").pk, list(Lot.objects.filter(tenant="t1"))
    ids = [lot.pk for lot in lots]
    assert shown(other, POINT + "listPointLog", pid=pid) == []
    assert shown(other, POINT + "listPointLogBi", pid=pid) == []
    assert shown(other, POINT + "listPointRecordLog", pid=pid) == []
    assert shown(other, POINT + "listPointRecordLog", recIdList=ids) == []
    assert shown(other, POINT + "listPointRecord", recIdList=ids) == []
    cursor = require_envelope(api.get(POINT + "listPointLog", size=1))["next"]
    assert shown(other, POINT + "listPointLog", cursor=cursor) == []
    before = rows()
    for path in CHANGES:
        answer = send(other, "json", path, {**GOOD[path], "uid": "ann", "recId": ids[0]})
        require_refused(answer, Code.UNKNOWN_LOT, path=path, fields={"recId"})
    assert rows() == before


@pytest.mark.parametrize("path", CHANGES)
def test_a_lot_of_another_account_is_no_lot(api: Api, path: str) -> None:
    stock("u1")
    stock("u2")
    before = rows()
    for foreign in (OldestLot(), 10**15):
        answer = send(api, "json", path, {**GOOD[path], "uid": "u2", "recId": foreign})
        require_refused(answer, Code.UNKNOWN_LOT, path=path, fields={"recId"})
    assert rows() == before


@pytest.mark.parametrize("name", ["getPoint", "analysePointLog"])
def test_an_unknown_type_has_no_account(api: Api, name: str) -> None:
    answer = api.get((POINT if name == "getPoint" else SYSTEM) + name, uid="u1", type="vip")
    if name == "getPoint":
        assert require_envelope(answer)["data"] is None
    else:
        require_refused(answer, Code.UNKNOWN_TYPE, path=SYSTEM, fields={"type"})


@pytest.mark.parametrize(
    ("table", "edit"),
    [
        ("points_log", "delta = delta + 1"),
        ("points_log", "used = used + 1"),
        ("points_log", "tag = 'forged'"),
        ("points_lotlog", "delta = delta + 1"),
        ("points_lotlog", "used_cost = used_cost + 1"),
    ],
)
def test_the_analysis_names_the_first_row_that_was_edited(
    ann: Caller, table: str, edit: str
) -> None:
    for _ in range(4):
        ann.do("increase", point="5", cost="1")
    assert ann.fault() is None
    second, third = (log["id"] for log in ann.logs()[1:3])
    column = "id" if table == "points_log" else "log_id"
    execute(f"UPDATE {table} SET {edit} WHERE {column} IN ({second}, {third})")  # noqa: S608
    found = ann.fault()
    assert found is not None
    assert found["id"] == second
    assert found["problem"]
    assert Caller(ann.api, "nobody").fault() is None


@pytest.mark.parametrize("edit", ["available = available + 1", "cost = cost - 1", "name = 'x'"])
def test_the_analysis_sees_the_account_itself(ann: Caller, edit: str) -> None:
    ann.do("increase", point="5", cost="1")
    ann.do("freeze", point="2")
    execute(f"UPDATE points_account SET {edit}")  # noqa: S608
    found = ann.fault()
    assert found is not None
    assert found["problem"]
