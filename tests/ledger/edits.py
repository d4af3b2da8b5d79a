"""Edits straight in the database, as somebody with its password would make them."""

import random
from collections.abc import Callable
from typing import NamedTuple

from django.db import connection

Edit = Callable[[random.Random], None]


class Tables(NamedTuple):
    """A domain's two tables, and the columns that an eraser of traces would have to know."""

    states: str
    records: str
    owner: str
    figure: str
    change: str


def execute(sql: str) -> None:
    """Change the database."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount != 0, sql


def ask(sql: str) -> int:
    """Return one number."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def some(table: str, chance: random.Random, *, where: str = "1=1") -> int:
    """Return the id of some row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE {where} ORDER BY id")  # noqa: S608
        return int(chance.choice(cursor.fetchall())[0])


def change(table: str, assignment: str) -> Edit:
    """Return an edit of one column of some row."""
    return lambda chance: execute(
        f"UPDATE {table} SET {assignment} WHERE id = {some(table, chance)}"  # noqa: S608
    )


def delete_some(tables: Tables) -> Edit:
    """Return an edit that deletes some record."""
    table = tables.records
    return lambda chance: execute(
        f"DELETE FROM {table} WHERE id = {some(table, chance)}"  # noqa: S608
    )


def swap(tables: Tables, column: str) -> Edit:
    """Return an edit that swaps a column of two records of one row of state."""
    records, owner = tables.records, tables.owner

    def edit(chance: random.Random) -> None:
        row = some(tables.states, chance)
        first = ask(f"SELECT MIN(id) FROM {records} WHERE {owner} = {row}")  # noqa: S608
        second = first + chance.randint(1, 5)
        ours, theirs = (
            ask(f"SELECT {column} FROM {records} WHERE id = {each}")  # noqa: S608
            for each in (first, second)
        )
        spare = 999_999_999
        for value, place in ((spare, first), (ours, second)):
            execute(f"UPDATE {records} SET {column} = {value} WHERE id = {place}")  # noqa: S608
        execute(f"UPDATE {records} SET {column} = {theirs} WHERE {column} = {spare}")  # noqa: S608

    return edit


def erase_the_last_trace(tables: Tables) -> Edit:
    """Return an edit that deletes a last record and puts the row back to what it was before."""
    states, records, owner, figure, amount = tables

    def edit(chance: random.Random) -> None:
        row = some(states, chance)
        last = ask(f"SELECT MAX(id) FROM {records} WHERE {owner} = {row}")  # noqa: S608
        before = ask(f"SELECT {figure} - {amount} FROM {records} WHERE id = {last}")  # noqa: S608
        execute(f"DELETE FROM {records} WHERE id = {last}")  # noqa: S608
        execute(
            f"UPDATE {states} SET {figure} = {before}, sequence = sequence - 1, last_hash ="  # noqa: S608
            f" (SELECT hash FROM {records} WHERE {owner} = {row} ORDER BY id DESC LIMIT 1)"
            f" WHERE id = {row}"
        )

    return edit
