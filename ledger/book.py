"""The unit of work: lock every row, find earlier results, collect changes, write them in bulk."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import structlog
from django.db import models

from ledger import clock
from ledger.parts import Part
from ledger.records import Record, State, record_model_of, states
from ledger.refusals import Code, Refusal
from ledger.tables import table_of
from ledger.terms import Command, Holder, Key, Posting

S = TypeVar("S", bound=State)
R = TypeVar("R", bound=Record)
M = TypeVar("M", bound=models.Model)
log = structlog.get_logger(__name__)

Verb = Callable[["Book", Any], Posting]
Wording = Callable[[Posting], str]

# What each kind of command does, and how its answer is worded: filled by declarations.
VERBS: dict[type[Command], Verb] = {}
WORDINGS: dict[type[Command], Wording] = {}


def declare(command: type[Command], *, verb: Verb, wording: Wording) -> None:
    """Say which verb carries out a kind of command, and how its answer is written down."""
    VERBS[command], WORDINGS[command] = verb, wording


class Book:
    """One batch of commands, posted in one transaction, in a fixed number of statements.

    Beats one and two (`load`) run before any command is decided, beat four (`write`) after the
    last one; in between, verbs read the book and add to it in memory only, so that a refusal
    leaves no trace.
    """

    now: datetime

    def __init__(self, commands: Sequence[Command], *, using: str) -> None:
        self.commands = commands
        self.using = using
        self.supplies: dict[type[State], Any] = {}
        self._rows: dict[bytes, State] = {}
        self._by_key: dict[bytes, Record] = {}
        self._by_reference: dict[bytes, list[Record]] = defaultdict(list)
        self._changed: dict[bytes, State] = {}
        self._records: list[tuple[State, Record]] = []
        self._parts: dict[int, Part] = {}
        self._notes: list[models.Model] = []

    # Beat 1 and 2: what `load` fetches, and what a verb asks of it.

    def load(self) -> None:
        """Lock all rows named, read the clock, fetch what is repeated, referred to or needed."""
        for model in states():
            self._lock_rows(model)
        self.now = clock.now()
        for model in states():
            self._fetch_records(model)
            self.supplies[model] = model.supply(self)

    def locked(self, model: type[S]) -> list[S]:
        """Return every row of that model that the batch names and the database has."""
        return [row for row in self._rows.values() if isinstance(row, model)]

    def lock(self, model: type[S], holder: Holder) -> S:
        """Return the holder's row, which is ours until the transaction ends.

        :raises Refusal: UNKNOWN_ACCOUNT (or the model's own `unknown`) if there is none.
        """
        row = self.find(model, holder)
        if row is None:
            raise Refusal(model.unknown)
        return row

    def find(self, model: type[S], holder: Holder) -> S | None:
        """Return the holder's locked row, or None."""
        row = self._rows.get(holder.digest)
        return row if isinstance(row, model) else None

    def replay(self, row: State, command: Command) -> Posting | None:
        """Return what this command's key has done before, or None if the key is new.

        :raises Refusal: KEY_REUSED, naming the fields that differ, if it did something else.
        """
        earlier = self.recorded(row, command.key) if command.key else None
        if earlier is None:
            return None
        before, now = msgspec.json.decode(earlier.content, type=dict[str, str]), command.content
        differing = [name for name in now if now[name] != before.get(name)]
        if differing:
            raise Refusal(
                Code.KEY_REUSED, fields={name: {"reason": "differs"} for name in differing}
            )
        return Posting(row, earlier, earlier.answer, is_repeat=True)

    def recorded(self, row: State, key: Key) -> Record | None:
        """Return the row's record under that key, or None."""
        return self._by_key.get(key.digest(row.holder_digest))

    def original(self, kind: type[R], row: State, command: Command) -> R:
        """Return the row's record that the command gives back or undoes.

        :raises Refusal: UNKNOWN_TRADE if there is none.
        """
        found = self.recorded(row, command.original) if command.original else None
        if not isinstance(found, kind):
            raise Refusal(Code.UNKNOWN_TRADE, number=command.reference)
        return found

    def returned(self, record: Record) -> Decimal:
        """Return how much of that record later ones have given back or undone."""
        later = self._by_reference.get(record.key_digest, [])
        return abs(sum((Decimal(each.change) for each in later), Decimal(0)))

    # Beat 4: what a verb adds, and what `write` does with it.

    def record(
        self,
        row: State,
        command: Command,
        *,
        change: Decimal | int,
        original: Record | None = None,
    ) -> Posting:
        """Apply a change to the row and append the record of it. A verb's last step.

        `original` is the earlier record that this one refunds or reverses.
        """
        record = row.apply(command, change=change, original=original, now=self.now)
        if original is not None:
            record.reference_digest = original.key_digest
        return self.append(row, command, records=[record], own=record)

    def append(
        self, row: State, command: Command, *, records: Sequence[Record], own: Record
    ) -> Posting:
        """Append the records of a changed row, in order. A verb's last step.

        `own` is the one that carries the command's key and is answered with.
        """
        for record in records:
            record.stamp(command, owner=row, now=self.now, is_keyed=record is own)
            self._records.append((row, record))
        self._change(row)
        posting = self._posting(row, command, record=own)
        if own.number:
            own.answer = posting.answer
        for record in records:
            self._index(record)
        return posting

    def keep(self, *parts: Part) -> None:
        """Write these new or changed parts of a row, too."""
        self._parts.update((id(part), part) for part in parts)

    def note(self, *lines: models.Model) -> None:
        """Write these append-only lines, too: after all else."""
        self._notes.extend(lines)

    def amend(self, row: State, command: Command, *, note: models.Model) -> Posting:
        """Keep a changed setting of the row, with a note of who did it. A verb's last step."""
        self._change(row)
        self.note(note)
        return self._posting(row, command)

    def open(self, row: State, holder: Holder) -> None:
        """Let a new row join the book."""
        row.holder_digest = holder.digest
        row.created_at = self.now
        self._rows[row.holder_digest] = row
        self._change(row)

    def leave(self, row: State | Part, command: Command, *, is_repeat: bool = False) -> Posting:
        """Answer with the row as it is: there was nothing to change. A verb's last step."""
        posting = self._posting(row, command)
        posting.is_repeat = is_repeat
        return posting

    def write(self) -> None:
        """Write all that the verbs added: new rows, records, changed rows, notes."""
        for row, record in self._records:
            record.link(owner=row)
        for row in self._changed.values():
            row.touch(now=self.now)
        for model in states():
            self._write_rows(model)
        for part in self._parts.values():
            part.close_seal()
        for parts in sorted(_by_type(self._parts.values()).values(), key=_write_rank):
            new = [part for part in parts if part.pk is None]
            old = [part for part in parts if part.pk is not None]
            insert(new, using=self.using)
            columns = (*parts[0].changing_columns, "hash_key_id", "seal")
            update(old, columns=columns, using=self.using)
        for notes in _by_type(self._notes).values():
            table_of(type(notes[0]), using=self.using).insert(notes)

    def has_landed(self) -> bool:
        """Tell, under the locks of a new transaction, whether this book's records are there."""
        if not self._records:
            return False
        row, record = self._records[-1]
        return bool(
            type(record)
            ._base_manager.using(self.using)
            .filter(**{f"{record.owner}__holder_digest": row.holder_digest, "hash": record.hash})
            .exists()
        )

    def _change(self, row: State) -> None:
        """Write the row in the end; who looks at it until then sees that it has changed."""
        row.updated_at = self.now
        self._changed[row.holder_digest] = row

    def _posting(
        self, row: State | Part, command: Command, *, record: Record | None = None
    ) -> Posting:
        posting = Posting(row, record, "")
        posting.answer = WORDINGS[type(command)](posting)
        return posting

    def _lock_rows(self, model: type[State]) -> None:
        digests = {
            holder.digest
            for command in self.commands
            for holder in command.holders
            if type(holder) is model.held_by
        }
        if not digests:
            return
        table = table_of(model, using=self.using)
        if len(digests) == 1:
            rows = table.lock("holder_digest", [*digests])
        else:  # Two steps, so that every batch takes its locks in the order of the primary key.
            keys = table.keys("holder_digest", [*digests])
            rows = table.lock("id", keys) if keys else []
        for row in rows:
            self._rows[row.holder_digest] = row
            look_at_seal(row)

    def _fetch_records(self, model: type[State]) -> None:
        wanted = [c for c in self.commands if type(c.holder) is model.held_by]
        wanted = [c for c in wanted if c.holder.digest in self._rows]
        originals = {c.original.digest(c.holder.digest) for c in wanted if c.original}
        keys = {c.key.digest(c.holder.digest) for c in wanted if c.key} | originals
        if not keys:
            return
        wished = {"key_digest": [*keys]}
        if originals:
            wished["reference_digest"] = [*originals]
        found = table_of(record_model_of(model), using=self.using).find(wished)
        for record in sorted({r.pk: r for r in found}.values(), key=lambda r: r.sequence):
            self._index(record)

    def _index(self, record: Record) -> None:
        self._by_key[record.key_digest] = record
        if record.reference_digest:
            self._by_reference[record.reference_digest].append(record)

    def _write_rows(self, model: type[State]) -> None:
        changed = [row for row in self._changed.values() if type(row) is model]
        new = [row for row in changed if row.pk is None]
        old = [row for row in changed if row.pk is not None]
        insert(new, using=self.using)
        records = [(row, record) for row, record in self._records if type(row) is model]
        for row, record in records:
            record.belong(row)
        insert([record for _, record in records], using=self.using)
        columns = (*model.changing_columns, *model.kernel_columns)
        update(old, columns=columns, using=self.using)


def look_at_seal(row: State | Part) -> None:
    """Remember, and log, if something but the book has changed a row that was just fetched."""
    if not row.has_sound_seal():
        row.is_broken = True
        log.error("ledger.broken_seal", row=f"{row._meta.label} {row.pk}")


def insert(rows: Sequence[State | Record | Part], *, using: str) -> None:
    """Insert rows with one statement and give each its primary key."""
    if not rows:
        return
    model = type(rows[0])
    if not table_of(model, using=using).insert(rows):
        manager = model._base_manager.using(using)
        names = rows[0].found_by
        wanted = {name: {getattr(row, name) for row in rows} for name in names}
        found = manager.filter(**{f"{name}__in": values for name, values in wanted.items()})
        keys = {each[1:]: each[0] for each in found.values_list("pk", *names)}
        for row in rows:
            row.pk = keys[tuple(getattr(row, name) for name in names)]


def update(rows: Sequence[State | Part], *, columns: Sequence[str], using: str) -> None:
    """Write these columns of rows with one statement."""
    if not rows:
        return
    table_of(type(rows[0]), using=using).update(rows, columns=columns)


def _by_type(rows: Iterable[M]) -> dict[type[M], list[M]]:
    groups: dict[type[M], list[M]] = defaultdict(list)
    for row in rows:
        groups[type(row)].append(row)
    return groups


def _write_rank(parts: list[Part]) -> int:
    return parts[0].write_rank
