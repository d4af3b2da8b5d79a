"""Exact JSON text: Decimals as numbers, digit by digit."""

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(value: object) -> bytes:
    """Return compact JSON in UTF-8. A Decimal stands as a number, spelled as `str` spells it."""
    return _ENCODER.encode(value)
