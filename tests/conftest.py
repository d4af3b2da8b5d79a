"""What many tests start from."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client as HttpClient
from hypothesis import HealthCheck, settings

from clients import callers
from clients.operations import create_client
from clients.scopes import Scope
from ledger.terms import Actor, ActorKind

TENANT = "t1"

# How long an example takes says more about the machine than about the code.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


@dataclass
class Api:
    """A caller of the API with a key of its own; answers come as Django's responses."""

    key: str
    http: HttpClient = field(default_factory=lambda: HttpClient(raise_request_exception=True))

    def get(self, path: str, **parameters: Any) -> HttpResponse:
        """Send parameters as a query string."""
        return self.http.get(path, parameters, headers=self.headers)  # type: ignore[return-value]

    def form(self, path: str, **parameters: Any) -> HttpResponse:
        """Send parameters as a form."""
        from urllib.parse import urlencode

        return self.send(
            path, urlencode(parameters, doseq=True), "application/x-www-form-urlencoded"
        )

    def post(self, path: str, **parameters: Any) -> HttpResponse:
        """Send parameters as a JSON body; Decimals as numbers."""
        return self.send(path, json.dumps(parameters, default=_number))

    def send(
        self, path: str, body: str | bytes, content_type: str = "application/json", **headers: str
    ) -> HttpResponse:
        """Send a body as it is."""
        return self.http.post(  # type: ignore[return-value]
            path, body, content_type=content_type, headers={**self.headers, **headers}
        )

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that name the caller."""
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}


def body(response: HttpResponse) -> Any:
    """Return a JSON answer with exact numbers."""
    return json.loads(response.content, parse_float=Decimal, parse_int=int)


def make_api(name: str, *, ident: str = TENANT, scope: Scope = Scope.MANAGE) -> Api:
    """Make a client and return a caller with its key."""
    _, secret = create_client(name=name, ident=ident, scope=scope)
    return Api(secret)


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    callers.forget()
    cache.clear()
    yield
    callers.forget()


@pytest.fixture
def api(db: None) -> Api:
    """Return a caller that may do everything for one tenant."""
    return make_api("tester")


@pytest.fixture
def actor() -> Actor:
    """Return somebody who asks."""
    return Actor(ActorKind.CLIENT, "tester", "request-1")


def _number(value: object) -> float:
    raise TypeError(f"send {value!r} as text")
