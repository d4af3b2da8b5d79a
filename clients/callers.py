"""From a secret key to the caller behind it, kept in memory for a few seconds."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from clients import keys
from clients.models import Client
from clients.scopes import Scope
from ledger import clock
from ledger.posting import retrying
from ledger.refusals import Code, Refusal
from ledger.terms import Actor, ActorKind

CACHE_SECONDS = 3.0  # A revoked key must be refused within five seconds, in every process.
CACHE_SIZE_MAX = 10_000
USE_RESOLUTION = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what they may do. `tenants` None means every tenant."""

    kind: ActorKind
    name: str
    default_tenant: str
    tenants: frozenset[str] | None
    scope: Scope
    client_id: int | None = None
    rate_limit: int | None = None
    has_legacy_status: bool = False
    expires_at: datetime | None = None

    def require_scope(self, scope: Scope) -> None:
        """Let pass who has that scope.

        :raises Refusal: FORBIDDEN
        """
        if not self.scope.includes(scope):
            raise Refusal(Code.FORBIDDEN, needs=scope.value)

    def tenant(self, ident: str) -> str:
        """Return the tenant meant by `ident`; empty means the default one.

        :raises Refusal: FORBIDDEN, alike for a foreign tenant and for one that doesn't exist.
        """
        if ident and self.tenants is not None and ident not in self.tenants:
            raise Refusal(Code.FORBIDDEN)
        return ident or self.default_tenant

    def actor(self, request_id: str) -> Actor:
        """Return the name that stands on the records this caller makes."""
        return Actor(self.kind, self.name, request_id)


@dataclass(slots=True)
class _Entry:
    caller: Caller
    loaded: float


_cache: dict[bytes, _Entry] = {}
_used_at: dict[int, datetime] = {}


def authenticate(secret: str) -> Caller:
    """Return the caller behind a secret key; no key at all is the anonymous caller's, if allowed.

    :raises Refusal: UNAUTHENTICATED if no usable client has this key.
    """
    if not secret and not settings.API_AUTH_REQUIRED:
        return anonymous()
    if not secret.isascii() or not secret.startswith(keys.PREFIX):
        raise Refusal(Code.UNAUTHENTICATED)
    caller = _look_up(keys.digest(secret))
    now = clock.now()
    if caller.expires_at is not None and caller.expires_at <= now:
        raise Refusal(Code.UNAUTHENTICATED)
    _note_use(caller, now=now)
    return caller


def at_hand(secret: str) -> Caller | None:
    """Return what `authenticate` would, if that takes only a look into memory.

    Who has a rate limit is not at hand: counting takes Django's cache, which may be far away.
    """
    entry = _cache.get(keys.digest(secret)) if secret.isascii() else None
    if entry is None or time.monotonic() - entry.loaded >= CACHE_SECONDS:
        return None
    caller, now = entry.caller, clock.now()
    last = _used_at.get(caller.client_id or 0)
    if caller.rate_limit is not None or last is None or now - last >= USE_RESOLUTION:
        return None
    return None if caller.expires_at is not None and caller.expires_at <= now else caller


def anonymous() -> Caller:
    """Return the caller that may do everything, where the network itself is trusted."""
    return Caller(ActorKind.ANONYMOUS, "-", settings.DEFAULT_IDENT, None, Scope.MANAGE)


def forget() -> None:
    """Empty the memory of this process, as after five seconds."""
    _cache.clear()
    _used_at.clear()


def _look_up(digest: bytes) -> Caller:
    entry = _cache.get(digest)
    if entry is not None and time.monotonic() - entry.loaded < CACHE_SECONDS:
        return entry.caller
    _cache.pop(digest, None)
    caller = retrying(lambda: _load(digest))
    if len(_cache) >= CACHE_SIZE_MAX:
        _cache.clear()
    _cache[digest] = _Entry(caller, time.monotonic())
    return caller


def _load(digest: bytes) -> Caller:
    client = Client.objects.select_related("default_tenant").filter(key_digest=digest).first()
    if client is None or not client.is_usable(now=clock.now()):
        raise Refusal(Code.UNAUTHENTICATED)
    default = client.default_tenant.ident
    return Caller(
        kind=ActorKind.CLIENT,
        name=client.name,
        default_tenant=default,
        tenants=frozenset({default, *client.tenants.values_list("ident", flat=True)}),
        scope=Scope(client.scope),
        client_id=client.pk,
        rate_limit=client.rate_limit,
        has_legacy_status=client.has_legacy_status,
        expires_at=client.expires_at,
    )


def _note_use(caller: Caller, *, now: datetime) -> None:
    if caller.client_id is None:
        return
    last = _used_at.get(caller.client_id)
    if last is not None and now - last < USE_RESOLUTION:
        return
    _used_at[caller.client_id] = now
    try:
        Client.objects.filter(pk=caller.client_id).update(last_used_at=now)
    except (DatabaseError, InterfaceError):  # A note must not cost a caller the answer.
        _used_at.pop(caller.client_id, None)
