"""Book what has expired."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from ledger import clock
from ledger.posting import post
from ledger.refusals import Refusal
from ledger.terms import Actor, ActorKind, Posting
from points import queries
from points.commands import Expire
from points.models import Log

ACCOUNTS_PER_BATCH = 50
LOGS_PER_ACCOUNT = 200
IDLE_MAX = 100
ACTOR = Actor(ActorKind.SYSTEM, "expire_points")


class Command(BaseCommand):
    """Book the lots and the holds that have expired: any number of these may run at once.

    What has expired counts as expired before it is booked; this only brings the logs up to date.
    Each batch is one transaction, so that it can be killed at any time and started again.
    """

    help = "Book expired points and release expired holds, in batches; safe to run at any time."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether to count only."""
        parser.add_argument("--dry-run", action="store_true", help="count, and change nothing")

    def handle(self, *, dry_run: bool, **_: Any) -> None:
        """Book all that has expired when it starts."""
        now = clock.now()
        due = queries.count_due(now=now)
        self.stdout.write(f"Expired and not booked: lots {due.lots}, holds {due.holds}.")
        if dry_run:
            return
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("booked", total=due.lots + due.holds)
            booked = 0
            for logs in book_all(now):
                booked += logs
                bar.advance(task, logs)
        self.stdout.write(f"{booked} logs written.")


def book_all(now: datetime) -> Iterator[int]:
    """Book batch after batch; yield how many logs each took.

    :raises CommandError: if there is something to book and, time and again, nothing was booked.
    """
    idle = 0
    while accounts := queries.accounts_due(now=now, most=ACCOUNTS_PER_BATCH):
        commands = [
            Expire(holder=account.holder, actor=ACTOR, most=LOGS_PER_ACCOUNT)
            for account in accounts
        ]
        logs = sum(map(_logs, post(commands)))
        idle = 0 if logs else idle + 1  # Another process may have been faster.
        if idle > IDLE_MAX:
            raise CommandError(f"could not book what has expired of {len(accounts)} accounts")
        yield logs


def _logs(answer: Posting | Refusal) -> int:
    if isinstance(answer, Refusal) or not isinstance(answer.record, Log):
        return 0
    return answer.record.last_sequence - answer.record.first_sequence + 1
