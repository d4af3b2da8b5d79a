"""Kinds of parameters: how a raw value becomes a checked one, and how the schema describes it.

A raw value is what the strict parser hands over: `str` (a text, or a query string's value),
`Number` (a JSON number by its digits), `bool`, `None`, or a list or dict of these.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Any, ClassVar

from django.utils import timezone

from gateway.strict import JsonText, Number, StrictJsonError, parse_json
from ledger import amounts, texts
from ledger.amounts import Scale
from ledger.refusals import Code, Refusal

YEARS = range(1970, 2200)
DAY_LENGTH = len("yyyymmdd")
FORMATS = {DAY_LENGTH: "%Y%m%d", len("yyyymmddhhmmss"): "%Y%m%d%H%M%S"}
_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)


def bad(reason: str, **facts: Any) -> Refusal:
    """Return the refusal of one parameter; the caller adds its name."""
    return Refusal(Code.BAD_PARAMETER, reason=reason, **facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter: `name` on the wire, `attribute` inside (by default the same)."""

    name: str
    attribute: str = ""
    is_required: bool = False
    default: Any = None
    help: str = ""
    example: Any = None
    yields_to: str = ""  # Where that parameter is given, this one is ignored.

    @property
    def target(self) -> str:
        """Return the name by which operations know it."""
        return self.attribute or self.name

    def read(self, raw: Any) -> Any:
        """Return the checked value, or the default for an absent one (missing, null or empty).

        :raises Refusal: BAD_PARAMETER or BAD_QUANTITY, with the fact `reason`.
        """
        if raw is None or raw == "":
            if self.is_required:
                raise bad("required")
            return self.default
        return self.parse(raw)

    def parse(self, raw: Any) -> Any:
        """Return the checked value of a present one."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """Return its JSON schema."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Parameter):
    """The name of a thing: printable, no surrounding spaces, compared byte for byte."""

    length: int
    default: Any = ""

    def parse(self, raw: Any) -> str:
        """Take a text, or a JSON integer by its digits."""
        return texts.require_name(_text(raw), length=self.length)

    def schema(self) -> dict[str, Any]:
        """Describe a bounded text; an empty one is an absent one."""
        return {"type": "string", "minLength": int(self.is_required), "maxLength": self.length}


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText(Parameter):
    """A text that is only kept: no control characters but tab and newline."""

    length: int
    default: Any = ""

    def parse(self, raw: Any) -> str:
        """Take a text, or a JSON integer by its digits."""
        return texts.require_free_text(_text(raw), length=self.length)

    def schema(self) -> dict[str, Any]:
        """Describe a bounded text."""
        return {"type": "string", "maxLength": self.length}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Parameter):
    """A day (yyyyMMdd) or a second (yyyyMMddHHmmss) in the service's time zone.

    Its value is the first instant, or with `is_end` the first instant after what was named.
    """

    is_end: bool = False

    def parse(self, raw: Any) -> datetime:
        """Read it in the service's time zone."""
        text = _text(raw)
        try:
            moment = _moment(text)
        except ValueError as error:
            raise bad("not-a-time") from error
        return _after(moment, is_day=len(text) == DAY_LENGTH) if self.is_end else moment

    def schema(self) -> dict[str, Any]:
        """Describe the two spellings."""
        return {"type": "string", "pattern": "^[0-9]{8}([0-9]{6})?$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Parameter):
    """A day (yyyyMMdd)."""

    def parse(self, raw: Any) -> date:
        """Read it."""
        text = _text(raw)
        if len(text) != DAY_LENGTH:
            raise bad("not-a-day")
        try:
            return _moment(text).date()
        except ValueError as error:
            raise bad("not-a-day") from error

    def schema(self) -> dict[str, Any]:
        """Describe the spelling."""
        return {"type": "string", "pattern": "^[0-9]{8}$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Json(Parameter):
    """Any JSON, kept as the text received."""

    LENGTH_MAX: ClassVar[int] = 4_096

    def read(self, raw: Any) -> Any:
        """Take JSON text: as it stood in a JSON body, or as a query string's or a form's value."""
        if raw is None:
            return self.default
        return self.parse(raw)

    def parse(self, raw: Any) -> str | None:
        """Return the text, checked; None for null."""
        text = raw if isinstance(raw, JsonText) else _text(raw).strip(" \t\r\n")
        if text in {"", "null"}:
            return None
        texts.require_free_text(text, length=self.LENGTH_MAX)
        try:
            value = parse_json(text.encode())
        except StrictJsonError as error:
            raise bad("not-json") from error
        _require_free_texts(value)
        return str(text)

    def schema(self) -> dict[str, Any]:
        """Describe anything."""
        return {}


def _text(raw: Any) -> str:
    if isinstance(raw, Number) and not _WHOLE.fullmatch(raw):
        raise bad("not-a-text")
    if not isinstance(raw, str):
        raise bad("not-a-text")
    return str(raw)


def _moment(text: str) -> datetime:
    """Read yyyyMMdd or yyyyMMddHHmmss in the service's time zone; ValueError for anything else."""
    if len(text) not in FORMATS or not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    naive = datetime.strptime(text, FORMATS[len(text)])  # noqa: DTZ007 - aware in the next line
    if naive.year not in YEARS:
        raise ValueError(text)
    return timezone.make_aware(naive, timezone.get_default_timezone())


def _after(moment: datetime, *, is_day: bool) -> datetime:
    if not is_day:
        return moment + timedelta(seconds=1)
    tomorrow = datetime.combine(moment.date() + timedelta(days=1), time.min)
    return timezone.make_aware(tomorrow, timezone.get_default_timezone())


def _require_free_texts(value: Any) -> None:
    if isinstance(value, str):
        texts.require_free_text(value, length=len(value))
    elif isinstance(value, dict):
        for name, member in value.items():
            _require_free_texts(name)
            _require_free_texts(member)
    elif isinstance(value, list):
        for member in value:
            _require_free_texts(member)
