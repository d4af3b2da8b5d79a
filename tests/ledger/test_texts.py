"""Names and free texts."""

import pytest

from ledger.refusals import Code, Refusal
from ledger.texts import require_free_text, require_name

CONTROLS = ["\0", "\x01", "\x1b", "\x1f", "\x7f", "\x80", "\x9f", "\ud800", "\udfff"]
NAMES = ["k1", "a b", "张三", "café", "'; DROP TABLE", "<b>", "x" * 64]
NO_NAMES = [" a", "a ", "\ta", "a\n", "a\tb", "\u3000a", "a\u200b", *CONTROLS]
FREE = ["", " two\nlines\tand a tab ", "<script>", "\u200b", "\xa0", "😀"]


def reason(refused: pytest.ExceptionInfo[Refusal]) -> object:
    assert refused.value.code is Code.BAD_PARAMETER
    return refused.value.facts["reason"]


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_returned_as_it_is(text: str) -> None:
    assert require_name(text, length=64) == text


@pytest.mark.parametrize("text", NO_NAMES)
def test_a_name_has_no_outer_spaces_and_nothing_invisible(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_name(text, length=64)
    assert reason(refused) == "not-a-name"


def test_a_name_has_a_length() -> None:
    with pytest.raises(Refusal) as refused:
        require_name("", length=64)
    assert reason(refused) == "required"
    with pytest.raises(Refusal) as refused:
        require_name("x" * 65, length=64)
    assert reason(refused) == "too-long"
    assert refused.value.facts["length"] == 64


@pytest.mark.parametrize("text", FREE)
def test_a_free_text_is_returned_as_it_is(text: str) -> None:
    assert require_free_text(text, length=64) == text


@pytest.mark.parametrize("control", [*CONTROLS, "\r"])
def test_a_free_text_has_no_controls(control: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_free_text(f"a{control}b", length=64)
    assert reason(refused) == "not-a-text"


def test_a_free_text_has_a_length() -> None:
    assert len(require_free_text("x" * 64, length=64)) == 64
    with pytest.raises(Refusal) as refused:
        require_free_text("x" * 65, length=64)
    assert reason(refused) == "too-long"
