"""What a row's page shows beside the row: its latest records."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet

from gateway.desk.display import list_page

RECORDS_SHOWN = 20
User = AbstractBaseUser | AnonymousUser
Table = dict[str, list[Any]]
Columns = Sequence[tuple[str, Callable[[Any], str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table on a row's page under its own heading; `whole_list` is the address of all of it."""

    title: str
    table: Table
    whole_list: str = ""


def table(rows: Iterable[Any], *, columns: Columns) -> Table:
    """Return a table: each column is a heading, and how a row's cell reads."""
    return {
        "headers": [heading for heading, _cell in columns],
        "rows": [[cell(row) for _heading, cell in columns] for row in rows],
    }


def latest(records: QuerySet[Any], *, columns: Columns, user: User) -> Table | None:
    """Return a table of the latest records, for who may see records."""
    if not may_see(records.model, user=user):
        return None
    newest = records.order_by("-sequence").defer("content", "answer")
    return table(newest[:RECORDS_SHOWN], columns=columns)


def may_see(model: type[Model], *, user: User) -> bool:
    """Tell whether the user may see such rows."""
    meta = model._meta
    return bool(user.has_perm(f"{meta.app_label}.view_{meta.model_name}"))  # type: ignore[union-attr]


def related_list(name: str, *, user: User, **narrowed: int) -> str:
    """Return the address of a list such as `packages_package`, empty if the user may not see it."""
    app, _separator, model = name.partition("_")
    may_see = user.has_perm(f"{app}.view_{model}")  # type: ignore[union-attr]
    return list_page(name, **narrowed) if may_see else ""
