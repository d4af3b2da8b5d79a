"""Exact quantities: parse, bound, convert. Pure Decimal and integers, never a binary fraction."""

import re
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

from ledger.refusals import Code, Refusal

TEXT_LENGTH_MAX = 64
MAGNITUDE_MAX = 20
_EXACT = Context(prec=80, traps=[Inexact, InvalidOperation])
_ONE = Decimal(1)
_SPELLING = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scale:
    """A kind of quantity: how many fractional digits it has, and the bound it stays below."""

    digits: int
    bound: int

    @property
    def units_bound(self) -> int:
        """Return the bound as a count of the smallest unit."""
        return self.bound * int(10**self.digits)


MONEY = Scale(digits=5, bound=9 * 10**13)
POINTS = Scale(digits=2, bound=9 * 10**16)
CAPACITY = Scale(digits=0, bound=9 * 10**18)


def canonical(value: Decimal) -> Decimal:
    """Return the same value with no exponent and no trailing zeros."""
    short = _EXACT.normalize(value)
    if not short:
        return Decimal(0)
    is_whole = short == short.to_integral_value()
    return _EXACT.quantize(short, _ONE) if is_whole else short


def plain(value: Decimal) -> str:
    """Return the value's digits: `10000`, `20.25`."""
    text = str(value)
    if "E" in text or text.startswith("-0"):
        return str(canonical(value))
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_units(value: Decimal, *, digits: int) -> int:
    """Return the value as a count of its smallest unit.

    :raises decimal.Inexact: if the value has more fractional digits than that.
    """
    return int(_EXACT.quantize(_EXACT.scaleb(value, digits), _ONE))


def from_units(units: int, *, digits: int) -> Decimal:
    """Return the value of a count of the smallest unit, in canonical form."""
    whole, rest = divmod(units, 10**digits)
    return _EXACT.normalize(_EXACT.scaleb(Decimal(units), -digits)) if rest else Decimal(whole)


def parse(
    text: str, *, scale: Scale, is_signed: bool = False, may_be_zero: bool = False
) -> Decimal:
    """Read a quantity from its spelling; the value counts, not the spelling.

    :raises Refusal: BAD_QUANTITY, with the fact `reason`, if it is no exact quantity of this scale.
    """
    if len(text) > TEXT_LENGTH_MAX or not _SPELLING.fullmatch(text):
        raise _bad("not-a-quantity")
    value = Decimal(text)
    if not value:
        if may_be_zero:
            return Decimal(0)
        raise _bad("zero")
    if value < 0 and not is_signed:
        raise _bad("negative")
    if value.adjusted() > MAGNITUDE_MAX:
        raise _bad("out-of-bounds")
    if value.adjusted() < -MAGNITUDE_MAX:
        raise _bad("too-many-digits", digits=scale.digits)
    short = value.normalize(_EXACT)
    if -short.as_tuple().exponent > scale.digits:  # type: ignore[operator]
        raise _bad("too-many-digits", digits=scale.digits)
    return require_bounds(canonical(short), scale=scale)


def require_bounds(value: Decimal, *, scale: Scale) -> Decimal:
    """Return the value if it lies within its scale's bounds.

    :raises Refusal: BAD_QUANTITY if it doesn't.
    """
    if abs(value) >= scale.bound:
        raise _bad("out-of-bounds")
    return value


def _bad(reason: str, **facts: Any) -> Refusal:
    return Refusal(Code.BAD_QUANTITY, reason=reason, **facts)
