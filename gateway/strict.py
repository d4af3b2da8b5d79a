"""The strict parser: what a lenient one would take in silence is refused here.

Numbers keep their text, duplicate keys and deep nesting are errors, and so is every encoding
but UTF-8.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from gateway.json_texts import texts, texts_listed

DEPTH_MAX = 20
LISTED_DEPTH = 4  # Of the members of an object in a list in an object.


class StrictError(ValueError):
    """The input is malformed. Its argument is a reason code."""


class StrictJsonError(StrictError):
    """The JSON is malformed."""


class Number(str):
    """A JSON number, by its text."""

    __slots__ = ()


def parse_json(body: bytes) -> Any:
    """Return a JSON value; numbers come as `Number`.

    :raises StrictJsonError: if it isn't JSON in UTF-8, repeats a key, or nests deeper than 20.
    """
    value = _load(body)
    if not _is_surely_shallow(body):
        _require_shallow(value, depth=1)
    return value


def parse_json_object(body: bytes, *, kept_as_text: frozenset[str]) -> dict[str, Any]:
    """Return a JSON object's members; those named in `kept_as_text` as the text received.

    A member kept as text may itself nest as deep as a body may.

    :raises StrictJsonError: as parse_json, also if it is no object.
    """
    members = _load_object(body)
    if not _is_surely_shallow(body):
        for name, member in members.items():
            _require_shallow(member, depth=1 if name in kept_as_text else 2)
    if not kept_as_text.isdisjoint(members):
        values = dict(texts(body.decode()))
        members.update((name, values[name]) for name in kept_as_text.intersection(members))
    return members


def parse_json_list(
    body: bytes, *, name: str, kept_as_text: Callable[[dict[str, Any]], frozenset[str]]
) -> dict[str, Any]:
    """Return a JSON object's members, of which that one lists objects.

    `kept_as_text` is told a listed object, and names those of its members that are kept so.

    :raises StrictJsonError: as parse_json_object.
    """
    members = _load_object(body)
    listed = members.get(name)
    objects = _objects(listed)
    kept = [kept_as_text(each).intersection(each) for each in objects]
    if not _is_surely_shallow(body):
        _require_shallow({**members, name: None if objects else listed}, depth=1)
        for each, names in zip(objects, kept, strict=True):
            for member, value in each.items():
                if isinstance(value, dict | list):
                    _require_shallow(value, depth=1 if member in names else LISTED_DEPTH)
    if any(kept):
        for each, values in zip(objects, texts_listed(body, name=name, kept=kept), strict=True):
            each.update(values)
    return members


def parse_pairs(encoded: bytes) -> dict[str, Any]:
    """Return the members of a query string or form; a repeated one as `Repeated`.

    :raises StrictError: if it isn't UTF-8.
    """
    members: dict[str, Any] = {}
    for pair in encoded.split(b"&"):
        if not pair:
            continue
        name, _, value = pair.partition(b"=")
        add(members, _unquote(name), _unquote(value))
    return members


def add(members: dict[str, Any], name: str, value: Any) -> None:
    """Add a member; of one that is there already, make a list."""
    if name not in members:
        members[name] = value
    elif isinstance(members[name], Repeated):
        members[name].append(value)
    else:
        members[name] = Repeated([members[name], value])


class Repeated(list[Any]):
    """The values of a parameter that was given more than once."""


def _unquote(text: bytes) -> str:
    try:
        spaced = text.replace(b"+", b" ")
        return (unquote_to_bytes(spaced) if b"%" in spaced else spaced).decode("utf-8")
    except UnicodeDecodeError as error:
        raise StrictError("not-utf-8") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise StrictJsonError("duplicate-key")
    return members


def _refuse_constant(_: str) -> Any:
    raise StrictJsonError("not-json")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=Number,
    parse_float=Number,
    parse_constant=_refuse_constant,
)


def _load(body: bytes) -> Any:
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise StrictJsonError("not-utf-8") from error
    except RecursionError as error:
        raise StrictJsonError("too-deep") from error
    except StrictJsonError:
        raise
    except ValueError as error:
        raise StrictJsonError("not-json") from error


def _load_object(body: bytes) -> dict[str, Any]:
    members = _load(body)
    if not isinstance(members, dict):
        raise StrictJsonError("not-an-object")
    return members


def _objects(listed: Any) -> list[dict[str, Any]]:
    """Return a list of objects; an empty one for anything else."""
    is_list = isinstance(listed, list) and all(isinstance(each, dict) for each in listed)
    return listed if is_list else []


def _is_surely_shallow(body: bytes) -> bool:
    """Tell from the brackets alone that nothing nests too deep; most bodies have few."""
    return body.count(b"{") + body.count(b"[") <= DEPTH_MAX


def _require_shallow(value: Any, *, depth: int) -> None:
    if depth > DEPTH_MAX and isinstance(value, dict | list):
        raise StrictJsonError("too-deep")
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return
    for member in value:
        _require_shallow(member, depth=depth + 1)
