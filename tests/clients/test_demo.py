"""An empty database is made usable at once; another one is left alone."""

import shlex
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import call_command

from clients.models import Client
from clients.operations import create_demo
from clients.scopes import Scope
from tests.conftest import Api, make_api

pytestmark = pytest.mark.django_db


def introduce() -> str:
    """Return what the command prints."""
    out = StringIO()
    call_command("demo", port=8123, stdout=out)
    return out.getvalue()


def test_an_empty_database_gets_an_operator_and_a_client() -> None:
    demo = create_demo()
    assert demo is not None
    operator = authenticate(username=demo.operator, password=demo.password)
    assert isinstance(operator, User)
    assert operator.is_superuser
    (client,) = Client.objects.all()
    assert (client.name, client.default_tenant.ident, client.scope) == (
        "demo",
        "demo",
        Scope.MANAGE,
    )


def test_the_printed_lines_work_as_printed() -> None:
    lines = [line for line in introduce().splitlines() if "curl" in line]
    assert len(lines) == 3
    for line in lines:
        _curl, _header, authorization, address = shlex.split(line)
        parts = urlsplit(address)
        assert parts.netloc == "127.0.0.1:8123"
        api = Api(authorization.removeprefix("Authorization: Bearer "))
        answer = api.http.get(f"{parts.path}?{parts.query}", headers=api.headers)
        assert answer.status_code == 200


def test_nothing_is_made_where_anybody_is() -> None:
    make_api("somebody")
    assert create_demo() is None
    assert "Password" not in introduce()
    assert not User.objects.exists()
