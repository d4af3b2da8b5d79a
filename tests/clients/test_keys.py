"""Secret keys: shown once, stored as a digest, remembered for seconds."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import DatabaseError, InterfaceError, connection
from django.test.utils import CaptureQueriesContext

from clients import callers, keys
from clients.models import Client
from clients.operations import NameTakenError, create_client, renew_key
from clients.scopes import Scope
from ledger.refusals import Refusal
from tests.conftest import Api, make_api

LIST = "/account/querylist"


def everything_stored() -> str:
    """Return what stands in all tables, as one text."""
    found: list[str] = []
    for model in apps.get_models():
        for row in model._base_manager.values_list():
            found += [each.hex() if isinstance(each, bytes) else str(each) for each in row]
    return "\n".join(found)


@pytest.mark.django_db
def test_a_key_is_nowhere_in_the_database() -> None:
    client, secret = create_client(name="shop", ident="t1", scope=Scope.WRITE)
    Api(secret).get(LIST)
    stored = everything_stored()
    assert client.key_digest.hex() in stored
    assert secret not in stored
    assert secret[len(client.key_hint) :] not in stored
    assert secret.encode().hex() not in stored


def test_a_key_is_long_and_different_each_time() -> None:
    made = {keys.make().secret for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(re.fullmatch(r"bp_[A-Za-z0-9_-]{43}", secret) for secret in made)


@pytest.mark.django_db
def test_a_name_is_taken_once() -> None:
    create_client(name="shop", ident="t1", scope=Scope.READ)
    with pytest.raises(NameTakenError):
        create_client(name="shop", ident="t2", scope=Scope.READ)
    assert Client.objects.count() == 1


@pytest.mark.django_db
def test_a_key_that_is_remembered_costs_no_statement() -> None:
    api = make_api("shop")
    api.get(LIST)
    with CaptureQueriesContext(connection) as statements:
        callers.authenticate(api.key)
    assert statements.captured_queries == []


@pytest.mark.django_db
def test_a_new_key_costs_three_statements() -> None:
    api = make_api("shop")
    with CaptureQueriesContext(connection) as statements:
        callers.authenticate(api.key)
    assert len(statements) == 3  # The client, its tenants, and the note that it was used.


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"is_active": False}, {"scope": "read"}])
def test_a_change_of_a_client_is_seen_within_five_seconds(
    change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    api = make_api("shop")
    assert api.get(LIST).status_code == 200
    Client.objects.update(**change)
    moment = time.monotonic()
    monkeypatch.setattr("clients.callers.time.monotonic", lambda: moment + 5)
    answer = api.get("/account/create", eid="u1", name="Ann")
    assert answer.status_code == (401 if "is_active" in change else 403)


@pytest.mark.django_db
def test_a_renewed_key_replaces_the_old_one() -> None:
    client, old = create_client(name="shop", ident="t1", scope=Scope.READ)
    new = renew_key(client)
    assert Api(new).get(LIST).status_code == 200
    assert Api(old).get(LIST).status_code == 401
    assert Client.objects.get().key_hint == new[:8]


@pytest.mark.django_db
def test_a_wrong_key_is_not_remembered() -> None:
    for number in range(3):
        with pytest.raises(Refusal):
            callers.authenticate(f"bp_{number}")
    assert not callers._cache


@pytest.mark.django_db
def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "CACHE_SIZE_MAX", 2)
    for number in range(5):
        callers.authenticate(make_api(f"shop{number}").key)
    assert len(callers._cache) <= 2


@pytest.mark.django_db
def test_use_is_noted_to_the_minute() -> None:
    api = make_api("shop")
    assert Client.objects.get().last_used_at is None
    start = datetime(2026, 3, 1, 9, 0, 0, tzinfo=UTC)
    noted = []
    with time_machine.travel(start, tick=False) as clock:
        for seconds in (0, 1, 59, 60, 61, 119, 120):
            clock.move_to(start + timedelta(seconds=seconds))
            api.get(LIST)
            noted.append(Client.objects.get().last_used_at)
    minutes = [start + timedelta(minutes=minute) for minute in (0, 0, 0, 1, 1, 1, 2)]
    assert noted == minutes


@pytest.mark.django_db
def test_a_refused_key_is_not_noted() -> None:
    api = make_api("shop")
    Client.objects.update(is_active=False)
    assert api.get(LIST).status_code == 401
    assert Client.objects.get().last_used_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("error", [DatabaseError("database is locked"), InterfaceError(0, "")])
def test_a_note_that_fails_refuses_nobody(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    api = make_api("shop")

    def busy(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr("django.db.models.query.QuerySet.update", busy)
    assert api.get(LIST).status_code == 200
