"""The nouns every operation speaks in. Pure: no Django, no clock, no settings."""

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, TypeVar

import msgspec

from ledger.amounts import plain

if TYPE_CHECKING:
    from ledger.parts import Part
    from ledger.records import Record, State

DIGEST_BYTES = 16
T = TypeVar("T")


def digest(*parts: str | int) -> bytes:
    """Return 16 bytes that stand for these texts, alike on every database."""
    return sha256(msgspec.json.encode(parts)).digest()[:DIGEST_BYTES]


class ActorKind(StrEnum):
    """What sort of caller asks."""

    CLIENT = "client"
    OPERATOR = "operator"
    ANONYMOUS = "anonymous"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, and in which request."""

    kind: ActorKind
    name: str
    request_id: str = ""

    @property
    def is_operator(self) -> bool:
        """Tell whether a person in the back office asks."""
        return self.kind is ActorKind.OPERATOR

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True)
class Holder:
    """The texts that name one row of state, its tenant first. Each domain adds its own kind."""

    kind: ClassVar[str]

    tenant: str

    @cached_property
    def digest(self) -> bytes:
        """Return the 16 bytes by which the row is found."""
        return digest(self.kind, *(getattr(self, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Key:
    """A client-chosen number inside one account, and the family of operations that share it."""

    family: tuple[str | int, ...]
    text: str

    def digest(self, holder_digest: bytes) -> bytes:
        """Return the 16 bytes under which the holder's record of this key is found."""
        return digest(holder_digest.hex(), *self.family, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One wish of one actor about one holder's row. Each domain adds its own.

    `decides` names the attributes that a repeat under the same key must share.
    """

    decides: ClassVar[tuple[str, ...]] = ()

    holder: Holder
    actor: Actor

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Name every row that must be locked before this command is decided."""
        return (self.holder,)

    @property
    def key(self) -> Key | None:
        """Return the key that makes this command happen once, if it has one."""
        return None

    @property
    def reference(self) -> str:
        """Return the number of the earlier record that this command is about, if there is one."""
        return ""

    @property
    def original(self) -> Key | None:
        """Return the key of the earlier record that this command gives back or undoes."""
        return None

    @property
    def content(self) -> dict[str, str]:
        """Return what decides the change, as text: 10.5 and 10.50 are one content."""
        return {name: _text(getattr(self, name)) for name in self.decides}


@dataclass(slots=True)
class Posting:
    """What a command did: the row as it now is, the record it made, and the answer kept with it.

    `answer` is JSON text without the row's and the record's ids, which only the database knows.
    """

    state: "State | Part"
    record: "Record | None"
    answer: str
    is_repeat: bool = False

    def row(self, kind: type[T]) -> T:
        """Return the row as what it is known to be."""
        if not isinstance(self.state, kind):
            raise TypeError(self.state)
        return self.state

    def line(self, kind: type[T]) -> T:
        """Return the record as what it is known to be."""
        if not isinstance(self.record, kind):
            raise TypeError(self.record)
        return self.record


def _text(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
