"""Parameters that are times, all of them in the service's time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from django.utils import timezone

from gateway.parameters.base import Parameter, bad, structure_of, text_of

YEARS = range(1970, 2200)
DAY_LENGTH = len("yyyymmdd")
FORMATS = {DAY_LENGTH: "%Y%m%d", len("yyyymmddhhmmss"): "%Y%m%d%H%M%S"}
WALL_FORMAT = "%Y-%m-%d %H:%M:%S"
WALL_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
_WALL = re.compile(WALL_PATTERN, re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Parameter):
    """A day (yyyyMMdd) or a second (yyyyMMddHHmmss) in the service's time zone.

    Its value is the first instant, or with `is_end` the first instant after what was named.
    """

    is_end: bool = False

    def parse(self, raw: Any) -> datetime:
        """Read it in the service's time zone."""
        text = text_of(raw)
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
        text = text_of(raw)
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
class WallTime(Parameter):
    """A second as a clock on the wall shows it (yyyy-MM-dd HH:mm:ss)."""

    def parse(self, raw: Any) -> datetime:
        """Read it; a second that the zone's clocks skipped is none."""
        if not isinstance(raw, str) or not _WALL.fullmatch(raw):
            raise bad("not-a-wall-time")
        try:
            moment = _aware(raw, WALL_FORMAT)
        except ValueError as error:
            raise bad("not-a-wall-time") from error
        if moment.astimezone(UTC).astimezone(moment.tzinfo) != moment:
            raise bad("not-a-wall-time")
        return moment

    def schema(self) -> dict[str, Any]:
        """Describe the spelling."""
        return {"type": "string", "pattern": f"^{WALL_PATTERN}$"}


START = WallTime(name="startTime")
END = WallTime(name="endTime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Parameter):
    """From a start to before an end, either of them None if absent: a pair of wall times."""

    is_structured: ClassVar[bool] = True
    default: Any = (None, None)

    def parse(self, raw: Any) -> tuple[datetime | None, datetime | None]:
        """Read {"startTime", "endTime"}, as a JSON object or as its text."""
        ends = structure_of(raw)
        if not isinstance(ends, dict):
            raise bad("not-an-object")
        return START.read(ends.get(START.name)), END.read(ends.get(END.name))

    def schema(self) -> dict[str, Any]:
        """Describe the object."""
        return {"type": "object", "properties": {each.name: each.schema() for each in (START, END)}}


def _moment(text: str) -> datetime:
    """Read yyyyMMdd or yyyyMMddHHmmss in the service's time zone; ValueError for anything else."""
    if len(text) not in FORMATS or not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return _aware(text, FORMATS[len(text)])


def _aware(text: str, spelling: str) -> datetime:
    naive = datetime.strptime(text, spelling)  # noqa: DTZ007 - aware in the return
    if naive.year not in YEARS:
        raise ValueError(text)
    return timezone.make_aware(naive, timezone.get_default_timezone())


def _after(moment: datetime, *, is_day: bool) -> datetime:
    if not is_day:
        return moment + timedelta(seconds=1)
    tomorrow = datetime.combine(moment.date() + timedelta(days=1), time.min)
    return timezone.make_aware(tomorrow, timezone.get_default_timezone())
