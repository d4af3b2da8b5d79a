"""What only packages have on the wire: days, units, filters, both ways to refund."""

from typing import Any

import pytest
import time_machine

from gateway.parameters import FreeText, Name
from gateway.registry import OPERATIONS
from tests.conftest import Api, body
from tests.http.support import fund, must, query, require_problem, rows, send
from tests.packages.support import moment

CREATE, QUERY = "/package/create", "/package/query"
DEDUCT, REFUND = "/package/capacity/deduct", "/package/capacity/refund"
LIST, RECORDS = "/package/querylist", "/package/record/query"
SP1 = {"eid": "u1", "spid": "sp1"}
NEW = {"eid": "u1", "spid": "new", "name": "New"}


def test_a_package_has_no_daily_limit_and_does_not_expire_unless_told(funded: Api) -> None:
    sold = body(must(funded.get(CREATE, **NEW, total="7")))
    assert (sold["capacity_daily"], sold["expires"]) == (0, "20991231000000")
    assert body(must(funded.get(QUERY, eid="u1", spid="new"))) == sold


@pytest.mark.parametrize("style", ["query", "form", "json"])
@pytest.mark.parametrize(
    ("sent", "units"),
    [("0", 0), ("-0", 0), ("10.00", 10), ("1e3", 1000), ("8999999999999999999", 9 * 10**18 - 1)],
)
def test_units_are_whole_numbers_however_spelled(
    funded: Api, style: str, sent: str, units: int
) -> None:
    sold = body(must(send(funded, style, CREATE, {**NEW, "total": sent, "daily": sent})))
    assert (sold["total_capacity"], sold["capacity_daily"]) == (units, units)


@pytest.mark.parametrize("path", ["add", "drawing", "deduct", "refund"])
@pytest.mark.parametrize("num", ["0", "-1", "0.5", "1.5"])
def test_a_change_of_nothing_or_of_a_part_is_a_bad_quantity(
    funded: Api, path: str, num: str
) -> None:
    before = rows()
    answer = funded.get(f"/package/capacity/{path}", **SP1, trade_no="d1", num=num)
    require_problem(answer, status=422, code=903, fields={"num"})
    assert rows() == before


def test_more_than_the_bound_in_all_is_a_bad_quantity(funded: Api) -> None:
    more = {**SP1, "trade_no": "much", "num": str(9 * 10**18 - 100)}
    answer = funded.get("/package/capacity/add", **more)
    require_problem(answer, status=422, code=903, fields={"num"})


@pytest.mark.parametrize("path", [QUERY, DEDUCT, REFUND, RECORDS, "/package/capacity/query"])
def test_an_unknown_package_is_told_from_an_unknown_account(funded: Api, path: str) -> None:
    call = {**SP1, "trade_no": "d1", "num": "1"}
    kinds = {}
    for wrong in ({"spid": "SP1"}, {"eid": "U1"}):
        problem = require_problem(funded.get(path, **{**call, **wrong}), status=404, code=908)
        kinds[next(iter(wrong))] = problem["type"].rpartition("/")[2].rpartition(":")[2]
    assert kinds == {"spid": "unknown-package", "eid": "unknown-account"}


def test_an_existing_package_is_answered_with_201_and_unchanged(funded: Api) -> None:
    before = rows()
    again = funded.get(CREATE, **SP1, name="Other", total="5", daily="1", expires="20200101")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert again.content == funded.get(QUERY, **SP1).content
    assert rows() == before


def test_an_existing_package_is_answered_as_it_is_today(api: Api) -> None:
    with time_machine.travel(moment("2026-05-04 12:00:00"), tick=False) as clock:
        fund()
        clock.move_to(moment("2026-05-05 00:00:00"))
        again = api.get(CREATE, **SP1, name="Washes", total="90")
        assert body(again)["deduct_today"] == 0
        assert again.content == api.get(QUERY, **SP1).content


def test_a_refund_without_ext_no_equals_one_with_the_deducts_number(funded: Api) -> None:
    first = must(funded.get(REFUND, **SP1, trade_no="d1", num="5"))
    again = funded.get(REFUND, **SP1, trade_no="d1", ext_no="d1", num="5")
    assert (again.status_code, again.content) == (201, first.content)
    other = funded.get(REFUND, **SP1, trade_no="d1", num="6")
    require_problem(other, status=409, code=909, fields={"num"})


def test_a_refund_names_what_differs_by_its_name_on_the_wire(funded: Api) -> None:
    must(funded.get(DEDUCT, **SP1, trade_no="d2", num="5"))
    must(funded.get(REFUND, **SP1, trade_no="r1", ext_no="d1", num="5"))
    other = funded.get(REFUND, **SP1, trade_no="r1", ext_no="d2", num="4")
    require_problem(other, status=409, code=909, fields={"num", "ext_no"})


