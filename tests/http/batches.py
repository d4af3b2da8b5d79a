"""Lists of operations, sent one by one or as one batch, and what comes of them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from django.db import transaction
from django.http import HttpResponse

from tests.conftest import Api, body
from tests.http import points
from tests.http.support import CHANGES, GOOD, RAW, spelled
from tests.support import everything

BATCH = "/batch"
# Columns that depend on ids, which a database does not give twice, or that count transactions.
_OTHERWISE = re.compile(r"(^|_)(id|hash|seal|digest)$|^version$")
_MADE_UP = re.compile(r"credit-[0-9a-f]{32}")
T = TypeVar("T")


class One(NamedTuple):
    """One operation: its path, as it is declared, and its parameters."""

    path: str
    parameters: Mapping[str, Any]

    @property
    def address(self) -> str:
        """Return the path as it is asked for."""
        named = self.parameters
        return re.sub(r"{(\w+)}", lambda it: quote(str(named[it[1]]), safe=""), self.path)

    @property
    def text(self) -> str:
        """Return the JSON object that is sent there."""
        return "{" + ", ".join(self._members()) + "}"

    @property
    def entry(self) -> str:
        """Return the JSON object that stands for it in a batch."""
        return "{" + ", ".join([f'"path": {json.dumps(self.address)}', *self._members()]) + "}"

    def _members(self) -> list[str]:
        inside = re.findall(r"{(\w+)}", self.path)
        others = ((name, it) for name, it in self.parameters.items() if name not in inside)
        return [f"{json.dumps(name)}: {_json(name, it)}" for name, it in others]


class Came(NamedTuple):
    """What came of an operation: the HTTP status, and the body as it is spelled."""

    status: int
    body: Any


def good(path: str, **changed: Any) -> One:
    """Return the good call of a path but for some parameters; None leaves one out."""
    named = {**GOOD[path], **changed}
    return One(path, {name: value for name, value in named.items() if value is not None})


def number_of(path: str) -> str:
    """Return the name of the number that makes a change happen once; "" for other paths."""
    if path in points.CHANGES:
        return "seq"
    return "trade_no" if path in CHANGES else ""


def numbered(path: str, number: str, **changed: Any) -> One:
    """Return the good call of a path under another number, if it has one."""
    name = number_of(path)
    return good(path, **({name: number} if name else {}), **changed)


def text_of(operations: Sequence[One | str], *, mode: str | None = None) -> str:
    """Return the body of a batch; a text stands for itself."""
    entries = ", ".join(each if isinstance(each, str) else each.entry for each in operations)
    named = "" if mode is None else f'"mode": {json.dumps(mode)}, '
    return f'{{{named}"operations": [{entries}]}}'


def send_batch(
    api: Api, *operations: One | str, mode: str | None = None, **headers: str
) -> HttpResponse:
    """Send operations as one request."""
    return api.send(BATCH, text_of(operations, mode=mode), **headers)


def results(answer: HttpResponse) -> list[dict[str, Any]]:
    """Return the results of a batch that was carried out."""
    assert answer.status_code == 200, answer.content
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/json", "no-store")
    members = body(answer)
    assert list(members) == ["results"]
    listed: list[dict[str, Any]] = members["results"]
    assert all(list(each) == ["status", "body"] for each in listed)
    return listed


def statuses(answer: HttpResponse) -> list[int]:
    """Return the status of each result."""
    return [each["status"] for each in results(answer)]


def one_by_one(api: Api, operations: Sequence[One], **headers: str) -> list[Came]:
    """Send operations as calls of their own; return what came of each."""
    answers = [api.send(each.address, each.text, **headers) for each in operations]
    return [Came(answer.status_code, spelled(answer)) for answer in answers]


def together(api: Api, operations: Sequence[One], *, mode: str, **headers: str) -> list[Came]:
    """Send operations as one batch; return what came of each."""
    answer = send_batch(api, *operations, mode=mode, **headers)
    assert answer.status_code == 200, answer.content
    ((_, listed),) = spelled(answer)
    return [Came(int(dict(each)["status"].text), dict(each)["body"]) for each in listed]


def undone(work: Callable[[], T]) -> tuple[T, list[Any]]:
    """Do something; return what it returns and the rows it leaves, and undo it."""
    with transaction.atomic():
        returned = work()
        rows = [[_comparable(row) for row in table] for table in everything()]
        transaction.set_rollback(True)
    return returned, rows


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _MADE_UP.sub("credit-1", value) if isinstance(value, str) else value
        for name, value in row.items()
        if not _OTHERWISE.search(name)
    }


def _json(name: str, value: Any) -> str:
    if isinstance(value, points.OldestLot):
        value = str(value)
    return str(value) if name in RAW else json.dumps(value)
