"""The invariants, checked from outside the write path: while the service runs, or after a crash."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, Protocol

from django.db.models import Q

from ledger import chain
from ledger.parts import Part
from ledger.records import Record, State, record_model_of, states

ROWS_PER_GROUP = 500
RECORDS_PER_PAGE = 5_000
ORIGINALS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be."""

    row: str
    record_id: int | None
    problem: str

    def __str__(self) -> str:
        place = f"{self.row}, record {self.record_id}" if self.record_id else self.row
        return f"{place}: {self.problem}"


class Audit(Protocol):
    """A domain's own invariants over one row of state: it sees every record, oldest first."""

    def see(self, record: Any) -> Iterator[str]:
        """Yield what is wrong with this record, given the ones before."""

    def finish(self) -> Iterator[str]:
        """Yield what is wrong with the row, given all its records."""


AUDITS: dict[type[State], Callable[[Any], Audit]] = {}
LOOSE_PARTS: list[type[Part]] = []


def declare(model: type[State], *, audit: Callable[[Any], Audit]) -> None:
    """Say which invariants a domain adds to the kernel's."""
    AUDITS[model] = audit


def declare_loose(model: type[Part]) -> None:
    """Say that such parts belong to no row of state: their seals are checked by themselves."""
    LOOSE_PARTS.append(model)


def count() -> int:
    """Return how many rows `verify` will check."""
    return sum(model._base_manager.count() for model in states())


def verify(*, advance: Callable[[int], None] = lambda _: None) -> Iterator[Finding]:
    """Yield every breach of an invariant; call `advance` with the number of rows just checked.

    Rows may change meanwhile: each is held against its records as of one moment.
    """
    yield from _verify_loose_parts()
    for model in states():
        last = 0
        found = model._base_manager.prefetch_related(*model.verified_with).order_by("pk")
        while rows := list(found.filter(pk__gt=last)[:ROWS_PER_GROUP]):
            yield from _verify_rows(rows)
            last = rows[-1].pk
            advance(len(rows))


def verify_row(row: State) -> Iterator[Finding]:
    """Yield every breach of an invariant by one row and its records, oldest first."""
    return _verify_rows([row])


def _verify_loose_parts() -> Iterator[Finding]:
    for model in LOOSE_PARTS:
        for part in model._base_manager.order_by("pk").iterator(ROWS_PER_GROUP):
            if not part.has_sound_seal():
                yield Finding(f"{model._meta.label} {part.pk}", None, "its seal does not match it")


def _verify_rows(rows: list[Any]) -> Iterator[Finding]:
    trails = {row.pk: _Trail(row) for row in rows}
    for record in _records(rows):
        trail = trails[getattr(record, f"{record.owner}_id")]
        yield from trail.see(record)
    for trail in trails.values():
        yield from trail.finish()


def _records(rows: list[Any]) -> Iterator[Record]:
    kind: type[State] = type(rows[0])
    model = record_model_of(kind)
    owner = f"{model.owner}_id"
    found = model._base_manager.prefetch_related(*model.verified_with).order_by(owner, "sequence")
    remaining = Q(**{f"{owner}__in": [row.pk for row in rows]})
    while page := list(found.filter(remaining)[:RECORDS_PER_PAGE]):
        yield from page
        pk, sequence = getattr(page[-1], owner), page[-1].sequence
        later = [row.pk for row in rows if row.pk > pk]
        remaining = Q(**{owner: pk, "sequence__gt": sequence}) | Q(**{f"{owner}__in": later})


class _Trail:
    """One row of state, and how far its records have been followed."""

    def __init__(self, row: State) -> None:
        self._row = row
        self._audit = AUDITS[type(row)](row)
        self._sequence = 0
        self._record_id = 0
        self._hash = chain.GENESIS
        self._figure: Decimal | int = 0
        self._returned: dict[bytes, Decimal] = {}

    def see(self, record: Record) -> Iterator[Finding]:
        """Check one more record."""
        if record.sequence > self._row.sequence:
            yield from self._see_later(record)
            return
        for problem in (*self._link(record), *self._add_up(record), *self._audit.see(record)):
            yield self._finding(problem, record)
        self._sequence, self._record_id = record.sequence, record.pk
        self._hash, self._figure = record.hash, record.after

    def finish(self) -> Iterator[Finding]:
        """Check the row against the last of its records."""
        row = self._row
        if self._sequence != row.sequence:
            yield self._finding(f"has records up to {self._sequence}, not {row.sequence}")
        if self._hash != row.last_hash:
            yield self._finding("the last record's hash is not the one kept with the row")
        if not row.has_sound_seal():
            yield self._finding("the row's seal does not match its columns")
        if row.holder_digest != row.holder.digest:
            yield self._finding("the row's digest does not match its holder")
        if self._figure != row.figure:
            yield self._finding(f"its records add up to {self._figure}, not {row.figure}")
        for problem in (*self._check_returns(), *self._audit.finish()):
            yield self._finding(problem)

    def _link(self, record: Record) -> Iterator[str]:
        if record.sequence != self._sequence + 1:
            yield f"sequence number {record.sequence} follows {self._sequence}"
        if record.pk <= self._record_id:
            yield f"is numbered before record {self._record_id}, which it follows"
        digest = self._row.holder_digest
        if not chain.holds(
            record.hash, lambda: record.compute_hash(owner_digest=digest, previous=self._hash)
        ):
            yield "its hash does not match its content and the record before"

    def _add_up(self, record: Record) -> Iterator[str]:
        if record.after != self._figure + record.change:
            yield f"{self._figure} and {record.change} make {record.after}"
        if record.reference_digest is not None:
            so_far = self._returned.get(record.reference_digest, Decimal(0))
            self._returned[record.reference_digest] = so_far + record.change

    def _check_returns(self) -> Iterator[str]:
        """Check that what refers to a record never gives back more of it than there was."""
        model = record_model_of(type(self._row))
        for part in _batched(self._returned, ORIGINALS_PER_QUERY):
            found = model._base_manager.filter(**{model.owner: self._row, "key_digest__in": part})
            originals = {each.key_digest: Decimal(each.change) for each in found}
            for digest in part:
                if digest not in originals:
                    yield "a record refers to one that is not there"
                elif abs(self._returned[digest]) > abs(originals[digest]):
                    yield f"{self._returned[digest]} was given back of {originals[digest]}"

    def _see_later(self, record: Record) -> Iterator[Finding]:
        """Pass over a record made since the row was read; report one that the row doesn't know."""
        fresh = type(self._row)._base_manager.get(pk=self._row.pk)
        if record.sequence > fresh.sequence:
            yield self._finding(f"sequence number {record.sequence} is beyond the row's", record)

    def _finding(self, problem: str, record: Record | None = None) -> Finding:
        row = f"{self._row._meta.label} {self._row.pk}"
        return Finding(row, record.pk if record else None, problem)


def _batched(items: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Yield lists of at most `size` items. (itertools has it from 3.12 on)."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
