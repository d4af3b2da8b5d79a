"""Rates: so many requests a minute, then 429 until the next one."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from clients import callers
from clients.models import Client
from tests.conftest import Api, make_api
from tests.http.support import fund, require_problem, rows

LIST = "/account/querylist"
START = datetime(2026, 3, 1, 9, 0, 17, 500_000, tzinfo=UTC)


@pytest.fixture
def limited(db: None) -> Api:
    api = make_api("shop")
    Client.objects.update(rate_limit=3)
    callers.forget()
    return api


def test_beyond_the_rate_a_request_waits_for_the_next_minute(limited: Api) -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert [limited.get(LIST).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        answer = limited.get(LIST)
        problem = require_problem(answer, status=429)
        assert "3" in problem["detail"]
        assert answer["Retry-After"] == "43"
        clock.move_to(START + timedelta(seconds=42))
        assert limited.get(LIST).status_code == 429
        clock.move_to(START + timedelta(seconds=43))
        assert [limited.get(LIST).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_refused_request_does_nothing(limited: Api) -> None:
    fund()
    with time_machine.travel(START, tick=False):
        for _ in range(3):
            limited.get(LIST)
        before = rows()
        answer = limited.get("/account/balance/add", eid="u1", trade_no="n1", amount="1")
        assert answer.status_code == 429
        assert rows() == before


def test_every_request_counts_also_a_bad_one(limited: Api) -> None:
    with time_machine.travel(START, tick=False):
        statuses = [limited.get("/account/query").status_code for _ in range(4)]
    assert statuses == [400, 400, 400, 429]


def test_each_client_has_a_rate_of_its_own(limited: Api) -> None:
    other = make_api("other")
    with time_machine.travel(START, tick=False):
        for _ in range(4):
            limited.get(LIST)
        assert {other.get(LIST).status_code for _ in range(10)} == {200}


def test_a_rate_of_zero_lets_nothing_pass(limited: Api) -> None:
    Client.objects.update(rate_limit=0)
    callers.forget()
    assert {limited.get(LIST).status_code for _ in range(2)} == {429}


def test_a_key_comes_before_the_rate(limited: Api) -> None:
    with time_machine.travel(START, tick=False):
        assert {Api(limited.key + "x").get(LIST).status_code for _ in range(5)} == {401}
        assert limited.get(LIST).status_code == 200
