"""What an answer looks like, and that a repeat gets the very bytes of the first one."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.conftest import Api, body
from tests.http.support import ADD, CHANGES, GOOD, Digits, fund, must, rows, send, spelled

SPELLINGS = [
    ("1", "1"),
    ("10.500", "10.5"),
    ("1e3", "1000"),
    ("1E3", "1000"),
    ("1e-5", "0.00001"),
    ("12.5e1", "125"),
    ("100000e-10", "0.00001"),
    ("0.00001", "0.00001"),
    ("10000", "10000"),
    ("20.25000000000000000000000000000", "20.25"),
    ("89999999999939.99999", "89999999999939.99999"),
    ("12345678901234.56789", "12345678901234.56789"),
]


@pytest.mark.parametrize("style", ["query", "form", "json"])
@pytest.mark.parametrize(("sent", "answered"), SPELLINGS)
def test_the_value_counts_not_the_spelling(
    funded: Api, style: str, sent: str, answered: str
) -> None:
    answer = send(funded, style, ADD, {"eid": "u1", "trade_no": "n1", "amount": sent})
    assert dict(spelled(must(answer)))["amount"] == Digits(answered)


@pytest.mark.parametrize(("sent", "answered"), SPELLINGS)
def test_a_json_number_is_read_from_its_text(funded: Api, sent: str, answered: str) -> None:
    content = f'{{"eid": "u1", "trade_no": "n1", "amount": {sent}}}'
    assert dict(spelled(must(funded.send(ADD, content))))["amount"] == Digits(answered)


def test_amounts_and_balances_are_plain_numbers_everywhere(funded: Api) -> None:
    must(funded.get(ADD, eid="u1", trade_no="n1", amount="9940.00"))
    must(funded.get("/account/balance/setcredit", eid="u1", credit="1e6"))
    account = dict(spelled(funded.get("/account/query", eid="u1")))
    assert (account["balance"], account["credit"]) == (Digits("10000"), Digits("1000000"))
    (listed,) = dict(spelled(funded.get("/account/querylist")))["data"]
    assert listed == spelled(funded.get("/account/balance/query", eid="u1"))
    newest = dict(dict(spelled(funded.get("/account/record/query", ps=1)))["data"][0])
    assert newest["ext"] == [("before", Digits("0")), ("after", Digits("1000000"))]
    assert (newest["change_type"], newest["amount"]) == (Digits("10"), Digits("0"))


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 1, 31, 16, 0, 0, tzinfo=UTC), "20260201000000"),
        (datetime(2026, 1, 31, 15, 59, 59, 999999, tzinfo=UTC), "20260131235959"),
        (datetime(2024, 2, 28, 20, 30, 1, tzinfo=UTC), "20240229043001"),
    ],
)
def test_times_are_written_in_the_services_zone(api: Api, moment: datetime, written: str) -> None:
    with time_machine.travel(moment, tick=False):
        fund()
        records = body(api.get("/account/record/query"))["data"]
    assert [record["create_time"] for record in records] == [written] * 4


def test_absent_texts_are_empty_and_an_absent_ext_is_null(funded: Api) -> None:
    change = body(must(funded.post(ADD, eid="u1", trade_no="n1", amount="1")))
    assert [change[name] for name in ("memo", "ext_no", "ext", "groups")] == ["", "", None, "-"]
    empty = {"memo": "", "ext_no": "", "group": "", "ident": ""}
    again = body(must(funded.post(ADD, eid="u1", trade_no="n2", amount="1", **empty)))
    own = {"record_id": 0, "trade_no": "", "balance": 0, "create_time": ""}
    assert {**again, **own} == {**change, **own}


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("null", "null"),
        ('{"b": 1.50, "a": [1e3, 0.10]}', '{"b": 1.50, "a": [1e3, 0.10]}'),
        ('  {"a" :\n 1}\t', '{"a" :\n 1}'),
        ('"text"', '"text"'),
        ("12345678901234567890.123456789", "12345678901234567890.123456789"),
        ("1e400", "1e400"),
        ("false", "false"),
        ("[]", "[]"),
        ('{"张": "\\u5f20 \\" \\\\"}', '{"张": "\\u5f20 \\" \\\\"}'),
    ],
)
@pytest.mark.parametrize("style", ["query", "form", "json"])
def test_ext_is_answered_as_the_text_received(
    funded: Api, style: str, sent: str, answered: str
) -> None:
    call = {"eid": "u1", "trade_no": "n1", "amount": "1", "ext": sent}
    answer = must(send(funded, style, ADD, call))
    assert f'"ext":{answered},'.encode() in answer.content
    listed = funded.get("/account/record/query", trade_no="n1")
    assert f'"ext":{answered},'.encode() in listed.content


def test_texts_take_a_json_integer_by_its_digits(api: Api) -> None:
    must(api.send("/account/create", '{"eid": 86001, "name": -7, "group": 12}'))
    account = body(api.get("/account/query", eid="86001", group="12"))
    assert (account["eid"], account["account_name"]) == ("86001", "-7")
    change = must(
        api.send(ADD, '{"eid": 86001, "group": 12, "trade_no": 99999999999999999999, "amount": 1}')
    )
    assert body(change)["trade_no"] == "99999999999999999999"


def test_integers_and_booleans_take_text(funded: Api) -> None:
    path = "/account/record/query"
    page = body(must(funded.send(path, '{"ps": "2", "pi": "1", "exact": "true"}')))
    assert (page["count"], len(page["data"])) == (4, 2)
    assert page == body(must(funded.send(path, '{"ps": 2, "pi": 1, "exact": true}')))


@pytest.mark.parametrize("path", CHANGES)
def test_a_repeat_is_answered_with_the_very_same_bytes(funded: Api, path: str) -> None:
    first = must(send(funded, "json", path, GOOD[path]))
    assert "Idempotent-Replayed" not in first
    must(funded.post("/account/update", eid="u1", name="Renamed"))
    must(funded.post(ADD, eid="u1", trade_no="later", amount="1000"))
    must(funded.post("/account/balance/setcredit", eid="u1", credit="7"))
    must(funded.post("/account/lock", eid="u1"))
    before = rows()
    for style in ("query", "form", "json"):
        other = {**GOOD[path], "no_such": "1", "memo": "for people, decides nothing"}
        for call in (GOOD[path], other):
            again = send(funded, style, path, call)
            assert (again.status_code, again.content) == (201, first.content)
            assert again["Idempotent-Replayed"] == "true"
            assert again["Content-Type"] == first["Content-Type"]
    assert rows() == before


def test_a_credit_line_with_a_number_is_repeated_too(funded: Api) -> None:
    call = {"eid": "u1", "credit": "5", "trade_no": "c1"}
    first = must(funded.get("/account/balance/setcredit", **call))
    must(funded.get("/account/balance/setcredit", eid="u1", credit="8"))
    again = funded.get("/account/balance/setcredit", **call)
    assert (again.status_code, again.content) == (201, first.content)


def test_an_account_that_exists_is_answered_unchanged(funded: Api) -> None:
    before = rows()
    again = funded.post("/account/create", eid="u1", name="Somebody else")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert again.content == funded.get("/account/query", eid="u1").content
    assert rows() == before


def test_ids_grow_with_creation(funded: Api) -> None:
    records = body(funded.get("/account/record/query"))["data"]
    ids = [record["record_id"] for record in records]
    assert ids == sorted(set(ids), reverse=True)
    must(funded.post("/account/create", eid="u2", name="Bob"))
    accounts = body(funded.get("/account/querylist"))["data"]
    assert [account["eid"] for account in accounts] == ["u2", "u1"]
    assert accounts[0]["account_id"] > accounts[1]["account_id"]


@pytest.mark.parametrize(
    "path", [*GOOD, "/nosuch", "/account/balance/add", "/account/query?eid=nobody", "/healthz"]
)
def test_no_answer_may_be_stored(funded: Api, path: str) -> None:
    answer = send(funded, "query", path, GOOD.get(path, {}))
    assert "no-store" in answer["Cache-Control"]
    assert "no-store" in Api("").get(path)["Cache-Control"]


@pytest.mark.parametrize("path", ["/account/query", "/nosuch", "/healthz", "/account/balance/add"])
def test_a_request_id_is_taken_over(funded: Api, path: str) -> None:
    answer = funded.http.get(path, headers={**funded.headers, "X-Request-ID": "abc-1"})
    assert answer["X-Request-ID"] == "abc-1"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "é", "a\tb"])
def test_a_request_id_is_made_where_none_is_usable(funded: Api, sent: str) -> None:
    ids = set()
    for _ in range(2):
        answer = funded.http.get("/account/query", headers={**funded.headers, "X-Request-ID": sent})
        assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])
        ids.add(answer["X-Request-ID"])
    assert len(ids) == 2


def test_a_request_id_is_kept_with_the_record(funded: Api) -> None:
    must(funded.send(ADD, '{"eid":"u1","trade_no":"n1","amount":1}', **{"X-Request-ID": "req-7"}))
    from wallets.models import Record

    assert Record.objects.get(number="n1").request_id == "req-7"
    assert Record.objects.get(number="n1").actor == "client:tester"


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "", "*/*", "nonsense"])
def test_answers_are_json_whatever_is_accepted(funded: Api, accept: str) -> None:
    answer: Any = funded.http.get(
        "/account/query", {"eid": "u1"}, headers={**funded.headers, "Accept": accept}
    )
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
