"""How a package stands, in bars and days, and what its records changed: columns of figures."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gateway.desk.display import amount, change, digits, link
from gateway.desk.gauges import bar, chip, level, nearness
from ledger.clock import business_day, now
from packages_app.models import Package, Record


@admin.display(description=_("remaining / capacity"))
def remaining(package: Package) -> SafeString:
    """Return what is left of the capacity, as a bar that shrinks."""
    left, whole = package.remaining, package.capacity
    return bar(left, whole=whole, level=level(left, whole=whole))


@admin.display(description=_("used today / daily limit"))
def used_today(package: Package) -> SafeString:
    """Return what is used of the day's limit, as a bar that grows; without a limit, the figure."""
    spent, limit = package.used(business_day(now())), package.daily_limit
    if not limit:
        return format_html(
            '<span class="gauge"><span class="amount">{} · {}</span></span>',
            digits(spent),
            gettext("no limit"),
        )
    return bar(spent, whole=limit, level=level(limit - spent, whole=limit))


@admin.display(description=_("daily limit"))
def limit_text(package: Package) -> str:
    """Return the daily limit, 0 in a word."""
    return digits(package.daily_limit) if package.daily_limit else gettext("no limit")


@admin.display(description=_("last valid day"))
def last_day(package: Package) -> SafeString:
    """Return the last valid day, coloured and with a word by how near it is."""
    days = (package.expires_on - business_day(now())).days
    return chip(nearness(days, last_day=gettext("last day")), texts=[package.expires_on])


@admin.display(description=_("package"))
def package_link(record: Record) -> SafeString:
    """Return a link to the package of a record."""
    return link(record.package)


@admin.display(description=_("quantity"))
def signed_quantity(record: Record) -> SafeString:
    """Return the quantity of a record with its sign."""
    return change(record.quantity)


@admin.display(description=_("remaining after"))
def remaining_after(record: Record) -> SafeString:
    """Return what remained after a record."""
    return amount(record.remaining)
