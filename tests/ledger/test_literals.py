"""Values as literals of MySQL's SQL: whatever they are, they come back as they went."""

from enum import IntEnum

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from gateway.json_texts import JsonText
from ledger.literals import spell

NASTY = [
    "",
    "plain",
    "it's",
    "'",
    "''",
    "\\",
    "\\'",
    "a\\' OR 1=1 -- ",
    "'; DROP TABLE wallets_account; --",
    "%s %(a)s %%",
    '"double"',
    "`tick`",
    "张三 🫘 é",
    "\n\t\r",
    "\x1a\b",
    "\ufeff",
    "x'00'",
    "/*! 1 */ # --",
]


class Colour(IntEnum):
    """A number of a type of its own."""

    RED = 1


def test_what_needs_no_care_is_quoted_and_all_else_is_hexadecimal() -> None:
    assert spell(["ann", "张三", "it's", "a\\b", "a\0b"]) == [
        "'ann'",
        "'张三'",
        "x'69742773'",
        "x'615c62'",
        "x'610062'",
    ]
    assert spell([1, -2, True, False, None, b"\x00\xff"]) == [
        "1",
        "-2",
        "1",
        "0",
        "NULL",
        "x'00ff'",
    ]
    assert spell([Colour.RED, JsonText("{}")]) == ["1", "'{}'"]


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_ends_its_literal(text: str) -> None:
    (literal,) = spell([text])
    inside = literal.removeprefix("x")[1:-1]
    assert "'" not in inside
    assert "\\" not in inside


@pytest.mark.parametrize("value", [1.5, [1], object()])
def test_refuses_what_it_does_not_know(value: object) -> None:
    with pytest.raises(TypeError):
        spell([value])


@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES"])
def test_mysql_reads_what_was_written(db: None, mode: str) -> None:
    if connection.vendor != "mysql":
        pytest.skip("MySQL's literals")
    numbers = [0, -1, 2**63 - 1, -(2**63)]
    blobs = [b"", b"'\\\x00\xff", bytes(range(256))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@SESSION.sql_mode")
        before = cursor.fetchone()[0]
        cursor.execute("SET SESSION sql_mode = %s", [mode])
        cursor.execute("CREATE TEMPORARY TABLE nasty (words TEXT, amount BIGINT, bits BLOB)")
        try:
            for words in NASTY:
                cursor.execute(f"INSERT INTO nasty (words) VALUES ({spell([words])[0]})")
            for number in numbers:
                cursor.execute(f"INSERT INTO nasty (amount) VALUES ({spell([number])[0]})")
            for bits in blobs:
                cursor.execute(f"INSERT INTO nasty (bits) VALUES ({spell([bits])[0]})")
            cursor.execute("SELECT words FROM nasty WHERE words IS NOT NULL")
            assert [row[0] for row in cursor.fetchall()] == NASTY
            cursor.execute("SELECT amount FROM nasty WHERE amount IS NOT NULL")
            assert [row[0] for row in cursor.fetchall()] == numbers
            cursor.execute("SELECT bits FROM nasty WHERE bits IS NOT NULL")
            assert [row[0] for row in cursor.fetchall()] == blobs
        finally:
            cursor.execute("DROP TEMPORARY TABLE nasty")
            cursor.execute("SET SESSION sql_mode = %s", [before])
