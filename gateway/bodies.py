"""Read what a request carries: query string, form or JSON, within its limits."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from gateway import strict
from ledger.refusals import Code, Refusal

LIMIT_BYTES = 1 << 20
DRAIN_BYTES = 16 << 20
CHUNK_BYTES = 1 << 16
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def read(request: HttpRequest, *, kept_as_text: frozenset[str]) -> dict[str, Any]:
    """Return a request's parameters; one that is given twice as `strict.Repeated`.

    :raises Refusal: BAD_PARAMETER, LENGTH_REQUIRED, BODY_TOO_LARGE or WRONG_MEDIA_TYPE.
    """
    try:
        members = strict.parse_pairs(request.META.get("QUERY_STRING", "").encode("latin-1"))
        if request.method == "POST":
            sent = _body(request, kept_as_text=kept_as_text)
            if not members:
                return sent
            for name, value in sent.items():
                strict.add(members, name, value)
    except strict.StrictError as error:
        place = "body" if request.method == "POST" else "query"
        raise Refusal(Code.BAD_PARAMETER, fields={place: {"reason": error.args[0]}}) from error
    return members


def _body(request: HttpRequest, *, kept_as_text: frozenset[str]) -> dict[str, Any]:
    content = read_limited(request, limit=LIMIT_BYTES)
    is_json = request.content_type == JSON
    if _is_chunked(request) and not (is_json and content):
        raise Refusal(Code.LENGTH_REQUIRED)  # Cut short, a form is still one, of another amount.
    if not content:
        return {}
    if request.content_type not in {JSON, FORM}:
        raise Refusal(Code.WRONG_MEDIA_TYPE)
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise strict.StrictError("not-utf-8")
    if is_json:
        return strict.parse_json_object(content, kept_as_text=kept_as_text)
    return strict.parse_pairs(content)


def read_limited(request: HttpRequest, *, limit: int) -> bytes:
    """Return the body; of one that is too large, read the rest and drop it, up to 16 MiB.

    :raises Refusal: BODY_TOO_LARGE, or BAD_PARAMETER for one that ends before its Content-Length.
    """
    read = request.META["wsgi.input"].read if _is_chunked(request) else request.read
    content: bytes = read(limit + 1)
    if len(content) > limit:
        _drop(read, already=len(content))
        raise Refusal(Code.BODY_TOO_LARGE, limit=limit)
    if len(content) < int(request.META.get("CONTENT_LENGTH") or 0):
        raise Refusal(Code.BAD_PARAMETER, fields={"body": {"reason": "cut-short"}})
    return content


def _is_chunked(request: HttpRequest) -> bool:
    """Tell whether the body has no length; Django would take it for empty."""
    return "CONTENT_LENGTH" not in request.META and "HTTP_TRANSFER_ENCODING" in request.META


def _drop(read: Callable[[int], bytes], *, already: int) -> None:
    while already < DRAIN_BYTES and (chunk := read(CHUNK_BYTES)):
        already += len(chunk)
