"""Admit and answer around a post that is done elsewhere, as a door for many commands needs it."""

from decimal import Decimal
from typing import Any

import pytest

from clients.callers import Caller
from clients.scopes import Scope
from gateway.execute import ask, command_of, execute, result_of
from gateway.registry import OPERATIONS, Query, Write
from ledger.posting import post
from ledger.refusals import Code, Refusal
from ledger.terms import ActorKind
from tests.conftest import TENANT, Api
from tests.http.support import ADD
from wallets.commands import Add

WRITER = Caller(ActorKind.CLIENT, "tester", TENANT, frozenset({TENANT}), Scope.WRITE)
READER = Caller(ActorKind.CLIENT, "reader", TENANT, frozenset({TENANT}), Scope.READ)
CALL = {"eid": "u1", "trade_no": "n1", "amount": "10.50"}


def adding(caller: Caller = WRITER, **others: Any) -> Any:
    """Return the command of one good call, but for some parameters."""
    raw = {**CALL, **others}
    return command_of(_write(ADD), caller=caller, raw=raw, request_id="request-7")


def _write(path: str) -> Write:
    operation = OPERATIONS[path]
    assert isinstance(operation, Write)
    return operation


def test_a_call_becomes_a_command() -> None:
    command = adding()
    assert type(command) is Add
    assert (command.number, command.amount) == ("n1", Decimal("10.5"))
    assert (str(command.actor), command.actor.request_id) == ("client:tester", "request-7")
    assert (command.holder.tenant, command.holder.user) == (TENANT, "u1")


@pytest.mark.parametrize(
    ("caller", "others", "code", "fields"),
    [
        (READER, {"amount": "x"}, Code.FORBIDDEN, set()),
        (WRITER, {"amount": "x", "ident": "foreign"}, Code.FORBIDDEN, set()),
        (WRITER, {"amount": "x", "eid": " "}, Code.BAD_PARAMETER, {"amount", "eid"}),
        (WRITER, {"amount": "x"}, Code.BAD_QUANTITY, {"amount"}),
    ],
)
def test_a_bad_call_becomes_none(
    caller: Caller, others: dict[str, Any], code: Code, fields: set[str]
) -> None:
    with pytest.raises(Refusal) as refused:
        adding(caller, **others)
    assert (refused.value.code, set(refused.value.fields)) == (code, fields)


def test_many_are_posted_at_once_and_answered_one_by_one(funded: Api) -> None:
    numbers = {"n1": "1", "n2": "2"}
    commands = [adding(trade_no=number, amount=amount) for number, amount in numbers.items()]
    operation = _write(ADD)
    first = [result_of(operation, answer) for answer in post(commands)]
    again = [result_of(operation, answer) for answer in post(commands)]
    assert [each.body for each in first] == [each.body for each in again]
    assert [each.is_repeat for each in first + again] == [False, False, True, True]
    assert all(each.is_posting for each in first)


def test_a_refused_answer_is_raised_with_names_of_the_wire(funded: Api) -> None:
    path = "/account/balance/reverseadd"
    raw = {"eid": "u1", "ext_no": "a1", "memo": "oops"}
    manager = Caller(ActorKind.CLIENT, "tester", TENANT, None, Scope.MANAGE)
    commands = [
        command_of(_write(path), caller=manager, raw={**raw, "trade_no": number}, request_id="")
        for number in ("n1", "n2")
    ]
    done, refusal = post(commands)
    assert isinstance(refusal, Refusal)
    assert set(refusal.fields) == {"reference"}
    result_of(_write(path), done)
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            result_of(_write(path), refusal)
        assert (refused.value.code, set(refused.value.fields)) == (refusal.code, {"ext_no"})
        assert refused.value.facts == refusal.facts


def test_a_query_is_asked_alone_as_by_any_door(funded: Api) -> None:
    query = OPERATIONS["/account/query"]
    assert isinstance(query, Query)
    asked = ask(query, caller=READER, raw={"eid": "u1"})
    assert not asked.is_posting
    assert execute(query, caller=READER, raw={"eid": "u1"}, request_id="") == asked
    with pytest.raises(Refusal):
        ask(query, caller=READER, raw={})
