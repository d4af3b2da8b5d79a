"""What is done to API clients."""

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction

from clients import keys
from clients.models import Client, Tenant
from clients.scopes import Scope


class NameTakenError(ValueError):
    """A client of that name exists."""


@transaction.atomic
def create_client(*, name: str, ident: str, scope: Scope) -> tuple[Client, str]:
    """Make a client and its key; make the tenant if it is new. Return the client and the key.

    :raises NameTakenError: if a client of that name exists.
    """
    if Client.objects.filter(name=name).exists():
        raise NameTakenError(name)
    tenant, _ = Tenant.objects.get_or_create(ident=ident)
    key = keys.make()
    client = Client.objects.create(
        name=name,
        default_tenant=tenant,
        scope=scope.value,
        key_digest=key.digest,
        key_hint=key.hint,
    )
    return client, key.secret


def renew_key(client: Client) -> str:
    """Replace a client's key; the old one is refused within five seconds. Return the new one."""
    key = keys.make()
    client.key_digest, client.key_hint = key.digest, key.hint
    client.save(update_fields=["key_digest", "key_hint"])
    return key.secret


@dataclass(frozen=True, slots=True)
class Demo:
    """What a newcomer needs, at the one moment at which it can be shown."""

    operator: str
    password: str
    secret: str


@transaction.atomic
def create_demo() -> Demo | None:
    """Make an operator and an API client that may do everything; None if anybody is there."""
    users = get_user_model().objects
    if users.exists() or Client.objects.exists():
        return None
    _, secret = create_client(name="demo", ident="demo", scope=Scope.MANAGE)
    password = secrets.token_urlsafe(12)
    users.create_superuser(username="admin", password=password)
    return Demo("admin", password, secret)
