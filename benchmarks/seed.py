"""Fill the database, and add up what it holds. Runs inside Django: service.py calls it there.

The records are made by posting commands, many in one transaction: they are as real as any.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice

from django.db.models import Sum

from benchmarks import people
from benchmarks.people import Crowd
from ledger.posting import post
from ledger.refusals import Refusal
from ledger.terms import Actor, ActorKind, Command
from packages_app.commands import Create as SellPackage
from packages_app.commands import Package as PackageHolder
from packages_app.models import Package
from points.commands import DEFAULT_TYPE, Increase, Points
from points.models import Account as PointAccount
from wallets.commands import Add, Create, Deduct, Wallet
from wallets.models import Account

POSTED_AT_ONCE = 1000
ACTOR = Actor(ActorKind.SYSTEM, "benchmarks")


def fill(prefixes: Iterable[str], *, accounts: int) -> None:
    """Make the accounts of these crowds, with all that their figures need."""
    for prefix in prefixes:
        commands = _commands(people.CROWDS[prefix], accounts)
        while some := list(islice(commands, POSTED_AT_ONCE)):
            _post(some)


def print_totals() -> None:
    """Print what all accounts of each kind hold together, as JSON."""
    totals = {
        "wallets": Account.objects.aggregate(total=Sum("balance"))["total"],
        "packages": Package.objects.aggregate(total=Sum("remaining"))["total"],
        "points": PointAccount.objects.aggregate(total=Sum("available"))["total"],
    }
    sys.stdout.write(json.dumps({kind: int(total or 0) for kind, total in totals.items()}))


def _post(commands: list[Command]) -> None:
    refused = [answer for answer in post(commands) if isinstance(answer, Refusal)]
    if refused:
        raise refused[0]


def _commands(crowd: Crowd, accounts: int) -> Iterator[Command]:
    for number in range(crowd.count(accounts) + 1):
        user = f"{crowd.prefix}{number}"
        if crowd.kind == "points":
            yield from _points(user, lots=crowd.lots)
        else:
            yield from _wallet(user)
        if crowd is people.REFUNDED:
            yield from _deducts(user, count=people.DEDUCTS if number else people.HOT_DEDUCTS)
        if crowd is people.PACKAGES:
            yield _package(user)


def _wallet(user: str) -> Iterator[Command]:
    holder = Wallet(people.TENANT, "-", user)
    yield Create(actor=ACTOR, holder=holder, name=user)
    yield Add(actor=ACTOR, holder=holder, number="first", amount=Decimal(people.MONEY))


def _deducts(user: str, *, count: int) -> Iterator[Command]:
    holder = Wallet(people.TENANT, "-", user)
    amount = Decimal(people.DEDUCT_AMOUNT)
    for number in range(count):
        yield Deduct(actor=ACTOR, holder=holder, number=f"d{number}", amount=amount)


def _package(user: str) -> Command:
    return SellPackage(
        actor=ACTOR,
        account=Wallet(people.TENANT, "-", user),
        holder=PackageHolder(people.TENANT, "-", user, people.PACKAGE),
        name=people.PACKAGE,
        capacity=people.CAPACITY,
    )


def _points(user: str, *, lots: int) -> Iterator[Command]:
    holder = Points(people.TENANT, DEFAULT_TYPE, user)
    points = Decimal(people.LOT_POINTS)
    for number in range(lots):
        yield Increase(actor=ACTOR, holder=holder, number=f"first-{number}", points=points)
