"""The strict parser by itself: depths, and forms."""

import json
from contextlib import nullcontext
from typing import Any
from urllib.parse import unquote_plus

import pytest

from gateway.strict import StrictJsonError, parse_json, parse_json_object, parse_pairs

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize("value", [[[]] * 30, "[" * 30, {str(key): {} for key in range(30)}])
def test_brackets_side_by_side_are_not_deep(value: Any) -> None:
    text = json.dumps(value).encode()
    assert parse_json(text) == value
    assert parse_json_object(b'{"a": %s}' % text, kept_as_text=NONE) == {"a": value}


@pytest.mark.parametrize("others", [b"", b", []" * 30])
@pytest.mark.parametrize("depth", [19, 20, 21, 22])
def test_depth_is_counted_however_many_brackets_there_are(depth: int, others: bytes) -> None:
    body = b"[" * (depth - 1) + b"{}" + b"]" * (depth - 2) + others + b"]"
    with pytest.raises(StrictJsonError, match="too-deep") if depth > 20 else nullcontext():
        parse_json(body)


@pytest.mark.parametrize("text", ["a+b", "a%20b", "a%2bb", "%e5%bc%a0+三", "%", "a%2", "%zz"])
def test_a_form_is_unquoted(text: str) -> None:
    assert parse_pairs(f"x={text}&y&=z&&".encode()) == {"x": unquote_plus(text), "y": "", "": "z"}
