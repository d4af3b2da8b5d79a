"""Read what a request carries: query string, form or JSON, within its limits."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest

from gateway import strict
from ledger.refusals import Code, Refusal

LIMIT_BYTES = 1 << 20
DRAIN_BYTES = 16 << 20
CHUNK_BYTES = 1 << 16
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Takes:
    """What a body may be: how its JSON is read, of which types it is, and how large."""

    parse_json: Callable[[bytes], dict[str, Any]]
    media_types: tuple[str, ...] = (JSON, FORM)
    bytes_max: int = LIMIT_BYTES


def read(request: HttpRequest, *, takes: Takes) -> dict[str, Any]:
    """Return a request's parameters; one that is given twice as `strict.Repeated`.

    :raises Refusal: BAD_PARAMETER, LENGTH_REQUIRED, BODY_TOO_LARGE or WRONG_MEDIA_TYPE.
    """
    query = request.META.get("QUERY_STRING", "").encode("latin-1")
    is_post = request.method == "POST"
    return united(query, partial(_body, request, takes=takes) if is_post else None)


def united(query: bytes, read_body: Callable[[], dict[str, Any]] | None) -> dict[str, Any]:
    """Return the parameters of a query string, and of a body if there is one to be read.

    :raises Refusal: BAD_PARAMETER, or what reading the body raises.
    """
    try:
        members = strict.parse_pairs(query) if query else {}
        if read_body is not None:
            sent = read_body()
            if not members:
                return sent
            for name, value in sent.items():
                strict.add(members, name, value)
    except strict.StrictError as error:
        place = "query" if read_body is None else "body"
        raise Refusal(Code.BAD_PARAMETER, fields={place: {"reason": error.args[0]}}) from error
    return members


def parsed(content: bytes, *, media_type: str, charset: str, takes: Takes) -> dict[str, Any]:
    """Return the parameters of a whole body.

    :raises Refusal: WRONG_MEDIA_TYPE
    :raises strict.StrictError: if it is malformed.
    """
    if not content:
        return {}
    if media_type not in takes.media_types:
        raise Refusal(Code.WRONG_MEDIA_TYPE, types=takes.media_types)
    if charset.lower() not in {"utf-8", "utf8"}:
        raise strict.StrictError("not-utf-8")
    if media_type == JSON:
        return takes.parse_json(content)
    return strict.parse_pairs(content)


def _body(request: HttpRequest, *, takes: Takes) -> dict[str, Any]:
    content = read_limited(request, limit=takes.bytes_max)
    media_type, options = request.content_type or "", request.content_params or {}
    if _is_chunked(request) and not (media_type == JSON and content):
        raise Refusal(Code.LENGTH_REQUIRED)  # Cut short, a form is still one, of another amount.
    charset = options.get("charset", "utf-8")
    return parsed(content, media_type=media_type, charset=charset, takes=takes)


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
