"""Whatever is sent: a 4xx that names field and cause, nothing changed, and the service goes on."""

import json
from itertools import groupby
from typing import Any

import pytest

from gateway.parameters import Parameter, Quantity
from gateway.registry import OPERATIONS
from tests.conftest import Api
from tests.http.bad import wrong_values
from tests.http.support import ADD, FORM, GOOD, JSON, must, require_problem, rows, send

FIELDS = [
    (path, parameter)
    for path, operation in OPERATIONS.items()
    if path in GOOD
    for parameter in operation.parameters
]
REQUIRED = [(path, parameter.name) for path, parameter in FIELDS if parameter.is_required]


def name(value: object) -> str:
    return value.name if isinstance(value, Parameter) else str(value)


@pytest.mark.parametrize(("path", "parameter"), FIELDS, ids=name)
def test_a_wrong_value_is_refused_by_name(funded: Api, path: str, parameter: Parameter) -> None:
    before = rows()
    status, code = (422, 903) if isinstance(parameter, Quantity) else (400, 400)
    for bad in wrong_values(parameter):
        call = {**GOOD[path], parameter.name: bad.value}
        styles = ["json"] if parameter.name != "ext" else []
        styles += ["query"] if bad.is_text else []
        for style in styles:
            answer = send(funded, style, path, call)
            problem = require_problem(answer, status=status, code=code)
            assert set(problem["errors"]) == {parameter.name}, (style, bad.value, problem)
    assert rows() == before
    must(send(funded, "json", path, GOOD[path]))


@pytest.mark.parametrize(("path", "field"), REQUIRED)
def test_a_missing_parameter_is_named(funded: Api, path: str, field: str) -> None:
    before = rows()
    rest = {key: value for key, value in GOOD[path].items() if key != field}
    absent: list[tuple[str, dict[str, Any]]] = [
        *((style, rest) for style in ("query", "form", "json")),
        *((style, {**rest, field: ""}) for style in ("query", "form", "json")),
        ("json", {**rest, field: None}),
    ]
    for style, call in absent:
        problem = require_problem(send(funded, style, path, call), status=400, fields={field})
        assert problem["errors"][field] == ["is required"]
    assert rows() == before


def test_required_are_what_the_contract_says() -> None:
    needed = {
        path: [each for _, each in group] for path, group in groupby(REQUIRED, lambda it: it[0])
    }
    booking = ["eid", "trade_no", "amount"]
    reversal = ["eid", "trade_no", "ext_no", "memo"]
    assert needed == {
        "/account/create": ["eid", "name"],
        "/account/update": ["eid", "name"],
        "/account/query": ["eid"],
        "/account/balance/query": ["eid"],
        "/account/lock": ["eid"],
        "/account/unlock": ["eid"],
        "/account/balance/setcredit": ["eid", "credit"],
        "/account/balance/reverseadd": reversal,
        "/account/balance/reversedrawing": reversal,
        **{
            f"/account/balance/{verb}": booking
            for verb in ("add", "drawing", "deduct", "refund", "tradeflat", "balanceflat")
        },
        "/package/create": ["eid", "spid", "name", "total"],
        "/package/query": ["eid", "spid"],
        "/package/capacity/query": ["eid", "spid"],
        "/package/record/query": ["eid"],
        **{
            f"/package/capacity/{verb}": ["eid", "spid", "trade_no", "num"]
            for verb in ("add", "drawing", "deduct", "refund")
        },
    }


def test_every_wrong_parameter_is_named_at_once(funded: Api) -> None:
    answer = funded.post(ADD, trade_no=" ", amount="0", memo="\x00", group="g" * 33)
    problem = require_problem(answer, status=400)
    assert set(problem["errors"]) == {"eid", "trade_no", "amount", "memo", "group"}


@pytest.mark.parametrize("path", ["/account/balance/add", "/account/balance/balanceflat"])
def test_a_balance_that_would_leave_the_bounds_is_refused(funded: Api, path: str) -> None:
    largest = "89999999999999.99999"
    answer = funded.post(path, eid="u1", trade_no="big", amount=largest)
    require_problem(answer, status=422, code=903, fields={"amount"})
    must(funded.post("/account/create", eid="rich", name="Rich"))
    must(funded.post(path, eid="rich", trade_no="1", amount=largest))
    over = funded.post(path, eid="rich", trade_no="2", amount="0.00001")
    require_problem(over, status=422, code=903, fields={"amount"})


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


