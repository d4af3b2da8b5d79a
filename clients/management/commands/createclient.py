"""Make an API client and print its key."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from clients.operations import NameTakenError, create_client
from clients.scopes import Scope
from ledger.refusals import Refusal
from ledger.texts import require_name


class Command(BaseCommand):
    """Make an API client; its key is the last line of the output and is never shown again."""

    help = "Make an API client and print its key, alone on the last line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name, the tenant and the scopes."""
        parser.add_argument("name")
        parser.add_argument("--ident", required=True, help="its tenant, made if it is new")
        parser.add_argument("--scopes", default="read,write", help="of read,write,manage")

    def handle(self, **options: Any) -> None:
        """Make it."""
        try:
            name = require_name(options["name"], length=64)
            ident = require_name(options["ident"], length=32)
            scopes = [Scope(scope.strip()) for scope in options["scopes"].split(",")]
            _client, secret = create_client(name=name, ident=ident, scope=_highest(scopes))
        except NameTakenError as error:
            raise CommandError(f"a client named {error} exists") from error
        except Refusal as error:
            raise CommandError("a name has 1 to 64 (a tenant 32) printable characters") from error
        except ValueError as error:
            raise CommandError(f"unknown scope: {error}") from error
        self.stdout.write(secret)


def _highest(scopes: list[Scope]) -> Scope:
    return max(scopes, key=list(Scope).index)
