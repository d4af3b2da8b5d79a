"""Whatever is sent: a 4xx that names field and cause, nothing changed, and the service goes on."""

import json
from itertools import groupby
from typing import Any

import pytest

from gateway.parameters import Parameter, Quantity
from gateway.registry import OPERATIONS
from ledger.refusals import Code
from tests.conftest import Api
from tests.http import points
from tests.http.bad import wrong_values
from tests.http.bad_bodies import bodies, forms, nested
from tests.http.points import INCREASE, POINT, SYSTEM
from tests.http.support import (
    ADD,
    FORM,
    GOOD,
    JSON,
    RAW,
    STYLES,
    must,
    require_problem,
    require_refused,
    rows,
    send,
)

FIELDS = [
    (path, parameter)
    for path, operation in OPERATIONS.items()
    if path in GOOD
    for parameter in operation.parameters
]
REQUIRED = [
    (path, parameter.name)
    for path, parameter in FIELDS
    if parameter.is_required and f"{{{parameter.name}}}" not in path
]


def name(value: object) -> str:
    return value.name if isinstance(value, Parameter) else str(value)


def styles_of(path: str, parameter: Parameter, *, is_text: bool) -> list[str]:
    """Return the styles that can send a wrong value of a parameter."""
    if f"{{{parameter.name}}}" in path:
        return ["query"] if is_text else []
    in_json = [] if parameter.name in RAW else ["json"]
    return [*in_json, *(["query"] if is_text else [])]


@pytest.mark.parametrize(("path", "parameter"), FIELDS, ids=name)
def test_a_wrong_value_is_refused_by_name(funded: Api, path: str, parameter: Parameter) -> None:
    before = rows()
    is_quantity = isinstance(parameter, Quantity)
    code = Code.BAD_QUANTITY if is_quantity else Code.BAD_PARAMETER
    for bad in wrong_values(parameter):
        call = {**GOOD[path], parameter.name: bad.value}
        for style in styles_of(path, parameter, is_text=bad.is_text):
            answer = send(funded, style, path, call)
            require_refused(answer, code, path=path, fields={parameter.name})
    assert rows() == before
    must(send(funded, "json", path, GOOD[path]))


@pytest.mark.parametrize(("path", "field"), REQUIRED)
def test_a_missing_parameter_is_named(funded: Api, path: str, field: str) -> None:
    before = rows()
    rest = {key: value for key, value in GOOD[path].items() if key != field}
    absent: list[tuple[str, dict[str, Any]]] = [
        *((style, rest) for style in STYLES),
        *((style, {**rest, field: ""}) for style in STYLES),
        ("json", {**rest, field: None}),
    ]
    for style, call in absent:
        answer = send(funded, style, path, call)
        said = require_refused(answer, Code.BAD_PARAMETER, path=path, fields={field})
        assert "is required" in said
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
        **{path: ["uid", "point"] for path in points.CHANGES},
        **{f"{POINT}{name}": ["uid"] for name in ("getPoint", "disableAccount", "enableAccount")},
        f"{POINT}freezeByRecId": ["uid", "recId", "orderNo", "point"],
        f"{POINT}freezeCost": ["uid", "orderNo", "cost"],
        f"{POINT}refund": ["uid", "cost"],
        f"{POINT}getIncreasedPoint": ["start", "end"],
        f"{SYSTEM}analysePointLog": ["uid"],
        f"{SYSTEM}addPointType": ["name"],
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


OPEN = {  # A good call of each style of answering, but for its end.
    ADD: '{"eid": "u1", "trade_no": "n1", "amount": 1',
    INCREASE: '{"uid": "u1", "seq": "n1", "point": 1',
}
BODIES = {
    (path, kind): content
    for path, amount, raw in ((ADD, "amount", "ext"), (INCREASE, "point", "extra"))
    for kind, content in bodies(OPEN[path], amount=amount, raw=raw).items()
}


@pytest.mark.parametrize(("path", "kind"), BODIES)
def test_a_malformed_body_is_refused(funded: Api, path: str, kind: str) -> None:
    before = rows()
    answer = funded.send(path, BODIES[path, kind], JSON)
    require_refused(answer, Code.BAD_PARAMETER, path=path, fields={"body"})
    assert rows() == before
    must(funded.send(path, OPEN[path] + "}", JSON))


@pytest.mark.parametrize(("path", "raw"), [(ADD, "ext"), (INCREASE, "extra")])
def test_what_is_kept_may_nest_20_deep_and_be_4096_long(funded: Api, path: str, raw: str) -> None:
    must(funded.send(path, OPEN[path] + f', "{raw}": {nested(20)}}}', JSON))
    long = json.dumps("x" * 4_094)
    must(funded.send(path, OPEN[path].replace("n1", "n2") + f', "{raw}": {long}}}', JSON))


FORMS = {
    (path, kind): content
    for path, good in (
        (ADD, "eid=u1&trade_no=n1&amount=1"),
        (INCREASE, "uid=u1&seq=n1&point=1"),
    )
    for kind, content in forms(good).items()
}


@pytest.mark.parametrize(("path", "kind"), FORMS)
def test_a_form_in_another_encoding_is_refused(funded: Api, path: str, kind: str) -> None:
    before = rows()
    answer = funded.send(path, FORMS[path, kind], FORM)
    require_refused(answer, Code.BAD_PARAMETER, path=path, fields={"body"})
    assert rows() == before


@pytest.mark.parametrize(
    "address", [f"{ADD}?eid=u1&trade_no=n1&amount=1", f"{POINT}getPoint?uid=u1"]
)
@pytest.mark.parametrize("raw", ["memo=%ff", "%ff=1", "memo=%ed%a0%80", "memo=%c0%80"])
def test_a_query_string_in_another_encoding_is_refused(funded: Api, address: str, raw: str) -> None:
    before = rows()
    answer = funded.get(f"{address}&{raw}")
    require_refused(answer, Code.BAD_PARAMETER, path=address, fields={"query"})
    assert rows() == before
