"""Parameters that are figures, one of several, or one of two."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any, ClassVar

from gateway.parameters.base import Parameter, bad
from gateway.strict import Number
from ledger import amounts
from ledger.amounts import Scale
from ledger.refusals import Code, Refusal

_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Parameter):
    """An exact amount: a JSON number or its digits as text."""

    scale: Scale
    is_signed: bool = False
    may_be_zero: bool = False

    def parse(self, raw: Any) -> Decimal | int:
        """Read it exactly, never rounding; a quantity without fractions comes as an integer."""
        if not isinstance(raw, str):
            raise Refusal(Code.BAD_QUANTITY, reason="not-a-quantity")
        value = amounts.parse(
            raw, scale=self.scale, is_signed=self.is_signed, may_be_zero=self.may_be_zero
        )
        return value if self.scale.digits else int(value)

    def schema(self) -> dict[str, Any]:
        """Describe a number within the bounds."""
        bound = {"exclusiveMaximum": self.scale.bound}
        if self.is_signed:
            return {"type": "number", "exclusiveMinimum": -self.scale.bound, **bound}
        lower = {"minimum": 0} if self.may_be_zero else {"exclusiveMinimum": 0}
        return {"type": "number", **lower, **bound}


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer(Parameter):
    """An integer in a range, or its digits as text."""

    least: int
    most: int

    def parse(self, raw: Any) -> int:
        """Take digits only."""
        if not isinstance(raw, str) or not _INTEGER.fullmatch(raw):
            raise bad("not-an-integer")
        if not self.least <= int(raw) <= self.most:
            raise bad("out-of-range", least=self.least, most=self.most)
        return int(raw)

    def schema(self) -> dict[str, Any]:
        """Describe an integer within the range."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Parameter):
    """One of some numbers, each of which has a name inside."""

    options: tuple[IntEnum, ...]

    def parse(self, raw: Any) -> IntEnum:
        """Take the option of that number."""
        chosen = [option for option in self.options if raw == str(option.value)]
        if not chosen or not isinstance(raw, str):
            raise bad("not-an-option", options=self._numbers())
        return chosen[0]

    def schema(self) -> dict[str, Any]:
        """Describe the options."""
        return {"type": "integer", "enum": [option.value for option in self.options]}

    def _numbers(self) -> str:
        return ", ".join(str(option.value) for option in self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean(Parameter):
    """true or false, also as text."""

    SPELLINGS: ClassVar[Mapping[str, bool]] = {"true": True, "false": False}
    default: Any = False

    def parse(self, raw: Any) -> bool:
        """Take a JSON boolean or its spelling."""
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and not isinstance(raw, Number) and raw in self.SPELLINGS:
            return self.SPELLINGS[raw]
        raise bad("not-a-boolean")

    def schema(self) -> dict[str, Any]:
        """Describe a boolean."""
        return {"type": "boolean"}
