"""Lists: every filter against a plain model, pages, cursors, bounds, and periods."""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from gateway import pages
from tests.conftest import Api, body
from tests.http.support import fund, must, require_problem
from wallets.models import Account, Record

ACCOUNTS = "/account/querylist"
RECORDS = "/account/record/query"
LISTS = (ACCOUNTS, RECORDS, "/package/querylist")
DAYS = (
    datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC),
    datetime(2025, 12, 31, 16, 0, 0, tzinfo=UTC),
    datetime(2026, 1, 1, 15, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 1, 1, 16, 0, 0, 1, tzinfo=UTC),
)
GROUPS = ("-", "vip", "vip-1", "VIP", "vi", "v%p", "v_p", "vipé", "张")
USERS = ("u1", "U1", "u%", "u_", "ü1")
NAMES = ("Ann", "Bob 100%", "Bob_2", "张三", "a\\b", "Zoë")


def populate() -> None:
    """Make accounts of many names, records at several moments, and another tenant's of each."""
    chosen = random.Random(1)
    for moment in DAYS:
        with time_machine.travel(moment, tick=False):
            for _ in range(8):
                user, group = chosen.choice(USERS), chosen.choice(GROUPS)
                if not Account.objects.filter(user=user, group=group).exists():
                    fund(user, group=group, name=chosen.choice(NAMES))
                    fund(user, group=group, tenant="t2")
    newest = Account.objects.filter(tenant="t1").order_by("-pk")[:3]
    Account.objects.filter(pk__in=[account.pk for account in newest]).update(status=1)


ACCOUNT_VALUES: Mapping[str, tuple[Any, ...]] = {
    "eid": (*USERS, "u", "nobody"),
    "group": (*GROUPS, "v"),
    "account_type": ("v", "vi", "vip", "VI", "v%", "v_", "%", "_", "vipé", "张", "-", "x"),
    "name": ("o", "100%", "%", "_", "\\", "张", "Bob", "nn", " "),
    "status": (0, 1),
}
RECORD_VALUES: Mapping[str, tuple[Any, ...]] = {
    **{name: ACCOUNT_VALUES[name] for name in ("eid", "group", "account_type")},
    "account_name": ("o", "100%", "_", "张", "Bob"),
    "change_type": (1, 2, 3, 4),
    "trade_type": (1, 2, 4),
    "trade_no": ("a1", "A1", "a2", "d1", "a", "a%", "a_"),
    "start_time": ("20260101", "20260101235959", "20260102000001", "20260103", "19700101"),
    "end_time": ("20251231", "20260101", "20260101235958", "20260101235959", "21991231"),
}


def is_account(account: Account, filters: Mapping[str, Any]) -> bool:
    tests: dict[str, Callable[[Any], bool]] = {
        "eid": lambda value: account.user == value,
        "group": lambda value: account.group == value,
        "account_type": account.group.startswith,
        "name": lambda value: value in account.name,
        "account_name": lambda value: value in account.name,
        "status": lambda value: account.status == value,
    }
    return all(tests[name](value) for name, value in filters.items() if name in tests)


def is_record(record: Record, filters: Mapping[str, Any]) -> bool:
    local = (record.created_at + timedelta(hours=8)).strftime("%Y%m%d%H%M%S")
    tests: dict[str, Callable[[Any], bool]] = {
        "change_type": lambda value: record.change_type == value,
        "trade_type": lambda value: record.trade_type == value,
        "trade_no": lambda value: record.number == value,
        "start_time": lambda value: local >= value.ljust(14, "0"),
        "end_time": lambda value: local[: len(value)] <= value,
    }
    mine = all(tests[name](value) for name, value in filters.items() if name in tests)
    return mine and is_account(record.account, filters)


def combinations(values: Mapping[str, tuple[Any, ...]], seed: int) -> Iterator[dict[str, Any]]:
    """Yield every single filter, and some of each number of filters at once."""
    yield {}
    yield from ({name: value} for name, options in values.items() for value in options)
    chosen = random.Random(seed)
    for _ in range(80):
        names = chosen.sample(list(values), chosen.randint(2, 4))
        yield {name: chosen.choice(values[name]) for name in names}


def test_accounts_are_filtered_as_a_plain_model_says(api: Api) -> None:
    populate()
    model = list(Account.objects.filter(tenant="t1").order_by("-pk"))
    for filters in combinations(ACCOUNT_VALUES, 2):
        expected = [account.pk for account in model if is_account(account, filters)]
        answer = body(must(api.get(ACCOUNTS, ps=1000, **filters)))
        assert [row["account_id"] for row in answer["data"]] == expected, filters
        assert answer["count"] == len(expected)


def test_records_are_filtered_as_a_plain_model_says(api: Api) -> None:
    populate()
    model = list(Record.objects.filter(tenant="t1").select_related("account").order_by("-pk"))
    for filters in combinations(RECORD_VALUES, 3):
        expected = [record.pk for record in model if is_record(record, filters)]
        answer = body(must(api.get(RECORDS, ps=1000, **filters)))
        assert [row["record_id"] for row in answer["data"]] == expected, filters
        assert answer["count"] == len(expected)


def test_records_of_one_account(api: Api) -> None:
    populate()
    for account in Account.objects.all():
        data = body(must(api.get(RECORDS, account_id=account.pk)))["data"]
        mine = account.tenant == "t1"
        assert [row["account_id"] for row in data] == [account.pk] * (4 if mine else 0)
        assert {(row["eid"], row["groups"]) for row in data} <= {(account.user, account.group)}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("size", [3, 7, 1000])
