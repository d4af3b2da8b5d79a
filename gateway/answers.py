"""What a style of answering is: how results and refusals become replies, whatever the door."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import translation

from gateway.shapes import Shape
from ledger.refusals import Code, Facts, Refusal

RETRY_AFTER_SECONDS = 1

Described = dict[str, Any]
Headers = Mapping[str, str]
PLAIN: Headers = {}
REPLAYED: Headers = {"Idempotent-Replayed": "true"}


@dataclass(frozen=True, slots=True)
class Result:
    """The JSON object to answer, and whether it is a posting's, first or repeated."""

    body: bytes
    is_posting: bool = False
    is_repeat: bool = False


@dataclass(slots=True)
class Call:
    """What a style needs of a request beside its parameters. A door makes one for each call.

    `languages` and `sent_seq` are the headers Accept-Language and hyena-seq, spelled as WSGI
    spells a header's bytes: in Latin-1. `is_legacy` is known once the caller is, and `seq` (the
    number to be echoed) once the parameters are admitted.
    """

    languages: str = ""
    sent_seq: str = ""
    is_legacy: bool = False
    seq: str | None = None

    def worded(self) -> AbstractContextManager[None]:
        """Word what happens inside in the language that the caller likes best."""
        request = HttpRequest()
        request.META["HTTP_ACCEPT_LANGUAGE"] = self.languages
        return translation.override(translation.get_language_from_request(request))


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over any door. `headers` are without Content-Type, spelled in Latin-1."""

    status: int
    body: bytes
    media_type: str
    headers: Headers


class Style(ABC):
    """How everything below a path is answered: all that two dialects differ in.

    `refusals` are codes that each of its operations can be refused with, beyond the usual ones;
    `fields` are what the description's examples of refusals name.
    """

    prefix: ClassVar[str]
    headers: ClassVar[tuple[Described, ...]] = ()
    refusals: ClassVar[tuple[Code, ...]] = ()
    fields: ClassVar[Mapping[Code, Mapping[str, Facts]]]

    def admit(self, call: Call, raw: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters of a call, with those that it carries in headers.

        :raises Refusal: BAD_PARAMETER
        """
        return raw

    @abstractmethod
    def success(self, result: Result, *, call: Call) -> Reply:
        """Return the reply to what was done."""

    @abstractmethod
    def refusal(self, refusal: Refusal, *, call: Call) -> Reply:
        """Return the reply to what was refused, worded by Accept-Language."""

    @abstractmethod
    def describe(
        self, refusals: Iterable[Refusal], *, schema: Shape, example: Any, is_write: bool
    ) -> Described:
        """Return the OpenAPI responses of an operation whose answer and refusals are these."""


def replayed(result: Result) -> Headers:
    """Return the headers that say whether a result repeats an earlier one."""
    return REPLAYED if result.is_repeat else PLAIN


def headers_of(refusal: Refusal) -> Headers:
    """Return the headers that HTTP wants beside a refusal."""
    if refusal.code is Code.UNAUTHENTICATED:
        return {"WWW-Authenticate": "Bearer"}
    if refusal.code is Code.WRONG_METHOD:
        return {"Allow": ", ".join(refusal.facts["methods"])}
    if refusal.code is Code.TOO_MANY_REQUESTS:
        return {"Retry-After": str(refusal.facts["seconds"])}
    if refusal.code in {Code.BUSY, Code.OUTCOME_UNKNOWN}:
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return PLAIN


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
