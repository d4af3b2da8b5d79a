"""Envelopes: the style that answers HTTP 200 and says in the body how it went."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from gateway import wording
from gateway.answers import (
    Call,
    Described,
    Headers,
    Reply,
    Result,
    Style,
    described,
    headers_of,
    replayed,
)
from gateway.bodies import JSON
from gateway.parameters import Name, bad
from gateway.shapes import TEXT, Shape, shape
from ledger.refusals import Code, Refusal
from ledger.wire import encode

DONE = 0
SEQ = Name(
    name="seq",
    length=64,
    help="Your number of this change: it happens once, however often you send it.",
    example="8970",
)
HEADER = "hyena-seq"
_REFUSED: Shape = {"$ref": "#/components/schemas/Refused"}

STATUSES: Mapping[Code, int] = {
    Code.BAD_PARAMETER: 1100,
    Code.BAD_QUANTITY: 1100,
    Code.UNAUTHENTICATED: 1000,
    Code.FORBIDDEN: 1000,
    Code.UNKNOWN_PATH: 1000,
    Code.WRONG_METHOD: 1000,
    Code.LENGTH_REQUIRED: 1100,
    Code.BODY_TOO_LARGE: 1000,
    Code.WRONG_MEDIA_TYPE: 1100,
    Code.TOO_MANY_REQUESTS: 1000,
    Code.UNKNOWN_ACCOUNT: 1100,
    Code.UNKNOWN_PACKAGE: 1100,
    Code.UNKNOWN_TRADE: 1100,
    Code.UNKNOWN_LOT: 1100,
    Code.UNKNOWN_TYPE: 1100,
    Code.INSUFFICIENT: 1010,
    Code.OVER_DAILY_LIMIT: 1010,
    Code.EXPIRED: 1100,
    Code.REFUND_TOO_LARGE: 1010,
    Code.LOCKED: 1200,
    Code.DISABLED: 1200,
    Code.HELD: 1200,
    Code.KEY_REUSED: 2001,
    Code.ALREADY_REVERSED: 1200,
    Code.BUSY: 1300,
    Code.OUTCOME_UNKNOWN: 1300,
    Code.FAULT: 9000,
}
HTTP_STATUSES: Mapping[Code, int] = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.UNKNOWN_PATH: 404,
    Code.WRONG_METHOD: 405,
    Code.BODY_TOO_LARGE: 413,
    Code.TOO_MANY_REQUESTS: 429,
}


class Envelope(Style):
    """Answers stand in {"status", "seq", …}; a refusal is {"status", "error", "seq"}.

    The number of a change (`seq`) comes in a header or as a parameter, and goes back in both.
    """

    prefix = "/hyena/"
    headers = (
        {
            "in": "header",
            "name": HEADER,
            "schema": SEQ.schema(),
            "description": "`seq` in a header; it goes before the parameter.",
        },
    )
    refusals = (Code.WRONG_METHOD,)
    fields = {
        Code.BAD_PARAMETER: {"uid": {"reason": "required"}},
        Code.BAD_QUANTITY: {"point": {"reason": "zero"}},
        Code.KEY_REUSED: {"point": {"reason": "differs"}},
    }

    def admit(self, call: Call, raw: dict[str, Any]) -> dict[str, Any]:
        """Take `seq` from its header, or else from the parameters.

        :raises Refusal: BAD_PARAMETER, if it is malformed
        """
        name = HEADER if call.sent_seq else SEQ.name
        try:
            call.seq = SEQ.read(_sent(call) or raw.get(SEQ.name))
        except Refusal as refusal:
            raise Refusal(Code.BAD_PARAMETER, fields={name: refusal.facts}) from refusal
        return {**raw, SEQ.name: call.seq}

    def success(self, result: Result, *, call: Call) -> Reply:
        """Put a posting's answer under `data`, and a query's members beside the status."""
        seq = _seq(call)
        head = encode({"status": DONE, **_echo(seq)})[1:-1]
        rest = b'"data":' + result.body if result.is_posting else result.body[1:-1]
        content = b"{" + b",".join(filter(None, (head, rest))) + b"}"
        return Reply(200, content, JSON, _headers(seq, replayed(result)))

    def refusal(self, refusal: Refusal, *, call: Call) -> Reply:
        """Say why in one text."""
        seq = _seq(call)
        with call.worded():
            content = encode({**_body(refusal), **_echo(seq)})
        status = HTTP_STATUSES.get(refusal.code, 200)
        return Reply(status, content, JSON, _headers(seq, headers_of(refusal)))

    def describe(
        self, refusals: Iterable[Refusal], *, schema: Shape, example: Any, is_write: bool
    ) -> Described:
        """Describe the answer and most refusals under 200, the others under their HTTP status."""
        if is_write:
            schema, example = shape(data=schema), {"data": example}
        examples: dict[int, Described] = defaultdict(dict)
        examples[200]["done"] = {"value": {"status": DONE, **example}}
        for refusal in refusals:
            status = HTTP_STATUSES.get(refusal.code, 200)
            examples[status][str(refusal.code)] = {"value": _body(refusal)}
        responses = described(examples, media_type=JSON, schema=_REFUSED)
        responses["200"]["content"][JSON]["schema"] = {"anyOf": [_enveloped(schema), _REFUSED]}
        return responses


ENVELOPE = Envelope()


def _body(refusal: Refusal) -> dict[str, Any]:
    return {"status": STATUSES[refusal.code], "error": wording.sentence(refusal)}


def _enveloped(schema: Shape) -> Shape:
    members = {"status": {"const": DONE}, "seq": TEXT, **schema["properties"]}
    return {**schema, "properties": members, "required": ["status", *schema["required"]]}


def _headers(seq: str, others: Headers) -> Headers:
    return {**others, HEADER: seq.encode().decode("latin-1")} if seq else others


def _echo(seq: str) -> dict[str, str]:
    return {SEQ.name: seq} if seq else {}


def _seq(call: Call) -> str:
    """Return `seq`, if a well-formed one was given."""
    try:
        seq: str = SEQ.read(_sent(call)) if call.seq is None else call.seq
    except Refusal:
        return ""
    return seq


def _sent(call: Call) -> str:
    """Return the header's text.

    :raises Refusal: BAD_PARAMETER, if it is no UTF-8
    """
    try:
        return call.sent_seq.encode("latin-1").decode()
    except UnicodeError as error:
        raise bad("not-utf-8") from error