def test_pages_and_cursors_show_everything_once(api: Api, path: str, size: int) -> None:
    populate()
    everything = body(must(api.get(path, ps=1000)))["data"]
    paged: list[Any] = []
    for number in range(len(everything) // size + 1):
        answer = body(must(api.get(path, pi=number, ps=size)))
        assert answer["count"] == len(everything)
        assert (answer["next"] is None) == ((number + 1) * size >= len(everything))
        paged += answer["data"]
    assert paged == everything
    assert [row for page in walk(api, path, ps=size) for row in page] == everything


def walk(api: Api, path: str, **parameters: Any) -> Iterator[list[Any]]:
    """Follow `next` to the end."""
    cursor: dict[str, str] = {}
    while True:
        answer = body(must(api.get(path, **parameters, **cursor)))
        yield answer["data"]
        if answer["next"] is None:
            return
        assert isinstance(answer["next"], str)
        cursor = {"cursor": answer["next"], "pi": "7"}  # pi means nothing beside a cursor.


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_misses_and_repeats_nothing_while_rows_appear(api: Api, path: str) -> None:
    populate()
    before = body(must(api.get(path, ps=1000)))["data"]
    seen: list[Any] = []
    for number, page in enumerate(walk(api, path, ps=3)):
        seen += page
        fund(f"new{number}")
    assert seen == before


def test_a_cursor_goes_with_filters(api: Api) -> None:
    populate()
    filters = {"trade_no": "a1", "account_type": "v"}
    everything = body(must(api.get(RECORDS, ps=1000, **filters)))["data"]
    assert len(everything) > 2
    assert [row for page in walk(api, RECORDS, ps=1, **filters) for row in page] == everything


@pytest.mark.parametrize("path", LISTS)
def test_a_page_has_ten_rows_unless_told_otherwise(api: Api, path: str) -> None:
    populate()
    answer = body(must(api.get(path)))
    assert len(answer["data"]) == 10
    assert answer == body(api.get(path, pi=0, ps=10))
    assert body(must(api.get(path, ps=0)))["data"] == []


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list(api: Api, path: str) -> None:
    assert must(api.get(path)).content == b'{"count":0,"data":[],"next":null}'


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"ps": 1001}, "ps"),
        ({"ps": -1}, "ps"),
        ({"pi": -1}, "pi"),
        ({"pi": 1000}, "pi"),
        ({"pi": 10, "ps": 1000}, "pi"),
        ({"pi": 10_000, "ps": 1}, "pi"),
        ({"pi": 10_001, "ps": 0}, "pi"),
        ({"pi": 10**18, "ps": 1000}, "pi"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "MTA!"}, "cursor"),
        ({"cursor": "!!!!"}, "cursor"),
        ({"cursor": "LTE"}, "cursor"),
        ({"cursor": "MS41"}, "cursor"),
        ({"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"cursor": "A" * 65}, "cursor"),
        ({"cursor": "/w"}, "cursor"),
    ],
)
def test_what_is_no_page_is_refused(
    funded: Api, path: str, parameters: dict[str, Any], field: str
) -> None:
    require_problem(funded.get(path, **parameters), status=400, fields={field})


@pytest.mark.parametrize("path", LISTS)
def test_the_last_row_of_a_page_is_the_ten_thousandth(funded: Api, path: str) -> None:
    for parameters in ({"pi": 999}, {"pi": 9, "ps": 1000}, {"pi": 9999, "ps": 1}):
        assert body(must(funded.get(path, **parameters)))["data"] == []


def test_a_count_is_bounded_unless_it_shall_be_exact(
    funded: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "COUNT_MAX", 4)
    assert list(body(funded.get(RECORDS, ps=1))) == ["count", "data", "next"]
    monkeypatch.setattr(pages, "COUNT_MAX", 3)
    bounded = body(funded.get(RECORDS, ps=1))
    assert (bounded["count"], bounded["countIsLowerBound"]) == (3, True)
    exact = body(funded.get(RECORDS, ps=1, exact="true"))
    assert exact["count"] == 4
    assert "countIsLowerBound" not in exact
    assert body(funded.get(RECORDS, ps=1, exact="false")) == bounded


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("20260101", "20260101", 2),
        ("20260101", "20260102", 3),
        ("20251231", "20251231", 1),
        ("20251231235959", "20251231235959", 1),
        ("20260101000000", "20260101000000", 1),
        ("20260101000001", "20260101235958", 0),
        ("20260101235959", "20260101235959", 1),
        ("20260102000000", "20260102000000", 1),
        ("20260102", "20260101", 0),
        ("", "20251231", 1),
        ("20260102", "", 1),
        ("19700101", "21991231235959", 4),
        ("19700101000000", "21991231", 4),
    ],
)
def test_a_period_includes_its_end(api: Api, start: str, end: str, found: int) -> None:
    for number, moment in enumerate(DAYS):
        with time_machine.travel(moment, tick=False):
            fund(f"u{number}")
    period = {"trade_no": "d1", "start_time": start, "end_time": end}
    assert body(must(api.get(RECORDS, **period)))["count"] == found
    assert body(must(api.post(RECORDS, **period)))["count"] == found


def test_the_cost_of_a_page_does_not_grow_with_depth(
    funded: Api, django_assert_num_queries: Any
) -> None:
    first = body(must(funded.get(RECORDS, ps=1)))
    for parameters in ({"ps": 1}, {"ps": 1, "cursor": first["next"]}, {"ps": 1, "pi": 3}):
        with django_assert_num_queries(2):
            must(funded.get(RECORDS, **parameters))
