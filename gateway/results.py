"""The style of /batch: a result for each operation, or the problem of the one that undid them."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from gateway import envelope, problems
from gateway.answers import PLAIN, Call, Described, Reply, Result, Style, described, headers_of
from gateway.bodies import JSON
from gateway.envelope import ENVELOPE
from gateway.problems import Problems
from gateway.shapes import Shape
from ledger.refusals import Code, Refusal
from ledger.wire import encode

# The status of an envelope that came with HTTP 200 -> the HTTP status of the whole.
HTTP_STATUSES: Mapping[int, int] = {
    1010: HTTPStatus.CONFLICT,
    1100: HTTPStatus.BAD_REQUEST,
    1200: HTTPStatus.CONFLICT,
    1300: HTTPStatus.SERVICE_UNAVAILABLE,
    2001: HTTPStatus.CONFLICT,
    9000: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class Part(Call):
    """One operation's part of a call, which speaks the language of the whole."""

    __slots__ = ()

    def worded(self) -> AbstractContextManager[None]:
        """Change nothing: the language is chosen already."""
        return nullcontext()


@dataclass(slots=True)
class Outcome:
    """What came of one operation, and how it is answered."""

    style: Style
    call: Part
    outcome: Result | Refusal

    def reply(self) -> Reply:
        """Return the reply that a call of its own would have got."""
        if isinstance(self.outcome, Refusal):
            return self.style.refusal(self.outcome, call=self.call)
        return self.style.success(self.outcome, call=self.call)


@dataclass(frozen=True, slots=True)
class Results(Result):
    """What came of each operation; the body follows when it is worded."""

    body: bytes = b""
    outcomes: tuple[Outcome, ...] = ()


class Undone(Refusal):
    """The refusal of one operation, which undid the whole."""

    def __init__(self, refusal: Refusal, *, index: int, style: Style) -> None:
        super().__init__(refusal.code, fields=refusal.fields, **refusal.facts)
        self.index = index
        self.style = style

    def statuses(self, *, is_legacy: bool) -> tuple[int, int]:
        """Return the code and the HTTP status."""
        if self.style is not ENVELOPE:
            return problems.STATUSES[self.code][0], problems.status_of(self, is_legacy=is_legacy)
        code = envelope.STATUSES[self.code]
        return code, envelope.HTTP_STATUSES.get(self.code) or HTTP_STATUSES[code]


class ResultsStyle(Problems):
    """A list of results; a refusal of the whole is a problem, with the place of its cause."""

    fields = {
        **Problems.fields,
        Code.BAD_PARAMETER: {"operations[3].path": {"reason": "not-a-change"}},
    }
    refusals = (Code.WRONG_METHOD, Code.OUTCOME_UNKNOWN)

    def success(self, result: Result, *, call: Call) -> Reply:
        """List the status and the body that each operation would have been answered with."""
        if not isinstance(result, Results):
            raise TypeError(result)
        with call.worded():
            replies = [_reply(each, of=call) for each in result.outcomes]
        listed = b",".join(b'{"status":%d,"body":%s}' % (it.status, it.body) for it in replies)
        return Reply(HTTPStatus.OK, b'{"results":[%s]}' % listed, JSON, PLAIN)

    def refusal(self, refusal: Refusal, *, call: Call) -> Reply:
        """Return the problem; with `index`, if one operation is its cause."""
        if not isinstance(refusal, Undone):
            return Problems.refusal(self, refusal, call=call)
        code, status = refusal.statuses(is_legacy=call.is_legacy)
        with call.worded():
            content = encode(_body(refusal, code=code, status=status))
        return Reply(status, content, problems.MEDIA_TYPE, headers_of(refusal))

    def describe(
        self, refusals: Iterable[Refusal], *, schema: Shape, example: Any, is_write: bool
    ) -> Described:
        """Describe the results, the problems of the whole, and one that has an index."""
        usual = Problems.describe(self, refusals, schema=schema, example=example, is_write=is_write)
        insufficient = Refusal(Code.INSUFFICIENT, available="5", asked="20.25")
        undone = Undone(insufficient, index=1, style=self)
        code, status = undone.statuses(is_legacy=False)
        value = {"value": _body(undone, code=code, status=status)}
        schema = {"$ref": "#/components/schemas/Problem"}
        examples = {status: {str(undone.code): value}}
        return {**usual, **described(examples, media_type=problems.MEDIA_TYPE, schema=schema)}


RESULTS = ResultsStyle()


def _reply(outcome: Outcome, *, of: Call) -> Reply:
    outcome.call.is_legacy = of.is_legacy
    return outcome.reply()


def _body(undone: Undone, *, code: int, status: int) -> dict[str, Any]:
    return {**problems.body(undone, status=status), "code": code, "index": undone.index}
