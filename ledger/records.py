"""What every domain's tables share: a row of state under a lock, and its append-only records."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

import msgspec
from django.db import models, router
from django.utils.translation import gettext_lazy as _

from ledger import chain
from ledger.fields import DigestField, KeyField
from ledger.refusals import Code, Refusal
from ledger.tables import construct, table_of
from ledger.terms import DIGEST_BYTES, Command, Holder, Key

if TYPE_CHECKING:
    from ledger.book import Book


class WriteOnceError(TypeError):
    """Somebody tried to change or delete what is only ever appended."""


def refuse_change(rows: object, *_: Any, **__: Any) -> NoReturn:
    """Stand in for every way to change or delete an append-only row.

    :raises WriteOnceError: always.
    """
    raise WriteOnceError(f"{rows.__class__.__name__}: append-only; post a command instead")


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Read and append; never change, never delete."""

    update = refuse_change
    delete = refuse_change
    bulk_update = refuse_change
    update_or_create = refuse_change

    def bulk_create(self, objs: Iterable[Any], **kwargs: Any) -> list[Any]:  # type: ignore[override]
        """Append rows; never in the place of others.

        :raises WriteOnceError: if conflicting rows are to be updated.
        """
        if kwargs.get("update_conflicts"):
            refuse_change(self)
        return super().bulk_create(objs, **kwargs)


AppendOnlyManager = models.Manager.from_queryset(AppendOnlyQuerySet)


def save_once(row: models.Model, *args: Any, **kwargs: Any) -> None:
    """Stand in for `save` of an append-only row: only a new one can be saved.

    :raises WriteOnceError: if the row is in the database already.
    """
    if not row._state.adding:
        refuse_change(row)
    models.Model.save(row, *args, **{**kwargs, "force_insert": True})


class State(models.Model):
    """A row that commands lock, decide on and change. Its seal covers every column that counts.

    A domain's model adds its columns, says which columns name it (as `held_by` takes them), which
    figure its records' changes add up to, and how a change makes a record.
    """

    found_by: ClassVar[tuple[str, ...]] = ("holder_digest",)
    held_by: ClassVar[type[Holder]]
    holder_columns: ClassVar[tuple[str, ...]]
    figure_column: ClassVar[str]
    unknown: ClassVar[Code] = Code.UNKNOWN_ACCOUNT
    lock_rank: ClassVar[int]
    verified_with: ClassVar[tuple[str, ...]] = ()
    changing_columns: ClassVar[tuple[str, ...]]
    sealed_columns: ClassVar[tuple[str, ...]]
    kernel_columns: ClassVar[tuple[str, ...]] = (
        "version",
        "sequence",
        "last_hash",
        "hash_key_id",
        "seal",
        "updated_at",
    )

    holder_digest = DigestField(length=DIGEST_BYTES, unique=True)
    tenant = KeyField(_("tenant"), max_length=32)
    version = models.PositiveBigIntegerField(_("version"), default=0, editable=False)
    sequence = models.PositiveBigIntegerField(_("records"), default=0, editable=False)
    last_hash = DigestField(length=chain.HASH_BYTES, default=chain.GENESIS)
    hash_key_id = models.PositiveIntegerField(default=0, editable=False)
    seal = DigestField(length=chain.HASH_BYTES, default=chain.GENESIS)
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("changed"), editable=False)

    is_broken = False

    class Meta:
        abstract = True

    @classmethod
    def held(cls, holder: Holder) -> Self:
        """Return the holder's row, not locked: to look at.

        :raises Refusal: UNKNOWN_ACCOUNT (or the model's own `unknown`) if there is none.
        """
        table = table_of(cls, using=router.db_for_read(cls))
        rows: list[Self] = table.find({"holder_digest": [holder.digest]})
        if not rows:
            raise Refusal(cls.unknown)
        return rows[0]

    @property
    def holder(self) -> Holder:
        """Return the name by which commands find this row."""
        return self.held_by(*(getattr(self, column) for column in self.holder_columns))

    @property
    def figure(self) -> Decimal | int:
        """Return what the records' changes add up to."""
        figure: Decimal | int = getattr(self, self.figure_column)
        return figure

    @classmethod
    def supply(cls, book: "Book") -> Any:
        """Fetch, once the rows are locked, what else the batch's commands need: by default nothing.

        What it returns is kept in `book.supplies`.
        """
        return None

    def apply(
        self,
        command: Command,
        *,
        change: Decimal | int,
        original: "Record | None",
        now: datetime,
    ) -> "Record":
        """Change this row in memory and return the unsaved record of it."""
        raise NotImplementedError

    def compute_seal(self) -> bytes:
        """Return the seal that this row's columns ought to carry."""
        columns = (
            "holder_digest",
            *self.holder_columns,
            "version",
            "sequence",
            "last_hash",
            *self.sealed_columns,
        )
        return chain.seal([getattr(self, column) for column in columns], key_id=self.hash_key_id)

    def has_sound_seal(self) -> bool:
        """Tell whether nothing but the book has changed this row."""
        return chain.holds(self.seal, self.compute_seal)

    def touch(self, *, now: datetime) -> None:
        """Count one more change of this row and seal it.

        A seal that was broken when the row was locked stays so: a later change must not hide it.
        """
        self.version += 1
        self.updated_at = now
        if not self.is_broken:
            self.hash_key_id = chain.current_key_id()
            self.seal = self.compute_seal()


