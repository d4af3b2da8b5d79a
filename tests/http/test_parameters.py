"""Wall times, periods, lists and orders: what they take, and what they don't."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.parameters import Integer, Many, Name, Parameter, Period, Quantity, Sorts, WallTime
from gateway.strict import Number, Repeated, parse_json
from ledger.amounts import POINTS
from ledger.refusals import Code, Refusal
from tests.conftest import Api
from tests.http import envelopes
from tests.http.bad import wrong_values
from tests.http.envelopes import ECHO, require
from tests.http.support import FORM, JSON

INT = Integer(name="n", least=-(2**31), most=2**31 - 1)
UIDS = Many(name="uidList", item=Name(name="uid", length=8))
NUMBERS = Many(name="numbers", item=INT)
SORTS = Sorts(name="sorts", columns={"id": "pk", "point": "balance", "seqNum": "sequence"})
AT = WallTime(name="at")
PERIOD = Period(name="createTimeFilter")
NEW_YEAR = datetime(2025, 12, 31, 16, tzinfo=UTC)


def refused(parameter: Parameter, raw: Any) -> Refusal:
    """Read a wrong value."""
    with pytest.raises(Refusal) as caught:
        parameter.read(raw)
    assert caught.value.code is Code.BAD_PARAMETER
    return caught.value


def in_json(value: Any) -> Any:
    """Return a value as a JSON body hands it over."""
    return parse_json(json.dumps(value, ensure_ascii=True).encode())


@pytest.mark.parametrize("parameter", [AT, PERIOD, SORTS, UIDS, NUMBERS], ids=lambda it: it.name)
def test_a_wrong_value_is_refused(parameter: Parameter) -> None:
    for wrong in wrong_values(parameter):
        assert refused(parameter, in_json(wrong.value)).facts["reason"], wrong.value
        if wrong.is_text:
            refused(parameter, wrong.value)


@pytest.mark.parametrize(
    "parameter",
    [AT, PERIOD, SORTS, UIDS, NUMBERS, Quantity(name="q", scale=POINTS)],
    ids=lambda it: it.name,
)
def test_null_and_an_empty_text_are_absent(parameter: Parameter) -> None:
    assert parameter.read(None) == parameter.read("") == parameter.default


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-01 00:00:00", NEW_YEAR),
        ("1970-01-01 00:00:00", datetime(1969, 12, 31, 16, tzinfo=UTC)),
        ("2199-12-31 23:59:59", datetime(2199, 12, 31, 15, 59, 59, tzinfo=UTC)),
        ("2024-02-29 12:34:56", datetime(2024, 2, 29, 4, 34, 56, tzinfo=UTC)),
        ("1986-05-04 01:59:59", datetime(1986, 5, 3, 17, 59, 59, tzinfo=UTC)),
        ("1986-05-04 03:00:00", datetime(1986, 5, 3, 18, tzinfo=UTC)),
    ],
)
def test_a_wall_time_is_read_in_the_services_zone(text: str, moment: datetime) -> None:
    read = AT.read(text)
    assert read == moment
    assert read.utcoffset() is not None


def test_a_wall_time_says_why() -> None:
    for wrong in wrong_values(AT):
        assert refused(AT, in_json(wrong.value)).facts == {"reason": "not-a-wall-time"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, (None, None)),
        ({"startTime": "2026-01-01 00:00:00"}, (NEW_YEAR, None)),
        ({"startTime": None, "endTime": "2026-01-01 00:00:00"}, (None, NEW_YEAR)),
        ({"startTime": "", "endTime": "", "other": 1}, (None, None)),
        ({"startTime": "2026-01-01 00:00:00", "endTime": "2026-01-01 00:00:00"}, (NEW_YEAR,) * 2),
    ],
)
def test_a_period_is_a_pair(filters: Mapping[str, Any], expected: Any) -> None:
    assert PERIOD.read(in_json(filters)) == expected
    assert PERIOD.read(json.dumps(filters)) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("u1", ("u1",)),
        (Number("1"), ("1",)),
        (["u1"], ("u1",)),
        (["u1", Number("2"), "u1"], ("u1", "2", "u1")),
        (Repeated(["u1", "u2"]), ("u1", "u2")),
        (["x"] * 1_000, ("x",) * 1_000),
        ([], None),
        (None, None),
        ("", None),
    ],
)
def test_many_takes_a_list_or_one(raw: Any, expected: Any) -> None:
    assert UIDS.read(raw) == expected


def test_too_many_are_refused() -> None:
    assert refused(UIDS, ["x"] * 1_001).facts == {"reason": "too-many", "most": 1_000}
    assert refused(UIDS, ["u1", " "]).facts["reason"] == "not-a-name"
    assert refused(UIDS, ["u1", ""]).facts["reason"] == "required"
    assert refused(UIDS, ["u1", None]).facts["reason"] == "not-a-text"
    assert refused(UIDS, [["u1"]]).facts["reason"] == "not-a-text"


@pytest.mark.parametrize("text", ["-2147483648", "2147483647", "0"])
def test_an_integer_may_have_32_bits(text: str) -> None:
    assert INT.read(text) == INT.read(Number(text)) == int(text)
    for beyond in ("-2147483649", "2147483648"):
        assert refused(INT, beyond).facts["reason"] == "out-of-range"


@pytest.mark.parametrize(
    ("sorts", "expected"),
    [
        ([], ()),
        ([{"columns": []}], ()),
        ([{"columns": ["id"], "order": "asc"}], ("pk",)),
        ([{"columns": ["id"], "order": "desc"}], ("-pk",)),
        ([{"columns": ["id"]}], ("-pk",)),
        ([{"columns": ["id"], "order": None}], ("-pk",)),
        ([{"columns": ["pt.point", "seqNum"], "order": "asc"}], ("balance", "sequence")),
        (
            [{"columns": ["log.seqNum"], "order": "asc"}, {"columns": ["rec.id"], "order": "desc"}],
            ("sequence", "-pk"),
        ),
        ([{"columns": ["id", "pt.id"], "order": "asc"}, {"columns": ["id"]}], ("pk",)),
        ([{"columns": ["id"] * 5_000}], ("-pk",)),
    ],
)
def test_sorts_become_columns(sorts: Any, expected: tuple[str, ...]) -> None:
    assert SORTS.read(in_json(sorts)) == expected
    assert SORTS.read(json.dumps(sorts)) == expected


def test_a_wrong_sort_names_the_columns() -> None:
    facts = refused(SORTS, '[{"columns":["x"]}]').facts
    assert facts == {"reason": "not-a-sort", "columns": "id, point, seqNum"}


@pytest.mark.urls(envelopes.__name__)
@pytest.mark.parametrize("place", ["query", "form", "JSON", "query and JSON"])
def test_a_list_may_be_given_in_every_place(api: Api, place: str) -> None:
    filters = '{"endTime":"2026-01-01 00:00:00"}'
    encoded = f"uidList=u1&uidList=u2&numbers=7&createTimeFilter={filters}"
    content = f'"numbers": [7], "createTimeFilter": {filters}'
    answer = {
        "query": lambda: api.get(f"{ECHO}?{encoded}"),
        "form": lambda: api.send(ECHO, encoded, FORM),
        "JSON": lambda: api.send(ECHO, f'{{"uidList": ["u1", "u2"], {content}}}', JSON),
        "query and JSON": lambda: api.send(f"{ECHO}?uidList=u1&uidList=u2", f"{{{content}}}", JSON),
    }[place]()
    data = require(answer)["data"]
    assert (data["uidList"], data["numbers"]) == ("('u1', 'u2')", "(7,)")
    assert data["createTimeFilter"].startswith("(None, datetime.datetime(2026, 1, 1, 0, 0")


@pytest.mark.urls(envelopes.__name__)
@pytest.mark.parametrize("name", ["tag", "at", "createTimeFilter", "no_such"])
def test_only_a_list_may_be_given_twice(api: Api, name: str) -> None:
    require(api.get(f"{ECHO}?{name}=&{name}="), status=1100)
