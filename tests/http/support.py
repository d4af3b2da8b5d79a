"""Good calls of every path, how to send them, and what a refusal must look like."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple, cast
from urllib.parse import quote, urlencode

from django.http import HttpResponse

from gateway.registry import OPERATIONS, Write
from ledger.posting import post
from ledger.refusals import Code, Refusal
from ledger.terms import Actor, ActorKind
from packages_app import commands as packages
from packages_app.commands import Package
from tests.conftest import TENANT, Api, body
from tests.http import points
from tests.support import everything
from wallets.commands import Add, Create, Deduct, Draw, Wallet

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
PROBLEM = "application/problem+json"
STYLES = ("query", "form", "json")
_REFUSED_ENVELOPE = re.compile(rb'\{"status":[1-9]')
RAW = {"ext", "extra"}  # JSON inside JSON: sent as it is.

# One good call of every path, for accounts as `funded` makes them.
PROBLEMS: Mapping[str, Mapping[str, str]] = {
    "/account/create": {"eid": "u2", "name": "Bob"},
    "/account/query": {"eid": "u1"},
    "/account/balance/query": {"eid": "u1"},
    "/account/update": {"eid": "u1", "name": "Anna"},
    "/account/querylist": {},
    "/account/balance/add": {"eid": "u1", "trade_no": "n1", "amount": "10.50"},
    "/account/balance/drawing": {"eid": "u1", "trade_no": "n1", "amount": "10.50"},
    "/account/balance/deduct": {
        "eid": "u1",
        "trade_no": "n1",
        "amount": "10.50",
        "trade_type": "2",
        "memo": "order 1",
        "ext": '{"a": [1.50]}',
    },
    "/account/balance/refund": {"eid": "u1", "trade_no": "d1", "amount": "5"},
    "/account/balance/reverseadd": {"eid": "u1", "trade_no": "n1", "ext_no": "a1", "memo": "oops"},
    "/account/balance/reversedrawing": {
        "eid": "u1",
        "trade_no": "n1",
        "ext_no": "w1",
        "memo": "oops",
    },
    "/account/balance/tradeflat": {"eid": "u1", "trade_no": "n1", "amount": "-0.5"},
    "/account/balance/balanceflat": {"eid": "u1", "trade_no": "n1", "amount": "-0.5"},
    "/account/balance/setcredit": {"eid": "u1", "credit": "1e2"},
    "/account/lock": {"eid": "u1"},
    "/account/unlock": {"eid": "u1"},
    "/account/record/query": {"trade_no": "d1"},
    "/package/create": {
        "eid": "u1",
        "spid": "sp2",
        "name": "Waxes",
        "total": "1e2",
        "daily": "10",
        "expires": "20261231",
    },
    "/package/query": {"eid": "u1", "spid": "sp1"},
    "/package/capacity/query": {"eid": "u1", "spid": "sp1"},
    "/package/querylist": {},
    "/package/capacity/add": {"eid": "u1", "spid": "sp1", "trade_no": "n1", "num": "5.0"},
    "/package/capacity/drawing": {"eid": "u1", "spid": "sp1", "trade_no": "n1", "num": "5"},
    "/package/capacity/deduct": {"eid": "u1", "spid": "sp1", "trade_no": "n1", "num": "5"},
    "/package/capacity/refund": {"eid": "u1", "spid": "sp1", "trade_no": "d1", "num": "5"},
    "/package/record/query": {"eid": "u1", "spid": "sp1", "trade_no": "d1"},
}
GOOD: Mapping[str, Mapping[str, Any]] = {**PROBLEMS, **points.GOOD}
WRITES = tuple(path for path, operation in OPERATIONS.items() if isinstance(operation, Write))
ADD = "/account/balance/add"
# Those with a number that makes a call happen once.
CHANGES = tuple(path for path, call in PROBLEMS.items() if "trade_no" in call and path in WRITES)


class Answered(NamedTuple):
    """How a refusal is answered: status and code of a problem, HTTP and status of an envelope."""

    problem: int
    code: int
    http: int
    status: int


ANSWERED: Mapping[Code, Answered] = {
    Code.BAD_PARAMETER: Answered(400, 400, 200, 1100),
    Code.BAD_QUANTITY: Answered(422, 903, 200, 1100),
    Code.UNAUTHENTICATED: Answered(401, 401, 401, 1000),
    Code.FORBIDDEN: Answered(403, 403, 403, 1000),
    Code.UNKNOWN_PATH: Answered(404, 404, 404, 1000),
    Code.WRONG_METHOD: Answered(405, 405, 405, 1000),
    Code.LENGTH_REQUIRED: Answered(411, 411, 200, 1100),
    Code.BODY_TOO_LARGE: Answered(413, 413, 413, 1000),
    Code.WRONG_MEDIA_TYPE: Answered(415, 415, 200, 1100),
    Code.TOO_MANY_REQUESTS: Answered(429, 429, 429, 1000),
    Code.UNKNOWN_ACCOUNT: Answered(404, 908, 200, 1100),
    Code.UNKNOWN_PACKAGE: Answered(404, 908, 200, 1100),
    Code.UNKNOWN_TRADE: Answered(404, 908, 200, 1100),
    Code.UNKNOWN_LOT: Answered(404, 908, 200, 1100),
    Code.UNKNOWN_TYPE: Answered(404, 908, 200, 1100),
    Code.INSUFFICIENT: Answered(409, 904, 200, 1010),
    Code.OVER_DAILY_LIMIT: Answered(409, 904, 200, 1010),
    Code.EXPIRED: Answered(409, 904, 200, 1100),
    Code.REFUND_TOO_LARGE: Answered(422, 903, 200, 1010),
    Code.LOCKED: Answered(409, 907, 200, 1200),
    Code.DISABLED: Answered(409, 907, 200, 1200),
    Code.HELD: Answered(409, 907, 200, 1200),
    Code.KEY_REUSED: Answered(409, 909, 200, 2001),
    Code.ALREADY_REVERSED: Answered(409, 909, 200, 1200),
    Code.BUSY: Answered(503, 901, 200, 1300),
    Code.OUTCOME_UNKNOWN: Answered(503, 901, 200, 1300),
    Code.FAULT: Answered(500, 500, 200, 9000),
}


def fund(user: str = "u1", *, tenant: str = TENANT, group: str = "-", name: str = "Ann") -> None:
    """Make an account with 60, by two adds (a1, a2), a drawing (w1) and a deduct (d1).

    Sell it a package with 70 left (sp1), by an add (a1), a drawing (w1) and a deduct (d1).
    """
    actor = Actor(ActorKind.CLIENT, "tester", "request-1")
    wallet = Wallet(tenant, group, user)
    who: dict[str, Any] = {"holder": wallet, "actor": actor}
    package = Package(tenant, group, user, "sp1")
    what: dict[str, Any] = {"holder": package, "account": wallet, "actor": actor}
    answers = post(
        [
            Create(**who, name=name),
            Add(**who, number="a1", amount=Decimal(10)),
            Add(**who, number="a2", amount=Decimal(90)),
            Draw(**who, number="w1", amount=Decimal(10)),
            Deduct(**who, number="d1", amount=Decimal(30)),
            packages.Create(**what, name="Washes", capacity=90, daily_limit=50),
            packages.Add(**what, number="a1", quantity=20),
            packages.Draw(**what, number="w1", quantity=10),
            packages.Deduct(**what, number="d1", quantity=30),
        ]
    )
    assert not [answer for answer in answers if isinstance(answer, Refusal)]


def must(response: HttpResponse) -> HttpResponse:
    """Return an answer that must be a first, successful one."""
    assert response.status_code == 200, response.content
    assert not _REFUSED_ENVELOPE.match(response.content), response.content
    return response


def send(api: Api, style: str, path: str, parameters: Mapping[str, Any]) -> HttpResponse:
    """Send parameters in a query string, in a form, or in a JSON body; or as part of the path."""
    parameters = {
        name: str(value) if isinstance(value, points.OldestLot) else value
        for name, value in parameters.items()
    }
    for name in re.findall(r"{(\w+)}", path):
        path = path.replace(f"{{{name}}}", quote(parameters.pop(name), safe=""))
    if style == "query" and path.rstrip("/") in points.ONLY_POST:
        return call(api, "POST", f"{path}?{query(parameters)}", content_type="")
    if style == "query":
        return api.get(path, **parameters)
    if style == "form":
        return api.form(path, **parameters)
    members = (f"{json.dumps(name)}: {_json(name, it)}" for name, it in parameters.items())
    return api.send(path, "{" + ", ".join(members) + "}")


def call(
    api: Api,
    method: str,
    path: str,
    content: str | bytes = b"",
    content_type: str = JSON,
    **environ: Any,
) -> HttpResponse:
    """Send a request as it is; `environ` are members of its WSGI environment."""
    answer = api.http.generic(method, path, content, content_type, headers=api.headers, **environ)
    return cast("HttpResponse", answer)


def query(parameters: Mapping[str, Any]) -> str:
    """Spell a query string or a form."""
    return urlencode(parameters, doseq=True)


class Digits(NamedTuple):
    """A JSON number, as it is spelled."""

    text: str


def spelled(response: HttpResponse) -> Any:
    """Return an answer with its members in their order and its numbers as they are spelled."""
    return json.loads(
        response.content, parse_float=Digits, parse_int=Digits, object_pairs_hook=list
    )


def require_refused(
    response: HttpResponse, code: Code, *, path: str, fields: set[str] | None = None
) -> str:
    """Check that an answer is this refusal in the style of its path; return what it says."""
    expected = ANSWERED[code]
    if path.startswith("/hyena/"):
        envelope = require_envelope(response, status=expected.status, http=expected.http)
        error: str = envelope["error"]
        causes = set(re.findall(r"(?:^|[.;] )(\w+): ", error))
        assert fields is None or causes == fields, error
        return error
    problem = require_problem(response, status=expected.problem, code=expected.code, fields=fields)
    return str(problem.get("errors") or problem["detail"])


def require_envelope(response: HttpResponse, *, status: int = 0, http: int = 200) -> dict[str, Any]:
    """Check that an answer is an envelope, and return its members."""
    members: dict[str, Any] = body(response)
    assert response.status_code == http, response.content
    assert (response["Content-Type"], response["Cache-Control"]) == (JSON, "no-store")
    assert response["X-Request-ID"]
    assert members["status"] == status, members
    assert bool(members.get("error")) == (status > 0)
    if status:
        assert set(members) <= {"status", "error", "seq"}
    return members


def require_problem(
    response: HttpResponse, *, status: int, code: int | None = None, fields: set[str] | None = None
) -> dict[str, Any]:
    """Check that an answer is a well-formed problem, and return its members."""
    problem: dict[str, Any] = body(response)
    assert response.status_code == status, response.content
    assert response["Content-Type"] == PROBLEM
    assert response["Cache-Control"] == "no-store"
    assert response["X-Request-ID"]
    names = ["type", "title", "status", "detail", "code"]
    assert list(problem)[:5] == names
    assert set(problem) - {*names, "errors"} == set()
    assert (problem["status"], problem["code"]) == (status, code or status)
    assert problem["type"]
    assert problem["title"]
    assert problem["detail"]
    if fields is not None:
        assert set(problem.get("errors", {})) == fields, problem
    for reasons in problem.get("errors", {}).values():
        assert reasons
        assert all(isinstance(reason, str) and reason for reason in reasons)
    return problem


def rows() -> list[list[dict[str, Any]]]:
    """Return everything that the domains have stored."""
    return everything()


def _json(name: str, value: Any) -> str:
    return str(value) if name in RAW else json.dumps(value)
