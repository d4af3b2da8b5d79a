"""The members of JSON by the texts of their values, once it is known to be sound."""

import json
import re
from collections.abc import Iterator, Sequence

import msgspec

_BETWEEN = re.compile(r"[ \t\r\n:,]*")
_SCANNER = json.JSONDecoder(parse_int=str, parse_float=str)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_OBJECTS = msgspec.json.Decoder(list[dict[str, msgspec.Raw]])


class JsonText(str):
    """A JSON value, by its text."""

    __slots__ = ()


def texts(text: str, *, start: int = 0) -> Iterator[tuple[str, JsonText]]:
    """Yield the members of the object that begins there."""
    position = _after(text, start) + 1
    position = _after(text, position)
    while text[position] != "}":
        name, position = _SCANNER.raw_decode(text, position)
        value = _after(text, position)
        _, position = _SCANNER.raw_decode(text, value)
        yield name, JsonText(text[value:position])
        position = _after(text, position)


def texts_listed(
    body: bytes, *, name: str, kept: Sequence[frozenset[str]]
) -> Iterator[dict[str, JsonText]]:
    """Yield some members, those to be kept, of each object in a list that has that name."""
    try:
        objects = _OBJECTS.decode(_OBJECT.decode(body)[name])
    except msgspec.DecodeError:  # Half of a surrogate pair, somewhere: to json a text like others.
        yield from _texts_scanned(body.decode(), name=name, kept=kept)
        return
    for members, names in zip(objects, kept, strict=True):
        yield {each: JsonText(bytes(members[each]).decode()) for each in names}


def _texts_scanned(
    body: str, *, name: str, kept: Sequence[frozenset[str]]
) -> Iterator[dict[str, JsonText]]:
    text = dict(texts(body))[name]
    for start, names in zip(_starts(text), kept, strict=True):
        yield {each: value for each, value in texts(text, start=start) if each in names}


def _starts(text: str) -> Iterator[int]:
    """Yield where the items of a list begin."""
    position = _after(text, 1)
    while text[position] != "]":
        yield position
        _, position = _SCANNER.raw_decode(text, position)
        position = _after(text, position)


def _after(text: str, position: int) -> int:
    """Return where the next token begins."""
    match = _BETWEEN.match(text, position)
    return match.end() if match else position
