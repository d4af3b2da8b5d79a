"""The strict parser by itself: depths, and forms."""

import json
from contextlib import nullcontext
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.json_texts import _texts_scanned, texts_listed
from gateway.strict import (
    StrictJsonError,
    parse_json,
    parse_json_list,
    parse_json_object,
    parse_pairs,
)

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


@pytest.mark.parametrize("more", [b"", b', "z": "\\ud800"'])
@pytest.mark.parametrize("space", [b"", b" \n\t\r "])
@pytest.mark.parametrize("values", [[], [b"{}"], [b"[1.50,-0 ]", b'"\\u00e9"', b"1e400"]])
def test_members_of_listed_objects_are_kept_as_text(
    values: list[bytes], space: bytes, more: bytes
) -> None:
    listed = [
        b'{%s"a":{"ext":1},"%s":%s%s%s}' % (space, name, space, value, space)
        for value in values
        for name in (b"ext", b"e\\u0078t", b"other")
    ]
    body = b'{"x":[{"ext":1}],%s"list"%s:[%s]%s}' % (space, space, b" , ".join(listed), more)
    found = parse_json_list(body, name="list", kept_as_text=lambda _: frozenset({"ext", "extra"}))
    kept = [each.get("ext") for each in found["list"]]
    assert kept == [text for value in values for text in (value.decode(), value.decode(), None)]
    assert all(each["a"] == {"ext": "1"} for each in found["list"])
    assert found["x"] == [{"ext": "1"}]


NAMES = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(objects=st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=4))
def test_both_ways_to_keep_texts_agree(objects: list[dict[str, Any]]) -> None:
    body = json.dumps({"list": objects, "list ": 1}, indent=1).encode()
    kept = [frozenset(each) for each in objects]
    scanned = [*_texts_scanned(body.decode(), name="list", kept=kept)]
    assert [*texts_listed(body, name="list", kept=kept)] == scanned
    assert [{name: json.loads(text) for name, text in each.items()} for each in scanned] == objects