class Record(models.Model):
    """One immutable line: what changed, what was so after it, who did it, and the chain's hash.

    A domain's model adds its columns, the foreign key that `owner` names to its row of state,
    and the unique constraint (owner, sequence). A digest of a key covers the owner's holder, so
    that it is unique by itself and a thousand keys are looked up by one IN.
    """

    found_by: ClassVar[tuple[str, ...]] = ("key_digest",)
    owner: ClassVar[str]
    change_column: ClassVar[str]
    after_column: ClassVar[str]
    sealed_columns: ClassVar[tuple[str, ...]]
    verified_with: ClassVar[tuple["str | models.Prefetch[Any]", ...]] = ()

    tenant = KeyField(_("tenant"), max_length=32)
    number = KeyField(_("trade number"), max_length=64, blank=True)
    reference = KeyField(_("original trade"), max_length=128, blank=True)
    sequence = models.PositiveBigIntegerField(_("sequence number"))
    key_digest = DigestField(length=DIGEST_BYTES, unique=True)
    reference_digest = DigestField(length=DIGEST_BYTES, null=True, db_index=True)
    content = models.TextField(_("content"))
    answer = models.TextField(_("answer"))
    actor = KeyField(_("by"), max_length=200)
    request_id = KeyField(_("request"), max_length=64)
    created_at = models.DateTimeField(_("time"))
    hash_key_id = models.PositiveIntegerField(_("hash key"))
    hash = DigestField(length=chain.HASH_BYTES)

    objects = AppendOnlyManager()

    class Meta:
        abstract = True
        verbose_name = _("record")
        verbose_name_plural = _("records")
        indexes: ClassVar = [
            models.Index(fields=["tenant", "id"], name="%(app_label)s_%(class)s_newest"),
            models.Index(fields=["number"], name="%(app_label)s_%(class)s_number"),
        ]

    def __init__(self, *args: Any, **columns: Any) -> None:
        construct(self, *args, **columns)

    save = save_once
    delete = refuse_change

    @property
    def change(self) -> Decimal | int:
        """Return by how much the owner's figure changed."""
        change: Decimal | int = getattr(self, self.change_column)
        return change

    @property
    def after(self) -> Decimal | int:
        """Return the owner's figure after it."""
        after: Decimal | int = getattr(self, self.after_column)
        return after

    def stamp(self, command: Command, *, owner: State, now: datetime, is_keyed: bool) -> None:
        """Give this record its place in the owner's row of records, and its origin.

        The one that `is_keyed` also gets the command's key, reference and content.
        """
        owner.sequence += 1
        self.sequence = owner.sequence
        self.tenant, self.created_at = owner.tenant, now
        self.actor, self.request_id = str(command.actor), command.actor.request_id
        key = command.key if is_keyed else None
        self.number = key.text if key else ""
        key = key or Key(("sequence",), str(self.sequence))
        self.key_digest = key.digest(owner.holder_digest)
        self.content = msgspec.json.encode(command.content if is_keyed else {}).decode()
        if is_keyed:
            self.reference = command.reference

    def belong(self, owner: State) -> None:
        """Point at the owner's row, which has its primary key by now."""
        self.__dict__[f"{self.owner}_id"] = owner.pk
        self._state.fields_cache[self.owner] = owner

    def compute_hash(self, *, owner_digest: bytes, previous: bytes) -> bytes:
        """Return the hash that this record ought to carry."""
        columns = (
            "tenant",
            "sequence",
            "number",
            "reference",
            "key_digest",
            "reference_digest",
            "content",
            "answer",
            "actor",
            "request_id",
            "created_at",
            *self.sealed_columns,
        )
        values = [getattr(self, column) for column in columns]
        content = [owner_digest, previous, *values, *self.sealed_lines()]
        return chain.seal(content, key_id=self.hash_key_id)

    def sealed_lines(self) -> Iterable[Any]:
        """Return what the hash covers of the lines that hang on this record: by default none."""
        return ()

    def link(self, *, owner: State) -> None:
        """Close this record's link of the chain, after its last change."""
        self.hash_key_id = chain.current_key_id()
        self.hash = self.compute_hash(owner_digest=owner.holder_digest, previous=owner.last_hash)
        owner.last_hash = self.hash


@cache
def states() -> tuple[type[State], ...]:
    """Return every domain's row of state, in the order in which rows are locked."""
    from django.apps import apps

    found = [model for model in apps.get_models() if issubclass(model, State)]
    return tuple(sorted(found, key=lambda model: model.lock_rank))


@cache
def record_model_of(model: type[State]) -> type[Record]:
    """Return the model of the records that a row of state owns."""
    for relation in model._meta.related_objects:
        kind = relation.related_model
        if issubclass(kind, Record) and kind.owner == relation.field.name:
            return kind
    raise LookupError(f"{model.__name__} owns no records")
