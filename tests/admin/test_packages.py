"""Packages and their records: found by ids, shown with bars and days, never touched."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from gateway.desk.display import list_page
from ledger.posting import post
from ledger.terms import Actor
from packages_app.commands import Create, Deduct, Refund
from packages_app.commands import Package as Holder
from packages_app.models import Package, Record
from tests.admin.conftest import ANN, NOON, TODAY, WASHES
from tests.admin.support import XSS, english, found, text
from wallets.commands import Create as Open
from wallets.commands import Wallet
from wallets.models import Account

pytestmark = pytest.mark.usefixtures("clock")

PACKAGES, RECORDS = "/admin/packages/package/", "/admin/packages/record/"
QUERIES_MAX = 12
DAY = timedelta(days=1)


def holders(actor: Actor, code: str = WASHES.code) -> dict[str, Any]:
    return {"holder": Holder("t1", "-", "u1", code), "account": ANN, "actor": actor}


def sell(actor: Actor, *, code: str = "8002", capacity: int = 10, **how: Any) -> Package:
    """Sell Ann another package."""
    post([Create(name="保养", capacity=capacity, **how, **holders(actor, code))])
    return Package.objects.get(code=code)


def page(row: Package | Record) -> str:
    return f"{PACKAGES if isinstance(row, Package) else RECORDS}{row.pk}/change/"


def shown(browser: Browser, package: Package) -> str:
    """Return the list of packages, narrowed to this one, on one line."""
    listed = text(browser.get(PACKAGES, {"q": package.code}))
    return re.sub(r"\s+", " ", listed)


@pytest.mark.parametrize("typed", ["8001", "u1", "9001", " 8001 "])
def test_finds_a_package(viewer: Browser, package: Package, typed: str) -> None:
    assert found(viewer, PACKAGES, q=typed) == [package.pk]


@pytest.mark.parametrize("typed", ["800", "u", "U1", "900", "洗车", "%", "8970"])
def test_finds_no_package_by_anything_else(viewer: Browser, package: Package, typed: str) -> None:
    assert found(viewer, PACKAGES, q=typed) == []


@pytest.mark.parametrize(("typed", "count"), [("8001", 2), ("u1", 2), ("9001", 1), ("9", 0)])
def test_finds_records_of_packages(
    viewer: Browser, package: Package, typed: str, count: int
) -> None:
    assert len(found(viewer, RECORDS, q=typed)) == count


def test_lists_the_newest_first(viewer: Browser, package: Package, actor: Actor) -> None:
    sold = sell(actor)
    assert found(viewer, PACKAGES) == [sold.pk, package.pk]


@pytest.mark.parametrize(
    ("days", "label", "narrowed"),
    [
        (-1, "expired", {"expired"}),
        (0, "soon", {"7", "30"}),
        (1, "soon", {"7", "30"}),
        (7, "soon", {"7", "30"}),
        (8, "near", {"30"}),
        (30, "near", {"30"}),
        (31, "far", set()),
    ],
)
def test_the_last_valid_day_is_coloured_and_sought_by_how_near_it_is(
    viewer: Browser, package: Package, actor: Actor, days: int, label: str, narrowed: set[str]
) -> None:
    sold = sell(actor, expires_on=TODAY + days * DAY)
    for address in (shown(viewer, sold), text(viewer.get(page(sold)))):
        assert f'class="day day-{label}"><span class="one-line">{sold.expires_on}<' in address
    chosen = {v for v in ("7", "30", "expired") if found(viewer, PACKAGES, validity=v) == [sold.pk]}
    assert chosen == narrowed


def test_a_package_expires_at_midnight_of_the_service(
    viewer: Browser, package: Package, actor: Actor, clock: time_machine.Traveller
) -> None:
    sold = sell(actor, expires_on=TODAY)
    clock.move_to(NOON.replace(hour=23, minute=59, second=59))
    assert "last day" in shown(viewer, sold)
    assert found(viewer, PACKAGES, validity="expired") == []
    clock.shift(1)
    assert "day-expired" in shown(viewer, sold)
    assert found(viewer, PACKAGES, validity="expired") == [sold.pk]


def test_says_how_many_days_are_left(viewer: Browser, package: Package, actor: Actor) -> None:
    assert "1 day left" in shown(viewer, sell(actor, code="a", expires_on=TODAY + DAY))
    assert "7 days left" in shown(viewer, sell(actor, code="b", expires_on=TODAY + 7 * DAY))


@pytest.mark.parametrize(
    ("used", "level"), [(0, "enough"), (79, "enough"), (80, "low"), (99, "low"), (100, "none")]
)
def test_a_bar_shows_what_remains(
    viewer: Browser, package: Package, actor: Actor, used: int, level: str
) -> None:
    sold = sell(actor, capacity=100)
    if used:
        post([Deduct(number="1", quantity=used, **holders(actor, sold.code))])
    bar = (
        f'<span class="gauge gauge-{level}"><span class="amount">{100 - used} / 100</span>'
        f'<progress value="{100 - used}" max="100"'
    )
    assert bar in shown(viewer, sold)
    assert bar in text(viewer.get(page(sold)))
    assert (found(viewer, PACKAGES, left="none") == [sold.pk]) is (level == "none")
    assert (sold.pk in found(viewer, PACKAGES, left="some")) is (level != "none")


def test_an_empty_package_has_an_empty_bar(viewer: Browser, package: Package, actor: Actor) -> None:
    assert '0 / 0</span><progress value="0" max="1"' in shown(viewer, sell(actor, capacity=0))


def test_a_bar_shows_todays_use_and_is_empty_after_midnight(
    viewer: Browser, package: Package, actor: Actor, clock: time_machine.Traveller
) -> None:
    assert '4 / 10</span><progress value="4" max="10"' in shown(viewer, package)
    post([Deduct(number="9002", quantity=6, **holders(actor))])
    full = 'gauge-none"><span class="amount">10 / 10</span><progress value="10" max="10"'
    clock.move_to(NOON.replace(hour=23, minute=59, second=59))
    assert full in shown(viewer, package)
    clock.shift(1)
    for address in (shown(viewer, package), text(viewer.get(page(package)))):
        assert '0 / 10</span><progress value="0" max="10"' in address


def test_without_a_daily_limit_todays_use_is_a_figure(
    viewer: Browser, package: Package, actor: Actor
) -> None:
    sold = sell(actor, capacity=5_000)
    post([Deduct(number="1", quantity=1_200, **holders(actor, sold.code))])
    assert "1,200 · no limit" in shown(viewer, sold)


@pytest.mark.parametrize(
    ("address", "narrowed", "count"),
    [
        (PACKAGES, {"tenant": "t1"}, 1),
        (PACKAGES, {"tenant": "t2"}, 0),
        (PACKAGES, {"validity": "ever"}, 1),
        (PACKAGES, {"left": "half"}, 1),
        (RECORDS, {"tenant": "t1"}, 2),
        (RECORDS, {"change_type__exact": "3"}, 1),
        (RECORDS, {"period": "today"}, 2),
        (RECORDS, {"period": "yesterday"}, 0),
        (RECORDS, {"created_at_to": "2026-05-03"}, 0),
    ],
)
def test_narrows_a_list(
    viewer: Browser, package: Package, address: str, narrowed: dict[str, str], count: int
) -> None:
    assert len(found(viewer, address, **narrowed)) == count


@pytest.mark.parametrize("address", [PACKAGES, RECORDS])
def test_narrows_a_list_to_an_account(
    viewer: Browser, package: Package, actor: Actor, address: str
) -> None:
    bob = Wallet("t1", "-", "u2")
    post([Open(holder=bob, actor=actor, name="Bob")])
    others = Account.objects.get(user="u2").pk
    assert found(viewer, address, account=str(package.account_id)) == found(viewer, address)
    assert found(viewer, address, account=str(others)) == []
    assert viewer.get(address, {"account": "x"})["Location"] == f"{address}?e=1"


def test_narrows_records_to_a_package(viewer: Browser, package: Package, actor: Actor) -> None:
    sell(actor)
    link = f"{RECORDS}?package={package.pk}"
    assert link in text(viewer.get(page(package)))
    assert len(found(viewer, RECORDS, package=str(package.pk))) == 2


def test_an_account_leads_to_its_packages_and_back(viewer: Browser, package: Package) -> None:
    account = f"/admin/wallets/account/{package.account_id}/change/"
    link = f"{PACKAGES}?account={package.account_id}"
    assert f'href="{link}"' in text(viewer.get(account))
    assert f'href="{account}"' in text(viewer.get(page(package)))
    assert viewer.get(link).context["cl"].result_list[0].pk == package.pk


def test_hides_what_somebody_may_not_see(sign_in: Callable[..., Browser], package: Package) -> None:
    browser = sign_in("view_account", name="otto")
    account = f"/admin/wallets/account/{package.account_id}/change/"
    assert PACKAGES not in text(browser.get(account))
    for address in (PACKAGES, RECORDS, page(package)):
        assert browser.get(address).status_code == 403
    browser = sign_in("view_package", name="pia")
    seen = text(browser.get(page(package)))
    assert "9001" not in seen
    assert "Latest records" not in seen


def test_a_page_of_nothing_has_no_address() -> None:
    assert list_page("nowhere_nothing", account=1) == ""


def test_a_package_shows_its_figures_and_records(viewer: Browser, package: Package) -> None:
    seen = text(viewer.get(page(package)))
    for word in ("8001", "洗车", "96 / 100", "4 / 10", "2099-12-31", "9001", "API client tester"):
        assert word in seen
    first = package.records.get(sequence=1)
    assert f'href="{page(first)}">#1<' in seen


def test_a_record_leads_to_its_package_its_original_and_back(
    viewer: Browser, package: Package, actor: Actor
) -> None:
    post([Refund(number="9002", reference="9001", quantity=3, **holders(actor))])
    deduct, refund = Record.objects.get(number="9001"), Record.objects.get(number="9002")
    there = text(viewer.get(page(refund)))
    for link in (page(deduct), page(package)):
        assert f'href="{link}"' in there
    back = text(viewer.get(page(deduct)))
    for word in (page(refund), deduct.hash.hex(), "request-1", "intact"):
        assert word in back


def test_an_edited_record_shows_as_broken(viewer: Browser, package: Package) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE packages_record SET quantity = quantity + 1")
    assert "broken" in text(viewer.get(page(package.records.get(sequence=2))))


def test_texts_are_escaped_everywhere(operator: Browser, package: Package, actor: Actor) -> None:
    evil = holders(actor, XSS)
    post([Create(name=XSS, capacity=10, **evil), Deduct(number=XSS, quantity=1, **evil)])
    sold = Package.objects.get(code=XSS)
    addresses = [PACKAGES, RECORDS, page(sold), page(sold.records.get(sequence=2))]
    for address in (*addresses, f"{PACKAGES}{sold.pk}/take_back/"):
        seen = text(operator.get(address))
        assert XSS not in seen
        assert "&lt;script&gt;alert(1)" in seen


def test_not_even_a_superuser_touches_what_the_ledger_keeps(
    root: Browser, package: Package
) -> None:
    record = package.records.get(sequence=2)
    for address in (PACKAGES, RECORDS):
        assert root.get(f"{address}add/").status_code == 403
        assert root.post(f"{address}add/", {"code": "x", "quantity": 1}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
        root.post(address, chosen)
    for row in (package, record):
        assert root.post(page(row), {"name": "x", "quantity": 1}).status_code == 403
        delete = page(row).replace("change", "delete")
        assert root.get(delete).status_code == 403
        assert root.post(delete, {"post": "yes"}).status_code == 403
    assert Package.objects.get().name == "洗车"
    assert Record.objects.count() == 2


def test_permissions_read_apart_from_those_of_wallets(root: Browser) -> None:
    seen = text(root.get("/admin/auth/group/add/"))
    for words in ("Package: adjust by hand", "Package: see", "Package record: see", "Record: see"):
        assert f">{words}<" in seen
    assert "Package: change" not in seen
    assert "Package: add" not in seen
    assert Permission.objects.get(codename="adjust_package").content_type.app_label == "packages"


@pytest.mark.parametrize(
    "address",
    [
        PACKAGES,
        f"{PACKAGES}?q=8001&tenant=t1&validity=30&left=some&account={{account}}",
        f"{PACKAGES}{{package}}/change/",
        f"{PACKAGES}{{package}}/history/",
        f"{PACKAGES}{{package}}/refund_use/",
        RECORDS,
        f"{RECORDS}?q=u1&tenant=t1&change_type__exact=3&period=today&package={{package}}",
        f"{RECORDS}{{record}}/change/",
        "/admin/wallets/account/{account}/change/",
    ],
)
def test_a_page_takes_few_queries_however_long_the_list_is(
    operator: Browser, package: Package, actor: Actor, address: str
) -> None:
    post([Refund(number="9002", reference="9001", quantity=1, **holders(actor))])
    for number in range(20):
        sell(actor, code=f"b{number}", expires_on=date(2026, 5, 20))
    last = package.records.latest("sequence")
    keys = {"account": package.account_id, "package": package.pk, "record": last.pk}
    with CaptureQueriesContext(connection) as queries:
        assert operator.get(address.format(**keys)).status_code == 200
    assert len(queries) <= QUERIES_MAX, [query["sql"] for query in queries]
    for query in queries:
        assert "LIKE" not in query["sql"].upper()


@pytest.mark.parametrize(
    "address",
    [
        PACKAGES,
        f"{PACKAGES}?q=0&validity=7",
        f"{PACKAGES}{{package}}/change/",
        *(f"{PACKAGES}{{package}}/{name}/" for name in ("add_capacity", "take_back", "refund_use")),
        RECORDS,
        f"{RECORDS}{{record}}/change/",
    ],
)
def test_a_chinese_page_has_no_english_left(
    root: Browser, package: Package, actor: Actor, address: str
) -> None:
    for days in (-1, 0, 1, 30):
        sell(actor, code=f"800{days + 3}", expires_on=TODAY + days * DAY)
    root.cookies["django_language"] = "zh-hans"
    record = package.records.get(sequence=2)
    answer = root.get(address.format(package=package.pk, record=record.pk))
    assert not english(answer)
    if address == PACKAGES:
        for word in (
            "服务包",
            "剩余 / 容量",
            "每日限额",
            "最后有效日",
            "已过期",
            "最后一天",
            "剩 1 天",
        ):
            assert word in text(answer)
