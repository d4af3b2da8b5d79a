"""The one clock, so that tests can move time."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present moment, in UTC."""
    return timezone.now()


def business_day(moment: datetime) -> date:
    """Return the day of that moment in the service's time zone (TIME_ZONE)."""
    return timezone.localdate(moment, timezone.get_default_timezone())
