"""Check every invariant of every domain."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import Progress

from ledger import verify


class Command(BaseCommand):
    """List every breach of an invariant; exit with 1 if there is one."""

    help = "Check balances, sequences, seals and hash chains of all domains; exit 1 if broken."
    requires_system_checks = []

    def handle(self, *_: Any, **__: Any) -> None:
        """Check while the service may run on."""
        found = 0
        rows = verify.count()
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("rows", total=rows)
            for finding in verify.verify(advance=lambda done: bar.advance(task, done)):
                found += 1
                self.stdout.write(str(finding))
        self.stdout.write(f"{rows} rows checked, {found} faults found.")
        if found:
            raise SystemExit(1)
