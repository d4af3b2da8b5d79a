"""Carry out one operation for one caller: the same for every door.

A door that posts by itself (many commands at once, or elsewhere) admits each with `command_of`, and
words each answer with `result_of`.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from clients.callers import Caller
from gateway.answers import Result
from gateway.registry import Arguments, Compound, Operation, Query, Write
from gateway.strict import Repeated
from ledger.posting import Answer, post, retrying
from ledger.refusals import Code, Refusal
from ledger.terms import Command
from ledger.wire import encode


def execute(
    operation: Operation, *, caller: Caller, raw: Mapping[str, Any], request_id: str
) -> Result:
    """Check the scope, the tenant and the parameters, then post the command or ask the query.

    :raises Refusal: whatever the operation refuses; its fields carry wire names.
    """
    if isinstance(operation, Query):
        return ask(operation, caller=caller, raw=raw)
    if isinstance(operation, Compound):
        return operation.run(raw, caller=caller, request_id=request_id)
    if not isinstance(operation, Write):
        raise TypeError(operation)
    command = command_of(operation, caller=caller, raw=raw, request_id=request_id)
    (answer,) = post([command])
    return result_of(operation, answer)


def ask(operation: Query, *, caller: Caller, raw: Mapping[str, Any]) -> Result:
    """Check the scope, the tenant and the parameters, then ask the query.

    :raises Refusal: whatever the query refuses; its fields carry wire names.
    """
    arguments, tenant = _admit(operation, caller=caller, raw=raw)
    try:
        return Result(encode(retrying(lambda: operation.ask(arguments, tenant))))
    except Refusal as refusal:
        raise spelled(refusal, operation=operation) from refusal


def command_of(
    operation: Write, *, caller: Caller, raw: Mapping[str, Any], request_id: str
) -> Command:
    """Check the scope, the tenant and the parameters, and return the command to be posted.

    :raises Refusal: FORBIDDEN, BAD_PARAMETER or BAD_QUANTITY; its fields carry wire names.
    """
    arguments, tenant = _admit(operation, caller=caller, raw=raw)
    try:
        return operation.build(arguments, tenant, caller.actor(request_id))
    except Refusal as refusal:
        raise spelled(refusal, operation=operation) from refusal


def result_of(operation: Write, answer: Answer) -> Result:
    """Return what is answered to a posting.

    :raises Refusal: the one that was answered instead; its fields carry wire names.
    """
    if isinstance(answer, Refusal):
        raise spelled(answer, operation=operation) from answer
    body = operation.answer.body(answer)
    return Result(body, is_posting=True, is_repeat=answer.is_repeat)


def spelled(refusal: Refusal, *, operation: Operation) -> Refusal:
    """Return the refusal with its fields by their names on the wire."""
    wire = operation.wire_names
    fields = {wire.get(name, name): why for name, why in refusal.fields.items()}
    return Refusal(refusal.code, fields=fields, **refusal.facts)


def _admit(
    operation: Operation, *, caller: Caller, raw: Mapping[str, Any]
) -> tuple[Arguments, str]:
    caller.require_scope(operation.scope)
    arguments: Arguments = {}
    refused = _given_twice(operation, raw=raw)
    for name, target, yields_to, read in operation.readers:
        if name in refused:
            continue
        sent = None if yields_to and raw.get(yields_to) else raw.get(name)
        try:
            arguments[target] = read(sent)
        except Refusal as refusal:
            refused[name] = refusal
    tenant = caller.tenant(arguments.pop("ident", ""))
    if refused:
        _refuse(refused)
    return arguments, tenant


def _given_twice(operation: Operation, *, raw: Mapping[str, Any]) -> dict[str, Refusal]:
    if Repeated not in map(type, raw.values()):
        return {}
    return {
        name: Refusal(Code.BAD_PARAMETER, reason="given-twice")
        for name, value in raw.items()
        if isinstance(value, Repeated) and name not in operation.lists
    }


def _refuse(refused: Mapping[str, Refusal]) -> NoReturn:
    codes = {refusal.code for refusal in refused.values()}
    code = Code.BAD_PARAMETER if Code.BAD_PARAMETER in codes else Code.BAD_QUANTITY
    raise Refusal(code, fields={name: each.facts for name, each in refused.items()})
