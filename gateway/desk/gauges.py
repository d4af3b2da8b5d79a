"""Bars for what is left, and days and times coloured by how near they are."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from gateway.desk.display import digits

LOW_PART = 5  # A fifth or less is low.
SOON_DAYS = 7
NEAR_DAYS = 30
Nearness = tuple[str, str]


def level(left: Decimal | int, *, whole: Decimal | int) -> str:
    """Return how much is left, as a word for the colour of a bar: enough, low or none."""
    if left <= 0:
        return "none"
    return "low" if left * LOW_PART <= whole else "enough"


def bar(value: Decimal | int, *, whole: Decimal | int, level: str) -> SafeString:
    """Return a part of a whole, as figures above a bar."""
    return format_html(
        '<span class="gauge gauge-{}"><span class="amount">{} / {}</span>'
        '<progress value="{}" max="{}" aria-hidden="true"></progress></span>',
        level,
        digits(value),
        digits(whole),
        f"{value:f}" if isinstance(value, Decimal) else value,
        f"{whole:f}" if isinstance(whole, Decimal) and whole else whole or 1,
    )


def nearness(days: int, *, last_day: str) -> Nearness:
    """Return the colour and the word for what is so many days ahead; `last_day` is today's."""
    if days < 0:
        return "expired", gettext("expired")
    if days == 0:
        return "soon", last_day
    if days > NEAR_DAYS:
        return "far", ""
    word = ngettext("%(days)s day left", "%(days)s days left", days) % {"days": digits(days)}
    return "soon" if days <= SOON_DAYS else "near", word


def chip(nearness: Nearness, *, texts: Sequence[object]) -> SafeString:
    """Return texts and a word on the colour of how near something is."""
    colour, word = nearness
    said = [*texts, word] if word else texts
    lines = [format_html('<span class="one-line">{}</span>', text) for text in said]
    return format_html('<span class="day day-{}">{}</span>', colour, SafeString(" ".join(lines)))
