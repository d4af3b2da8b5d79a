"""What a style of answering is: how results and refusals become responses."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from gateway.shapes import Shape
from ledger.refusals import Code, Facts, Refusal

RETRY_AFTER_SECONDS = 1

Described = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """The JSON object to answer, and whether it is a posting's, first or repeated."""

    body: bytes
    is_posting: bool = False
    is_repeat: bool = False


class Style(ABC):
    """How everything below a path is answered: all that two dialects differ in.

    `refusals` are codes that each of its operations can be refused with, beyond the usual ones;
    `fields` are what the description's examples of refusals name.
    """

    prefix: ClassVar[str]
    headers: ClassVar[tuple[Described, ...]] = ()
    refusals: ClassVar[tuple[Code, ...]] = ()
    fields: ClassVar[Mapping[Code, Mapping[str, Facts]]]

    def admit(self, request: HttpRequest, raw: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters of a request, with those that it carries in headers.

        :raises Refusal: BAD_PARAMETER
        """
        return raw

    @abstractmethod
    def success(self, result: Result, *, request: HttpRequest) -> HttpResponse:
        """Return the response to what was done."""

    @abstractmethod
    def refusal(
        self, refusal: Refusal, *, request: HttpRequest, is_legacy: bool = False
    ) -> HttpResponse:
        """Return the response to what was refused, worded by Accept-Language."""

    @abstractmethod
    def describe(
        self, refusals: Iterable[Refusal], *, schema: Shape, example: Any, is_write: bool
    ) -> Described:
        """Return the OpenAPI responses of an operation whose answer and refusals are these."""


def respond(
    content: bytes, *, media_type: str, status: int = 200, headers: Mapping[str, str]
) -> HttpResponse:
    """Return a response that no cache may keep."""
    answer = HttpResponse(content, content_type=media_type)
    answer.status_code = status  # Set afterwards: the constructor refuses 9xx.
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - no error of ours
    for name, value in {"Cache-Control": "no-store", **headers}.items():
        answer[name] = value
    return answer


def replayed(result: Result) -> dict[str, str]:
    """Return the headers that say whether a result repeats an earlier one."""
    return {"Idempotent-Replayed": "true"} if result.is_repeat else {}


def worded_for(request: HttpRequest) -> translation.override:
    """Word what happens inside in the language of the request."""
    return translation.override(translation.get_language_from_request(request))


def headers_of(refusal: Refusal) -> dict[str, str]:
    """Return the headers that HTTP wants beside a refusal."""
    if refusal.code is Code.UNAUTHENTICATED:
        return {"WWW-Authenticate": "Bearer"}
    if refusal.code is Code.WRONG_METHOD:
        return {"Allow": ", ".join(refusal.facts["methods"])}
    if refusal.code is Code.TOO_MANY_REQUESTS:
        return {"Retry-After": str(refusal.facts["seconds"])}
    if refusal.code in {Code.BUSY, Code.OUTCOME_UNKNOWN}:
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return {}


def described(
    examples: Mapping[int, Described], *, media_type: str, schema: Shape
) -> dict[str, Described]:
    """Return the OpenAPI responses that have this schema, each HTTP status with its examples."""
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {media_type: {"schema": schema, "examples": of_status}},
        }
        for status, of_status in sorted(examples.items())
    }
