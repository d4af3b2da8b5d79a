"""Values as SQL literals, for drivers that would write them into the statement anyway, but slower.

MySQL's drivers send text, and spend a microsecond or two on each value to find out how to escape
it. Here nothing is ever escaped: a text that could need it goes as the hexadecimal digits of its
UTF-8, which mean the same in every SQL mode. Source: MariaDB's and MySQL's manuals, "Hexadecimal
Literals" and "String Literals".
"""

from collections.abc import Callable, Sequence
from typing import Any


def _text(value: str) -> str:
    if "'" in value or "\\" in value or "\0" in value:
        return f"x'{value.encode().hex()}'"
    return f"'{value}'"


_SPELLINGS: dict[type, Callable[[Any], str]] = {
    int: int.__repr__,
    bool: lambda value: "1" if value else "0",
    str: _text,
    bytes: lambda value: f"x'{value.hex()}'",
    type(None): lambda _: "NULL",
}


def spell(values: Sequence[object]) -> list[str]:
    """Return each value as a literal of MySQL's SQL.

    :raises TypeError: for anything but integers, booleans, texts, bytes and None.
    """
    return [
        _SPELLINGS[kind](value) if (kind := type(value)) in _SPELLINGS else _derived(value)
        for value in values
    ]


def _derived(value: object) -> str:
    """Spell a text or a number of a type of its own as what it is."""
    for kind in (str, int):
        if isinstance(value, kind):
            return _SPELLINGS[kind](kind(value))
    raise TypeError(f"no literal: {value!r}")
