"""Rows that hang on a row of state: its lock guards them, and each carries a seal of its own."""

from typing import Any, ClassVar

from django.db import models

from ledger import chain
from ledger.fields import DigestField
from ledger.tables import construct


class Part(models.Model):
    """A row that only changes under the lock of the row of state that it belongs to.

    A domain's model adds its columns, and says which find a row, which change, which are sealed.
    The book inserts and updates the parts of a lower `write_rank` first.
    """

    found_by: ClassVar[tuple[str, ...]]
    write_rank: ClassVar[int]
    changing_columns: ClassVar[tuple[str, ...]] = ()

    hash_key_id = models.PositiveIntegerField(default=0, editable=False)
    seal = DigestField(length=chain.HASH_BYTES, default=chain.GENESIS)

    is_broken = False

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **columns: Any) -> None:
        construct(self, *args, **columns)

    def sealed_values(self) -> list[Any]:
        """Return what the seal covers: what names its owner and itself, and its figures."""
        raise NotImplementedError

    def compute_seal(self) -> bytes:
        """Return the seal that this row's columns ought to carry."""
        return chain.seal([self._meta.label, *self.sealed_values()], key_id=self.hash_key_id)

    def has_sound_seal(self) -> bool:
        """Tell whether nothing but the book has changed this row."""
        return chain.holds(self.seal, self.compute_seal)

    def close_seal(self) -> None:
        """Seal this row after a change; a seal that was broken before stays so."""
        if not self.is_broken:
            self.hash_key_id = chain.current_key_id()
            self.seal = self.compute_seal()
