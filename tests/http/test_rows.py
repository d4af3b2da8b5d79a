"""Lists by start and size: pages, cursors, orders, and how they go together."""

import json
from typing import Any

import pytest

from gateway import pages
from tests.conftest import Api, body
from tests.http import envelopes
from tests.http.envelopes import LIST, open_accounts, require
from wallets.models import Account

pytestmark = pytest.mark.urls(envelopes.__name__)
BALANCES = (5, 3, 5, 1, 3, 5, 2)


def sort(*columns: str, order: str = "asc") -> str:
    """Spell an order."""
    return json.dumps([{"columns": columns, "order": order}])


def users(api: Api, **parameters: Any) -> list[str]:
    """Return the users that a list shows, by their numbers."""
    return [row["uid"][1:] for row in require(api.get(LIST, **parameters))["data"]]


@pytest.fixture
def many(api: Api) -> Api:
    open_accounts(*BALANCES)
    return api


def test_start_is_a_row(many: Api) -> None:
    assert users(many) == ["7", "6", "5", "4", "3", "2", "1"]
    assert users(many, start=2, size=3) == ["5", "4", "3"]
    assert users(many, start=5, size=3) == ["2", "1"]
    assert users(many, start=7) == users(many, size=0) == []
    answer = require(many.get(LIST, start=1, size=2))
    assert list(answer) == ["status", "total", "data", "next"]
    assert answer["total"] == 7


def test_cursors_show_everything_once(many: Api) -> None:
    seen, cursor = [], {"start": "2"}
    while True:
        answer = require(many.get(LIST, size=2, **cursor))
        seen += [row["uid"] for row in answer["data"]]
        if answer["next"] is None:
            break
        cursor = {"cursor": answer["next"], "start": "x"}
    assert seen == ["u5", "u4", "u3", "u2", "u1"]


@pytest.mark.parametrize(
    ("sorts", "expected"),
    [
        (sort("id"), "1234567"),
        (sort("id", order="desc"), "7654321"),
        (sort("pt.point"), "4752631"),
        (sort("point", order="desc"), "6315274"),
        (sort("point", "id"), "4725136"),
        ("[]", "7654321"),
    ],
)
def test_sorted_lists_are_stable(many: Api, sorts: str, expected: str) -> None:
    assert "".join(users(many, sorts=sorts)) == expected
    paged = [users(many, sorts=sorts, start=start, size=2) for start in range(0, 8, 2)]
    assert "".join(user for page in paged for user in page) == expected
    in_body = require(many.send(LIST, f'{{"sorts": {sorts}}}'))
    assert "".join(row["uid"][1:] for row in in_body["data"]) == expected


def test_no_value_is_the_largest() -> None:
    orders = [str(pages._term(column)) for column in ("created_at", "-created_at")]
    assert orders == [
        "OrderBy(F(created_at), descending=False)",
        "OrderBy(F(created_at), descending=True)",
    ]
    ascending, descending = (pages._term(column) for column in ("created_at", "-created_at"))
    assert (ascending.nulls_last, descending.nulls_first) == (True, True)  # type: ignore[union-attr]


def test_a_cursor_goes_with_the_default_order_only(many: Api) -> None:
    cursor = require(many.get(LIST, size=2))["next"]
    for sorts in (sort("point"), sort("id"), sort("point", "id", order="desc")):
        assert require(many.get(LIST, size=2, sorts=sorts))["next"] is None
        answer = many.get(LIST, size=2, sorts=sorts, cursor=cursor)
        error = require(answer, status=1100)["error"]
        assert error.endswith("cursor: goes with the default order only")
    for sorts in ("", "[]", sort("id", order="desc"), sort("id", "point", order="desc")):
        answer = many.get(LIST, size=2, sorts=sorts, cursor=cursor)
        assert [row["uid"] for row in require(answer)["data"]] == ["u5", "u4"]
        assert body(answer)["next"] is not None


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"size": 1_001}, "size: must be from 0 to 1000"),
        ({"size": -1}, "size: "),
        ({"start": -1}, "start: must be from 0 to 10000"),
        ({"start": 10_001, "size": 0}, "start: must be from 0 to 10000"),
        ({"start": 9_991}, "start: must be from 0 to 9990"),
        ({"start": 9_001, "size": 1_000}, "start: must be from 0 to 9000"),
        ({"start": 10**18}, "start: "),
        ({"cursor": "!"}, "cursor: must be a cursor that this list returned"),
        ({"sorts": sort("nosuch")}, "sorts: must be a list of columns and order"),
    ],
)
def test_what_is_no_page_is_refused(many: Api, parameters: dict[str, Any], error: str) -> None:
    assert f". {error}" in require(many.get(LIST, **parameters), status=1100)["error"]


def test_the_last_row_is_the_ten_thousandth(many: Api) -> None:
    for parameters in (
        {"start": 9_990},
        {"start": 9_000, "size": 1_000},
        {"start": 10_000, "size": 0},
    ):
        assert users(many, **parameters) == []


def test_a_total_is_bounded_unless_it_shall_be_exact(
    many: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "COUNT_MAX", Account.objects.count() - 1)
    bounded = require(many.get(LIST, size=1))
    assert (bounded["total"], bounded["countIsLowerBound"]) == (6, True)
    exact = require(many.get(LIST, size=1, exact="true"))
    assert exact["total"] == 7
    assert "countIsLowerBound" not in exact
