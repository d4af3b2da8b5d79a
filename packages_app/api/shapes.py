"""How packages and their changes look on the wire, and how the schema describes them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from gateway.registry import PostingForm
from gateway.shapes import ID, TEXT, choice, shape, wire_time
from ledger.clock import business_day, now
from packages_app.commands import ChangeType
from packages_app.models import Package, Record


def wire_day(day: date) -> str:
    """Return yyyyMMdd000000."""
    return day.strftime("%Y%m%d000000")


def package_ids(package: Package) -> dict[str, Any]:
    """Return a package's and its account's id."""
    return {"pkg_id": package.pk, "account_id": package.account_id}


def package_facts(package: Package, *, today: date) -> dict[str, Any]:
    """Return a package without its ids, with its use of that day."""
    return {
        "spkg_id": package.code,
        "pkg_name": package.name,
        "total_capacity": package.capacity,
        "total_remain": package.remaining,
        "capacity_daily": package.daily_limit,
        "deduct_today": package.used(today),
        "expires": wire_day(package.expires_on),
        "book_time": wire_time(package.created_at),
        "last_update": wire_time(package.updated_at),
    }


def change_facts(record: Record) -> dict[str, Any]:
    """Return a change without its ids."""
    return {
        "trade_no": record.number,
        "ext_no": record.reference,
        "change_type": record.change_type,
        "num": record.quantity,
        "remain": record.remaining,
        "create_time": wire_time(record.created_at),
    }


def change_ids(record: Record) -> dict[str, Any]:
    """Return a change's, its package's and its account's id."""
    return {
        "record_id": record.pk,
        "pkg_id": record.package_id,
        "account_id": record.account_id,
    }


def change_row(record: Record) -> dict[str, Any]:
    """Return a change with its ids."""
    return {**change_ids(record), **change_facts(record)}


def _sold(package: Package) -> dict[str, Any]:
    return package_facts(package, today=business_day(now()))


PACKAGE_SHAPE = shape(
    pkg_id=ID,
    account_id=ID,
    spkg_id=TEXT,
    pkg_name=TEXT,
    total_capacity=ID,
    total_remain=ID,
    capacity_daily=ID,
    deduct_today=ID,
    expires=TEXT,
    book_time=TEXT,
    last_update=TEXT,
)
CHANGE_SHAPE = shape(
    record_id=ID,
    pkg_id=ID,
    account_id=ID,
    trade_no=TEXT,
    ext_no=TEXT,
    change_type=choice(ChangeType),
    num=ID,
    remain=ID,
    create_time=TEXT,
)
PACKAGE_EXAMPLE: Mapping[str, Any] = {
    "pkg_id": 1,
    "account_id": 1,
    "spkg_id": "sp1",
    "pkg_name": "Car washes",
    "total_capacity": 100,
    "total_remain": 99,
    "capacity_daily": 10,
    "deduct_today": 1,
    "expires": "20991231000000",
    "book_time": "20260101120000",
    "last_update": "20260101120000",
}
CHANGE_EXAMPLE: Mapping[str, Any] = {
    "record_id": 2,
    "pkg_id": 1,
    "account_id": 1,
    "trade_no": "8970",
    "ext_no": "",
    "change_type": 3,
    "num": -1,
    "remain": 99,
    "create_time": "20260101120000",
}

PACKAGE = PostingForm(
    ids=lambda posting: package_ids(posting.row(Package)),
    facts=lambda posting: _sold(posting.row(Package)),
    schema=PACKAGE_SHAPE,
    example=PACKAGE_EXAMPLE,
)
CHANGE = PostingForm(
    ids=lambda posting: change_ids(posting.line(Record)),
    facts=lambda posting: change_facts(posting.line(Record)),
    schema=CHANGE_SHAPE,
    example=CHANGE_EXAMPLE,
)
