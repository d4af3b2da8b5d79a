"""The probe, which needs no key."""

from typing import NoReturn

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client as HttpClient

from tests.conftest import body


@pytest.mark.django_db
def test_it_is_well() -> None:
    answer = HttpClient().get("/healthz")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]
    state = body(answer)  # type: ignore[arg-type]
    assert state["status"] == "up"
    assert state["database"] == {"vendor": connection.vendor, "status": "up"}


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_the_database_is_away(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def away() -> NoReturn:
        raise error("password=secret host=db.internal")

    monkeypatch.setattr(connection, "cursor", away)
    monkeypatch.setattr(connection, "close", lambda: None)
    answer = HttpClient().get("/healthz")
    assert answer.status_code == 503
    state = body(answer)  # type: ignore[arg-type]
    assert state["status"] == "down"
    assert state["database"]["status"] == "away"
    assert b"secret" not in answer.content
    assert "secret" not in str(answer.headers)


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_it_only_answers_questions(verb: str) -> None:
    assert HttpClient().generic(verb, "/healthz").status_code == 405


@pytest.mark.django_db
def test_it_may_be_asked_for_its_head() -> None:
    answer = HttpClient().head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
