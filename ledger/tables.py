"""Tables: rows of models moved in bulk, by SQL that is put together once.

The ORM's cost is per value: it asks the field, the compiler and the connection anew for each.
Here, what depends on the model and the database alone is worked out once, so that a batch pays
per statement. The models remain the source of it all: names, types, conversions, locks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.db.models.constants import OnConflict

from ledger.fields import AmountField, DigestField
from ledger.literals import spell

KEY = "id"
PARAMETERS_MAX = 30_000  # SQLite takes 32,766 in one statement, PostgreSQL 65,535.
ROWS_MAX = 1_000
UNITED_MAX = 200  # SQLite unites at most 500.
DATES_KEPT = 256
# What drivers write down as it is, if the value has the field's own type.
PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, DigestField)

M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any], Any]


def construct(row: models.Model, *args: Any, **columns: Any) -> None:
    """Stand in for the constructor of a model that batches make many of: does the same, faster."""
    defaults, relations = _defaults(type(row)), _relations(type(row))
    if args or not columns.keys() <= defaults.keys() | relations:  # As Django itself makes rows.
        models.Model.__init__(row, *args, **columns)
        return
    memory = row.__dict__
    memory.update(defaults)
    memory["_state"] = ModelState()
    for name, value in columns.items():
        if name in defaults:
            memory[name] = value
        else:
            setattr(row, name, value)


@cache
def _defaults(model: type[models.Model]) -> dict[str, Any]:
    return {field.attname: field.get_default() for field in model._meta.concrete_fields}


@cache
def _relations(model: type[models.Model]) -> frozenset[str]:
    fields = model._meta.concrete_fields
    return frozenset(field.name for field in fields if field.is_relation)


@dataclass(frozen=True, slots=True)
class Selection(Generic[M]):
    """A queryset that is compiled once for all of its shape.

    `shape` tells it from others that don't differ in their values alone: which query it is, and its
    limit. `values` are its parameters, in the order in which it states them: each a column, and
    what stands there for it. `make` builds it with the first of each.
    """

    shape: tuple[str | int | bool, ...]
    make: Callable[[], models.QuerySet[M]]
    values: Sequence[tuple[str, Sequence[Any]]]


@cache
def table_of(model: type[M], *, using: str) -> "Table[M]":
    """Return the model's table on that database."""
    return Table(model, using=using)