def test_a_refund_of_more_than_is_left_says_how_much_is(funded: Api) -> None:
    must(funded.get(REFUND, **SP1, trade_no="r1", ext_no="d1", num="12"))
    answer = funded.get(REFUND, **SP1, trade_no="r2", ext_no="d1", num="19")
    problem = require_problem(answer, status=422, code=903, fields={"num"})
    assert all(figure in problem["detail"] for figure in ("30", "12", "19"))


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_what_a_package_refuses_is_904_in_the_callers_language(api: Api, language: str) -> None:
    with time_machine.travel(moment("2026-05-04 12:00:00"), tick=False):
        fund()
        must(api.get(CREATE, **NEW, total="5", expires="20260503"))
        api.http.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        calls: list[dict[str, Any]] = [
            {**SP1, "trade_no": "n1", "num": "71"},
            {**SP1, "trade_no": "n1", "num": "21"},
            {"eid": "u1", "spid": "new", "trade_no": "n1", "num": "1"},
        ]
        details = [
            require_problem(api.get(DEDUCT, **call), status=409, code=904)["detail"]
            for call in calls
        ]
    assert len(set(details)) == 3
    assert [detail.isascii() for detail in details] == [language == "en"] * 3
    assert all(figure in details[1] for figure in ("50", "30", "21"))


def populate(api: Api) -> None:
    """Sell packages of several names to holders of several groups, and one to another tenant."""
    for eid, group in (("u1", "vip"), ("u2", "vip"), ("u1", "-")):
        must(api.get("/account/create", eid=eid, group=group, name="Ann"))
        for spid, name in (("a", "Washes 100%"), ("b", "washes_2"), ("A", "洗车")):
            holder = {"eid": eid, "group": group}
            must(api.get(CREATE, **holder, spid=spid, name=name, total="9"))
    fund("u1", tenant="t2")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, 9),
        ({"eid": "u1"}, 6),
        ({"eid": "u1", "group": "vip"}, 3),
        ({"group": "-"}, 3),
        ({"group": "vi"}, 0),
        ({"spid": "a"}, 3),
        ({"spid": "A", "eid": "u2"}, 1),
        ({"name": "ashes"}, 6),
        ({"name": "Washes"}, 3),
        ({"name": "%"}, 3),
        ({"name": "_"}, 3),
        ({"name": "洗"}, 3),
        ({"eid": "nobody"}, 0),
    ],
)
def test_packages_are_filtered(api: Api, filters: dict[str, str], found: int) -> None:
    populate(api)
    answer = body(must(api.get(LIST, ps=100, **filters)))
    assert (answer["count"], len(answer["data"])) == (found, found)
    ids = [row["pkg_id"] for row in answer["data"]]
    assert ids == sorted(ids, reverse=True)


FILTERS = [
    parameter.name
    for parameter in OPERATIONS[LIST].parameters
    if isinstance(parameter, Name | FreeText) and parameter.name not in {"ident", "cursor"}
]


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_that_is_offered_filters(funded: Api, name: str) -> None:
    assert body(must(funded.get(LIST)))["count"] == 1
    assert body(must(funded.get(LIST, **{name: "like nothing that is there"})))["count"] == 0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, 8),
        ({"spid": "sp1"}, 4),
        ({"spid": "sp2"}, 4),
        ({"change_type": "3"}, 2),
        ({"trade_no": "a1"}, 2),
        ({"trade_no": "A1"}, 0),
        ({"trade_no": "d1", "spid": "sp1", "change_type": "3"}, 1),
        ({"start_time": "20260504", "end_time": "20260504"}, 4),
        ({"start_time": "20260505"}, 4),
        ({"end_time": "20260504115959"}, 0),
    ],
)
def test_records_are_filtered(api: Api, filters: dict[str, str], found: int) -> None:
    with time_machine.travel(moment("2026-05-04 12:00:00"), tick=False) as clock:
        fund()
        fund("u2")
        clock.move_to(moment("2026-05-05 00:00:00"))
        sp2 = {"eid": "u1", "spid": "sp2"}
        must(api.get(CREATE, **sp2, name="Waxes", total="50"))
        for kind, number in (("add", "a1"), ("drawing", "w1"), ("deduct", "d1")):
            must(api.get(f"/package/capacity/{kind}", **sp2, trade_no=number, num="5"))
    answer = body(must(api.get(RECORDS, eid="u1", ps=100, **filters)))
    assert (answer["count"], len(answer["data"])) == (found, found)
    ids = [row["record_id"] for row in answer["data"]]
    assert ids == sorted(ids, reverse=True)


def test_a_package_of_another_holder_shows_no_records(funded: Api) -> None:
    must(funded.get("/account/create", eid="u2", name="Bob"))
    assert body(must(funded.get(RECORDS, eid="u2")))["count"] == 0
    require_problem(funded.get(RECORDS, eid="u2", spid="sp1"), status=404, code=908)


def test_the_use_of_a_day_is_over_in_every_query(api: Api) -> None:
    with time_machine.travel(moment("2026-05-04 23:59:59"), tick=False) as clock:
        fund()
        paths = [f"{path}?{query(SP1)}" for path in (QUERY, "/package/capacity/query")]
        for used in (30, 0):
            shown = [body(must(api.get(path)))["deduct_today"] for path in paths]
            listed = body(must(api.get(LIST)))["data"][0]["deduct_today"]
            assert [*shown, listed] == [used] * 3
            clock.shift(1)
