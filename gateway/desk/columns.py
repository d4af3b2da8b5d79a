"""The columns and groups of fields that every domain's rows of state and records have."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from gateway.desk import display
from gateway.desk.browsing import Fieldset
from gateway.desk.chains import around, check_seal

TEXTS_FOR_REPLAYS = ("content", "answer")


def lighten(
    rows: QuerySet[Any], *, request: HttpRequest, texts: tuple[str, ...] = ()
) -> QuerySet[Any]:
    """Leave the texts that a list doesn't show in the database."""
    match = request.resolver_match
    is_list = match is not None and str(match.url_name).endswith("_changelist")
    return rows.defer(*TEXTS_FOR_REPLAYS, *texts) if is_list else rows


@admin.display(description=_("created"))
def opened(row: Any) -> SafeString:
    """Return when a row of state was opened."""
    return display.moment(row.created_at)


@admin.display(description=_("changed"))
def changed(row: Any) -> SafeString:
    """Return when a row of state last changed."""
    return display.moment(row.updated_at)


@admin.display(description=_("number of records"))
def record_count(row: Any) -> int:
    """Return how many records a row of state has."""
    return int(row.sequence)


@admin.display(description=_("time"))
def booked(record: Any) -> SafeString:
    """Return when it was booked."""
    return display.moment(record.created_at)


@admin.display(description=_("account"))
def account_link(row: Any) -> SafeString:
    """Return a link to the account, which reads as its user id and name."""
    return display.link(row.account)


@admin.display(description=_("change"))
def change_label(record: Any) -> SafeString:
    """Return what kind of change it is."""
    return display.word(record.get_change_type_display())


@admin.display(description=_("trade number"))
def clipped_number(record: Any) -> SafeString:
    """Return the trade number, cut short by the page where it is long."""
    return display.clipped(record.number)


@admin.display(description=_("trade number"))
def number_link(record: Any) -> SafeString:
    """Return a link to the record, which reads as its trade number, or its place in the row."""
    text = record.number or f"#{record.sequence}"
    return format_html('<a class="code link" href="{}">{}</a>', display.page_of(record), text)


@admin.display(description=_("by"))
def by(record: Any) -> SafeString:
    """Return who did it."""
    return display.origin(record.actor)


@admin.display(description=_("original trade"))
def original_link(record: Any) -> str:
    """Return a link to the record that this one refunds or reverses."""
    original = around(record).original
    return (record.reference or "-") if original is None else number_link(original)


@admin.display(description=_("refunds and reversals"))
def referring_links(record: Any) -> str:
    """Return links to the records that refund or reverse this one."""
    found = ((number_link(each), display.change(each.change)) for each in around(record).referring)
    return format_html_join(", ", "{} {}", found) or "-"


@admin.display(description=_("hash"))
def record_hash(record: Any) -> SafeString:
    """Return the hash that seals it."""
    return display.code(record.hash.hex())


@admin.display(description=_("seal"))
def seal_label(record: Any) -> str:
    """Tell whether the record still says what it said when it was booked."""
    return check_seal(record)


ORIGIN: Fieldset = (_("Origin"), {"fields": (booked, by, "request_id", "tenant")})
CHAIN: Fieldset = (
    _("Chain"),
    {"fields": ("sequence", record_hash, "hash_key_id", seal_label)},
)
