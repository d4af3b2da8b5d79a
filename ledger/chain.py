"""The keyed hash by which an edit in the database shows: each record seals the one before."""

import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from django.conf import settings

from ledger.amounts import plain

HASH_BYTES = 32
GENESIS = bytes(HASH_BYTES)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FLAT: dict[type, Callable[[Any], object]] = {
    bytes: bytes.hex,
    datetime: lambda moment: (moment - _EPOCH) // _MICROSECOND,
    Decimal: plain,
}


def current_key_id() -> int:
    """Return the id of the key that signs now: the last one of LEDGER_HASH_KEYS."""
    return next(reversed(settings.LEDGER_HASH_KEYS))


def seal(values: Iterable[object], *, key_id: int) -> bytes:
    """Return the HMAC-SHA256 of these values, in order, under that key.

    :raises KeyError: if the key is not among LEDGER_HASH_KEYS.
    """
    flat = [_FLAT[kind](value) if (kind := type(value)) in _FLAT else value for value in values]
    content = msgspec.json.encode(flat)
    return hmac.digest(settings.LEDGER_HASH_KEYS[key_id], content, "sha256")


def holds(kept: bytes, compute: Callable[[], bytes]) -> bool:
    """Tell whether a kept hash is the one that `compute` returns; not so without its key."""
    try:
        return hmac.compare_digest(kept, compute())
    except KeyError:
        return False
