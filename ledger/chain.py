"""The keyed hash by which an edit in the database shows: each record seals the one before."""

import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
from django.conf import settings

from ledger.amounts import plain

HASH_BYTES = 32
GENESIS = bytes(HASH_BYTES)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def current_key_id() -> int:
    """Return the id of the key that signs now: the last one of LEDGER_HASH_KEYS."""
    return next(reversed(settings.LEDGER_HASH_KEYS))


def seal(values: Iterable[object], *, key_id: int) -> bytes:
    """Return the HMAC-SHA256 of these values, in order, under that key.

    :raises KeyError: if the key is not among LEDGER_HASH_KEYS.
    """
    content = msgspec.json.encode([_flat(value) for value in values])
    return hmac.digest(settings.LEDGER_HASH_KEYS[key_id], content, "sha256")


def holds(kept: bytes, compute: Callable[[], bytes]) -> bool:
    """Tell whether a kept hash is the one that `compute` returns; not so without its key."""
    try:
        return hmac.compare_digest(kept, compute())
    except KeyError:
        return False


def _flat(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return (value - _EPOCH) // timedelta(microseconds=1)
    if isinstance(value, Decimal):
        return plain(value)
    return value
