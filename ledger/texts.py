"""Texts: names of things, and free texts. Pure."""

import re
from typing import Any

from ledger.refusals import Code, Refusal

# Controls but tab and newline, and surrogates, which are no characters at all.
_NOT_FREE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def require_name(text: str, *, length: int) -> str:
    """Return a name: 1 to `length` printable characters, no space at either end.

    :raises Refusal: BAD_PARAMETER, with the fact `reason`.
    """
    if not text:
        raise _bad("required")
    if len(text) > length:
        raise _bad("too-long", length=length)
    if not text.isprintable() or text != text.strip():
        raise _bad("not-a-name")
    return text


def require_free_text(text: str, *, length: int) -> str:
    """Return a free text: at most `length` characters, no controls but tab and newline.

    :raises Refusal: BAD_PARAMETER, with the fact `reason`.
    """
    if len(text) > length:
        raise _bad("too-long", length=length)
    if _NOT_FREE.search(text):
        raise _bad("not-a-text")
    return text


def _bad(reason: str, **facts: Any) -> Refusal:
    return Refusal(Code.BAD_PARAMETER, reason=reason, **facts)
