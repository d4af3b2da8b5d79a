"""Who may come in: the same for every door that speaks HTTP."""

from clients import rates
from clients.callers import Caller, authenticate
from gateway.answers import Call
from gateway.registry import Operation
from ledger.refusals import Code, Refusal

BEARER = "bearer "


def admit(operation: Operation, *, method: str | None, secret: str, call: Call) -> Caller:
    """Return the caller behind a key, if this one may call this operation now and in this way.

    :raises Refusal: UNAUTHENTICATED, FORBIDDEN, TOO_MANY_REQUESTS or WRONG_METHOD
    """
    return let_in(authenticate(secret), operation=operation, method=method, call=call)


def let_in(caller: Caller, *, operation: Operation, method: str | None, call: Call) -> Caller:
    """Return the caller, who is known by now, if allowed to call this operation in this way.

    :raises Refusal: FORBIDDEN, TOO_MANY_REQUESTS or WRONG_METHOD
    """
    call.is_legacy = caller.has_legacy_status
    caller.require_scope(operation.scope)
    require_rate(caller)
    if method not in operation.methods:
        raise Refusal(Code.WRONG_METHOD, methods=operation.methods)
    return caller


def secret_of(*, authorization: str, key: str) -> str:
    """Return the key sent as `Authorization: Bearer KEY` or `X-API-Key: KEY`; empty if none is."""
    if authorization[: len(BEARER)].lower() == BEARER:
        return authorization[len(BEARER) :].strip()
    return key.strip()


def require_rate(caller: Caller) -> None:
    """Count the request against the client's rate.

    :raises Refusal: TOO_MANY_REQUESTS
    """
    if seconds := rates.seconds_to_wait(caller):
        raise Refusal(Code.TOO_MANY_REQUESTS, seconds=seconds, limit=caller.rate_limit)
