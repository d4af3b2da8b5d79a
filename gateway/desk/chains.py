"""The records around a record: the one it refers to, those that refer to it; and its seal."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gateway.desk.display import label
from ledger import chain
from ledger.records import Record

REFERRING_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Around:
    """What a record's page says beyond the record."""

    original: Record | None
    referring: list[Record]


def around(record: Record) -> Around:
    """Return the records around a record: asked of the database once, however often it is shown."""
    memory = record.__dict__
    if "around" not in memory:
        memory["around"] = _fetch(record)
    found: Around = memory["around"]
    return found


def check_seal(record: Record) -> str:
    """Compute a record's hash again and return a label: intact, broken, or its key is missing."""
    owner = getattr(record, record.owner)
    try:
        computed = record.compute_hash(
            owner_digest=owner.holder_digest, previous=_previous_hash(record)
        )
    except KeyError:
        return label(_("its key is missing"), colour="warning")
    if computed == record.hash:
        return label(_("intact"), colour="success")
    return label(_("broken"), colour="danger")


def _fetch(record: Record) -> Around:
    records = type(record).objects
    original = (
        record.reference_digest and records.filter(key_digest=record.reference_digest).first()
    )
    later = records.filter(reference_digest=record.key_digest).order_by("sequence")
    return Around(original or None, list(later[:REFERRING_SHOWN]))


def _previous_hash(record: Record) -> bytes:
    memory = record.__dict__
    if "previous_hash" not in memory:
        of_owner = {f"{record.owner}_id": getattr(record, f"{record.owner}_id")}
        before = type(record).objects.filter(**of_owner, sequence=record.sequence - 1)
        memory["previous_hash"] = before.values_list("hash", flat=True).first()
    return memory["previous_hash"] or chain.GENESIS
