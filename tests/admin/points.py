"""Where the points of the desk are, and what is read there."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client as Browser

from ledger.posting import post
from ledger.terms import Actor
from points.commands import Increase, Points
from points.models import Lot
from tests.admin.support import text

DESK = "/admin/points/"
ACCOUNTS, LOTS, PIECES, LOGS, LINES, TYPES = (
    f"{DESK}{name}/" for name in ("account", "lot", "holdpiece", "log", "lotlog", "pointtype")
)
LISTS = (ACCOUNTS, LOTS, PIECES, LOGS, LINES, TYPES)
QUERIES_MAX = 22
DAY = timedelta(days=1)


def page(row: Any) -> str:
    return f"{DESK}{row._meta.model_name}/{row.pk}/change/"


def read(browser: Browser, address: str, **parameters: str) -> str:
    """Return a page on one line."""
    return re.sub(r"\s+", " ", text(browser.get(address, parameters)))


def grant(actor: Actor, user: str = "u2", *, points: int = 10, **how: Any) -> Lot:
    """Grant points to somebody else and return the lot."""
    holder = Points("t1", "score", user)
    post([Increase(holder=holder, actor=actor, points=Decimal(points), **how)])
    return Lot.objects.latest("pk")


def lot(number: str) -> Lot:
    """Return the lot that a log granted."""
    return Lot.objects.get(logs__log__number=number, logs__log_type=1)


def cards(browser: Browser, address: str) -> list[str]:
    """Return the figures on top of a page."""
    figures = re.findall(r'text-xl">(.*?)</div>', read(browser, address))
    return [re.sub(r"<[^>]+>", " ", figure).strip() for figure in figures]
