"""Carry out one operation for one caller: the same for every door."""

from collections.abc import Mapping
from typing import Any, NoReturn

from clients.callers import Caller
from gateway.answers import Result
from gateway.registry import Arguments, Operation, Query, Write
from gateway.strict import Repeated
from ledger.posting import post, retrying
from ledger.refusals import Code, Refusal
from ledger.wire import encode


def execute(
    operation: Operation, *, caller: Caller, raw: Mapping[str, Any], request_id: str
) -> Result:
    """Check the scope, the tenant and the parameters, then post the command or ask the query.

    :raises Refusal: whatever the operation refuses; its fields carry wire names.
    """
    caller.require_scope(operation.scope)
    arguments, tenant = _admit(operation, caller=caller, raw=raw)
    try:
        return _carry_out(operation, arguments, tenant, caller=caller, request_id=request_id)
    except Refusal as refusal:
        wire = {parameter.target: parameter.name for parameter in operation.parameters}
        refusal.fields = {wire.get(name, name): why for name, why in refusal.fields.items()}
        raise


def _carry_out(
    operation: Operation, arguments: Arguments, tenant: str, *, caller: Caller, request_id: str
) -> Result:
    if isinstance(operation, Query):
        ask = operation.ask
        return Result(encode(retrying(lambda: ask(arguments, tenant))))
    if not isinstance(operation, Write):
        raise TypeError(operation)
    command = operation.build(arguments, tenant, caller.actor(request_id))
    (posting,) = post([command])
    if isinstance(posting, Refusal):
        raise posting
    answer = operation.answer.body(posting)
    return Result(answer, is_posting=True, is_repeat=posting.is_repeat)


def _admit(
    operation: Operation, *, caller: Caller, raw: Mapping[str, Any]
) -> tuple[Arguments, str]:
    arguments: Arguments = {}
    lists = {parameter.name for parameter in operation.parameters if parameter.is_list}
    refused: dict[str, Refusal] = {
        name: Refusal(Code.BAD_PARAMETER, reason="given-twice")
        for name, value in raw.items()
        if isinstance(value, Repeated) and name not in lists
    }
    for parameter in operation.parameters:
        if parameter.name in refused:
            continue
        is_ignored = bool(parameter.yields_to and raw.get(parameter.yields_to))
        try:
            sent = None if is_ignored else raw.get(parameter.name)
            arguments[parameter.target] = parameter.read(sent)
        except Refusal as refusal:
            refused[parameter.name] = refusal
    tenant = caller.tenant(arguments.pop("ident", ""))
    if refused:
        _refuse(refused)
    return arguments, tenant


def _refuse(refused: Mapping[str, Refusal]) -> NoReturn:
    codes = {refusal.code for refusal in refused.values()}
    code = Code.BAD_PARAMETER if Code.BAD_PARAMETER in codes else Code.BAD_QUANTITY
    raise Refusal(code, fields={name: each.facts for name, each in refused.items()})
