"""Operations of wallets answered as envelopes, at paths of their own: for tests only.

It is a URL configuration: `pytest.mark.urls(__name__)`.
"""

import json
from decimal import Decimal
from typing import Any, NoReturn

import msgspec
from django.http import HttpResponse

from clients.scopes import Scope
from gateway import pages
from gateway.common import IDENT, MEMO, building
from gateway.drf import routes
from gateway.envelope import SEQ
from gateway.parameters import Integer, Json, Many, Name, Period, Quantity, Sorts, WallTime
from gateway.registry import MARK, Arguments, Form, MarkedForm, Query, Write
from gateway.shapes import ANYTHING, ID, NUMBER, TEXT, shape
from ledger.amounts import MONEY, canonical
from ledger.refusals import Code
from ledger.terms import Holder, Posting
from tests.conftest import Api, body
from tests.http.support import call, require_envelope
from tests.support import CLIENT, do
from wallets import operations, queries
from wallets.commands import Add, Create, Draw, Wallet
from wallets.models import Account, Record

GRANT, SPEND, LIST = "/hyena/test/grant", "/hyena/test/spend", "/hyena/test/list"
ECHO, NAMED, EMPTY, BROKEN = (
    "/hyena/test/echo",
    "/hyena/test/named/{name}",
    "/hyena/test/empty",
    "/hyena/test/broken",
)
UID = Name(name="uid", attribute="user", length=64, is_required=True, example="u1")
NUMBER_OF = Name(name="seq", attribute="number", length=64, is_required=True)
POINT = Quantity(name="point", attribute="amount", scale=MONEY, is_required=True, example=1)
COLUMNS = {"id": "pk", "createTime": "created_at", "point": "balance"}
CALL = {"uid": "u1", "seq": "s1", "point": "10.50"}
HEADER = "hyena-seq"
require = require_envelope
handler400 = "gateway.styles.bad_request"
handler404 = "gateway.styles.not_found"
handler500 = "gateway.styles.server_error"


class Grant(Add):
    """Put money in, and be answered with ids in many places."""


def _facts(posting: Posting) -> dict[str, Any]:
    record = posting.line(Record)
    extra = None if record.extra is None else msgspec.Raw(record.extra.encode())
    step = {"id": MARK, "delta": canonical(record.amount), "extra": extra}
    return {"pid": MARK, "uid": posting.row(Account).user, "logs": [step, {"id": MARK}]}


def _ids(posting: Posting) -> tuple[int, ...]:
    record = posting.line(Record)
    return record.account_id, record.pk, record.pk


STEP = shape(id=ID, delta=NUMBER, extra=ANYTHING)
MARKED = MarkedForm(
    facts=_facts,
    ids=_ids,
    schema=shape(pid=ID, uid=TEXT, logs={"type": "array", "items": STEP}),
    example={"pid": 1, "uid": "u1", "logs": [{"id": 2, "delta": 1, "extra": None}]},
)


def _address(arguments: Arguments, tenant: str) -> dict[str, Holder]:
    return {"holder": Wallet(tenant, "-", arguments.pop("user"))}


def _echo(arguments: Arguments, _tenant: str) -> dict[str, Any]:
    """Answer with what was understood."""
    return {"data": {name: repr(value) for name, value in arguments.items()}}


def _list(arguments: Arguments, tenant: str) -> dict[str, Any]:
    """List accounts."""
    rows = queries.accounts(tenant)
    return pages.page(rows, arguments=arguments, write=_row, paging=pages.BY_ROW)


def _row(account: Account) -> dict[str, Any]:
    return {"id": account.pk, "uid": account.user, "point": canonical(account.balance)}


def _empty(_arguments: Arguments, _tenant: str) -> dict[str, Any]:
    """Answer nothing."""
    return {}


def _broken(_arguments: Arguments, _tenant: str) -> NoReturn:
    """Fail."""
    raise RuntimeError("a secret")


DATA = Form(schema=shape(data=ANYTHING), example={"data": {}})
OUTGOING = (Code.UNKNOWN_ACCOUNT, Code.LOCKED, Code.INSUFFICIENT, Code.KEY_REUSED)
GRANTING = Write(
    path=GRANT,
    methods=("POST",),
    command=Grant,
    verb=operations.add,
    build=building(Grant, address=_address),
    parameters=(
        IDENT,
        UID,
        NUMBER_OF,
        POINT,
        Json(name="extra", help="Any JSON."),
        MEMO,
    ),
    answer=MARKED,
    refusals=OUTGOING,
)
OPERATIONS = (
    GRANTING,
    Write(
        path=SPEND,
        command=Draw,
        verb=operations.draw,
        build=building(Draw, address=_address),
        parameters=(IDENT, UID, NUMBER_OF, POINT),
        answer=MARKED,
        refusals=OUTGOING,
        scope=Scope.MANAGE,
    ),
    Query(
        path=LIST,
        parameters=(
            IDENT,
            SEQ,
            Sorts(name="sorts", columns=COLUMNS, help="In which order."),
            *pages.BY_ROW.parameters,
        ),
        answer=Form(
            schema=shape(id=ID, uid=TEXT, point=NUMBER), example={"id": 1, "uid": "u1", "point": 1}
        ).listed(count="total"),
        ask=_list,
    ),
    Query(
        path=ECHO,
        parameters=(
            SEQ,
            Many(name="uidList", item=Name(name="uid", length=64)),
            Many(name="numbers", item=Integer(name="number", least=-(2**31), most=2**31 - 1)),
            WallTime(name="at", example="2026-01-01 00:00:00"),
            Period(name="createTimeFilter"),
            Name(name="tag", length=8),
        ),
        answer=DATA,
        ask=_echo,
    ),
    Query(
        path=NAMED,
        parameters=(Name(name="name", length=32, is_required=True),),
        answer=DATA,
        ask=_echo,
    ),
    Query(path=EMPTY, parameters=(), answer=DATA, ask=_empty),
    Query(path=BROKEN, parameters=(), answer=DATA, ask=_broken),
)
urlpatterns = routes(OPERATIONS)


def open_accounts(*balances: int) -> None:
    """Open accounts u1, u2… of the tenant t1 with these balances."""
    for number, balance in enumerate(balances, 1):
        who: dict[str, Any] = {"holder": Wallet("t1", "-", f"u{number}"), "actor": CLIENT}
        do(Create(**who, name="Ann"))
        do(Add(**who, number="a1", amount=Decimal(balance)))


def send(api: Api, path: str, seq: str | bytes = b"", **parameters: Any) -> HttpResponse:
    """Send JSON, with `seq` in the header as WSGI hands its bytes over."""
    octets = seq.encode() if isinstance(seq, str) else seq
    environ = {"HTTP_HYENA_SEQ": octets.decode("latin-1")} if seq else {}
    return call(api, "POST", path, json.dumps(parameters), **environ)


def echoed(response: HttpResponse) -> tuple[str | None, str | None]:
    """Return `seq` as the body and as the header has it."""
    header = response.get(HEADER)
    return body(response).get("seq"), header and header.encode("latin-1").decode()