class Table(Generic[M]):
    """One model's table on one database. Values must have their fields' own types."""

    def __init__(self, model: type[M], *, using: str) -> None:
        connection = connections[using]
        fields = model._meta.concrete_fields
        quote: Callable[[Any], str] = connection.ops.quote_name
        self.model = model
        self._using = using
        self._is_spelled = connection.vendor == "mysql"
        self._name = quote(model._meta.db_table)
        self._key = quote(KEY)
        self._fields = {each.attname: each for each in fields}
        self._columns = {each.attname: quote(each.column) for each in fields}
        self._locks: dict[str, tuple[str, str]] = {}
        self._texts: dict[tuple[str | int | bool, ...], list[str]] = {}
        self._relations = [(each.name, each.attname) for each in fields if each.is_relation]
        self._dumps = {each.attname: _dump(each, connection) for each in fields}
        self._loads = [(each.attname, load) for each in fields if (load := _load(each, connection))]

    def lock(self, name: str, values: Sequence[Any]) -> list[M]:
        """Return the rows that have one of the values in that column.

        They are the transaction's own from now on, and were locked in the order of the primary key.
        """
        head, tail = self._locking(name, sample=values[0])
        statement = _Statement(is_spelled=self._is_spelled)
        statement.text = f"{head}{statement.marks(values)}{tail}"
        return [self._row(row) for row in self._run(statement)]

    def _locking(self, name: str, *, sample: Any) -> tuple[str, str]:
        """Return what stands around the values, as `select_for_update` spells it."""
        if name not in self._locks:
            rows = self.model._base_manager.using(self._using).select_for_update()
            query = rows.filter(**{f"{name}__in": [sample]}).order_by(KEY).query
            text, _ = query.get_compiler(self._using).as_sql()
            head, _, tail = text.partition("%s")
            self._locks[name] = head, tail
        return self._locks[name]

    def find(self, wanted: Mapping[str, Sequence[Any]]) -> list[M]:
        """Return the rows that have one of the values wanted, in one of these columns.

        A row may come twice if it is wanted twice.
        """
        columns = ", ".join(self._columns.values())
        statement = _Statement(is_spelled=self._is_spelled)
        statement.text = " UNION ALL ".join(
            f"SELECT {columns} FROM {self._name} WHERE {self._columns[name]}"
            f" IN ({statement.marks(values)})"
            for name, values in wanted.items()
        )
        return [self._row(values) for values in self._run(statement)]

    def select(self, selections: Sequence[Selection[M]]) -> list[list[M]]:
        """Return the rows of each selection, fetched with one statement (or one for every 200)."""
        found: list[list[M]] = [[] for _ in selections]
        for first in range(0, len(selections), UNITED_MAX):
            statement = _Statement(is_spelled=self._is_spelled)
            terms = enumerate(selections[first : first + UNITED_MAX], start=first)
            statement.text = " UNION ALL ".join(
                f"SELECT t{place}.*, {place} AS term FROM ({self._text(each, statement)}) t{place}"
                for place, each in terms
            )
            for *values, place in self._run(statement):
                found[place].append(self._row(values))
        return found

    def _text(self, selection: Selection[M], statement: "_Statement") -> str:
        """Return the selection's SQL, with marks of the statement for its values.

        :raises TypeError: if the values are not the parameters of the queryset.
        """
        dumped = [
            [dump(value) if (dump := self._dumps[name]) else value for value in values]
            for name, values in selection.values
        ]
        if selection.shape not in self._texts:
            text, parameters = selection.make().query.get_compiler(self._using).as_sql()
            firsts = [first for first, *_ in dumped]
            self._texts[selection.shape] = _around(text, parameters, values=firsts)
        pieces = self._texts[selection.shape]
        marks = [*map(statement.marks, dumped), ""]
        return "".join(part for pair in zip(pieces, marks, strict=True) for part in pair)

    def keys(self, name: str, values: Sequence[Any]) -> list[int]:
        """Return the primary keys of the rows that have one of the values in that column."""
        statement = _Statement(is_spelled=self._is_spelled)
        statement.text = (
            f"SELECT {self._key} FROM {self._name}"
            f" WHERE {self._columns[name]} IN ({statement.marks(values)})"
        )
        return [key for (key,) in self._run(statement)]

    def insert(self, rows: Sequence[M]) -> bool:
        """Append new rows; tell whether they got their primary keys (MySQL returns none)."""
        returns = connections[self._using].features.can_return_rows_from_bulk_insert
        names = [name for name in self._columns if name != KEY]
        for row in rows:
            self._settle(row)
        for some in _chunks(rows, columns=len(names)):
            statement = self._insert(names, some)
            if returns:
                statement.text += f" RETURNING {self._key}"
            keys = [key for (key,) in self._run(statement)] or [None] * len(some)
            for row, key in zip(some, keys, strict=True):
                row.pk = key
                row._state.adding, row._state.db = False, self._using
        return bool(returns)

    def update(self, rows: Sequence[M], *, columns: Sequence[str]) -> None:
        """Write these columns of rows that the table has."""
        if len(rows) == 1:
            self._update_one(rows[0], columns)
            return
        # An insert that finds every row there: a CASE for each column would cost many times more.
        connection = connections[self._using]
        has_target = connection.features.supports_update_conflicts_with_target
        suffix = connection.ops.on_conflict_suffix_sql(
            fields=[*self._fields.values()],
            on_conflict=OnConflict.UPDATE,
            update_fields=[self._fields[name].column for name in columns],
            unique_fields=[KEY] if has_target else [],
        )
        for some in _chunks(rows, columns=len(self._columns)):
            statement = self._insert([*self._columns], some)
            statement.text += f" {suffix}"
            self._run(statement)

    def _update_one(self, row: M, columns: Sequence[str]) -> None:
        statement = _Statement(is_spelled=self._is_spelled)
        changes = ", ".join(
            f"{self._columns[name]} = {statement.marks([value])}"
            for name, value in zip(columns, self._values(columns, row), strict=True)
        )
        key = statement.marks([row.pk])
        statement.text = f"UPDATE {self._name} SET {changes} WHERE {self._key} = {key}"
        self._run(statement)

    def _insert(self, names: Sequence[str], rows: Sequence[M]) -> "_Statement":
        statement = _Statement(is_spelled=self._is_spelled)
        columns = ", ".join(self._columns[name] for name in names)
        values = ", ".join(f"({statement.marks(self._values(names, row))})" for row in rows)
        statement.text = f"INSERT INTO {self._name} ({columns}) VALUES {values}"
        return statement

    def _run(self, statement: "_Statement") -> Sequence[Sequence[Any]]:
        with connections[self._using].cursor() as cursor:
            cursor.execute(statement.text, statement.parameters)
            return cursor.fetchall() if cursor.description else ()

    def _row(self, values: Sequence[Any]) -> M:
        row = self.model.__new__(self.model)
        memory = row.__dict__
        memory.update(zip(self._columns, values, strict=True))
        for name, load in self._loads:
            memory[name] = load(memory[name])
        memory["_state"] = state = ModelState()
        state.adding, state.db = False, self._using
        return row

    def _settle(self, row: M) -> None:
        """Point at the rows that it belongs to: they may have got their primary keys just now."""
        memory, parents = row.__dict__, row._state.fields_cache
        for name, attribute in self._relations:
            if memory[attribute] is None and name in parents:
                memory[attribute] = parents[name].pk

    def _values(self, names: Iterable[str], row: M) -> list[Any]:
        memory, dumps = row.__dict__, self._dumps
        return [dump(memory[name]) if (dump := dumps[name]) else memory[name] for name in names]