GOOD_BODY = '{"eid": "u1", "trade_no": "n1", "amount": 1'
BODIES: dict[str, str | bytes] = {
    "broken": GOOD_BODY,
    "two documents": GOOD_BODY + "} {}",
    "a trailing comma": GOOD_BODY + ",}",
    "single quotes": "{'eid': 'u1'}",
    "an array": '[{"eid": "u1"}]',
    "a text": '"eid=u1"',
    "a number": "1",
    "null": "null",
    "true": "true",
    "only spaces": "   ",
    "NaN": GOOD_BODY.replace("1", "NaN") + "}",
    "Infinity": GOOD_BODY + ', "x": -Infinity}',
    "a comment": GOOD_BODY + "} // ok",
    "hexadecimal": GOOD_BODY[:-1] + "0x1}",
    "a leading plus": GOOD_BODY[:-1] + "+1}",
    "a leading zero": GOOD_BODY[:-1] + "01}",
    "a bare point": GOOD_BODY[:-1] + "1.}",
    "a raw newline in a text": GOOD_BODY + ', "memo": "a\nb"}',
    "a raw NUL": GOOD_BODY + ', "memo": "a\0b"}',
    "a duplicate key": GOOD_BODY + ', "amount": 999}',
    "an escaped duplicate key": GOOD_BODY + ', "\\u0061mount": 999}',
    "a duplicate unknown key": GOOD_BODY + ', "x": 1, "x": 1}',
    "a duplicate key below": GOOD_BODY + ', "x": [{"a": {"b": 1, "b": 1}}]}',
    "a duplicate key in ext": GOOD_BODY + ', "ext": {"a": 1, "a": 2}}',
    "21 deep": GOOD_BODY + f', "x": {nested(20)}}}',
    "21 deep in ext": GOOD_BODY + f', "ext": {nested(21)}}}',
    "1,000 deep": GOOD_BODY + f', "x": {nested(1_000)}}}',
    "1,000 objects deep": GOOD_BODY + ', "x": ' + '{"a":' * 1_000 + "1" + "}" * 1_001,
    "100,000 deep": GOOD_BODY + f', "x": {nested(100_000)}}}',
    "100,000 open": "[" * 100_000,
    "latin-1": (GOOD_BODY + ', "memo": "é"}').encode("latin-1"),
    "gbk": (GOOD_BODY + ', "memo": "张三"}').encode("gbk"),
    "utf-16": (GOOD_BODY + "}").encode("utf-16"),
    "utf-16 without a mark": (GOOD_BODY + "}").encode("utf-16-le"),
    "utf-32": (GOOD_BODY + "}").encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD_BODY.encode() + b"}",
    "a surrogate in UTF-8": GOOD_BODY.encode() + b', "memo": "\xed\xa0\x80"}',
    "an overlong NUL": GOOD_BODY.encode() + b', "memo": "\xc0\x80"}',
    "a form": "eid=u1&trade_no=n1&amount=1",
    "a compressed body": b"\x1f\x8b\x08\x00\x00\x00",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_malformed_body_is_refused(funded: Api, body: str | bytes) -> None:
    before = rows()
    require_problem(funded.send(ADD, body, JSON), status=400, fields={"body"})
    assert rows() == before
    must(funded.send(ADD, GOOD_BODY + "}", JSON))


def test_ext_may_nest_20_deep_and_be_4096_long(funded: Api) -> None:
    deep = nested(20)
    must(funded.send(ADD, GOOD_BODY + f', "ext": {deep}}}', JSON))
    long = json.dumps("x" * 4_094)
    must(send(funded, "json", ADD, {"eid": "u1", "trade_no": "n2", "amount": "1", "ext": long}))


FORMS: dict[str, bytes] = {
    "latin-1": "eid=u1&trade_no=n1&amount=1&memo=é".encode("latin-1"),
    "an escaped byte": b"eid=u1&trade_no=n1&amount=1&memo=%ff",
    "an escaped surrogate": b"eid=u1&trade_no=n1&amount=1&memo=%ed%a0%80",
    "a bad name": b"eid=u1&trade_no=n1&amount=1&%ff=1",
    "utf-16": "eid=u1&trade_no=n1&amount=1&memo=é".encode("utf-16"),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_a_form_in_another_encoding_is_refused(funded: Api, content: bytes) -> None:
    before = rows()
    require_problem(funded.send(ADD, content, FORM), status=400, fields={"body"})
    assert rows() == before


@pytest.mark.parametrize("raw", ["memo=%ff", "%ff=1", "memo=%ed%a0%80", "memo=%c0%80"])
def test_a_query_string_in_another_encoding_is_refused(funded: Api, raw: str) -> None:
    before = rows()
    answer = funded.get(f"{ADD}?eid=u1&trade_no=n1&amount=1&{raw}")
    require_problem(answer, status=400, fields={"query"})
    assert rows() == before