class _Statement:
    """A text, and its parameters: none where values are spelled out in it."""

    def __init__(self, *, is_spelled: bool) -> None:
        self.text = ""
        self.parameters: list[Any] | None = None if is_spelled else []

    def marks(self, values: Sequence[Any]) -> str:
        """Return what stands for these values in the text."""
        if self.parameters is None:
            return ", ".join(spell(values))
        self.parameters += values
        return ", ".join(["%s"] * len(values))


def _around(text: str, parameters: Sequence[Any], *, values: Sequence[Any]) -> list[str]:
    """Return what stands around the values in a text with marks.

    :raises TypeError: if these are not its parameters, in order.
    """
    pieces = [*text.split("%s")]
    constants = [place for place, each in enumerate(parameters) if isinstance(each, bool)]
    if [each for each in parameters if not isinstance(each, bool)] != [*values]:
        raise TypeError(f"{text}: {parameters} are not {values}")
    for place in reversed(constants):  # MySQL takes those of the queryset itself as parameters.
        pieces[place : place + 2] = [f"{pieces[place]}{int(parameters[place])}{pieces[place + 1]}"]
    return pieces


def _chunks(rows: Sequence[M], *, columns: int) -> Iterator[Sequence[M]]:
    size = min(ROWS_MAX, PARAMETERS_MAX // columns)
    return (rows[first : first + size] for first in range(0, len(rows), size))


def _load(field: Any, connection: BaseDatabaseWrapper) -> Convert | None:
    """Return how a value is read, or None if it is the driver's own."""
    expression = field.get_col(field.model._meta.db_table)
    converters = [
        *connection.ops.get_db_converters(expression),
        *field.get_db_converters(connection),
    ]
    if not converters:
        return None

    def load(value: Any) -> Any:
        for convert in converters:
            value = convert(value, expression, connection)
        return value

    return load


def _dump(field: Any, connection: BaseDatabaseWrapper) -> Convert | None:
    """Return how a value is written, or None if the driver takes it as it is."""
    if isinstance(field, models.ForeignKey):
        return _dump(field.target_field, connection)
    if isinstance(field, PLAIN):
        return None
    dump: Convert = lambda value: field.get_db_prep_save(value, connection)  # noqa: E731
    if isinstance(field, AmountField):
        dump = field.units
    elif isinstance(field, models.DateTimeField):  # A batch has few, and one of them many times.
        dump = lru_cache(maxsize=DATES_KEPT)(dump)
    return lambda value: None if value is None else dump(value)
