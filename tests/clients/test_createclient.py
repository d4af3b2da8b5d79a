"""manage.py createclient."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client, Tenant
from tests.conftest import Api

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> str:
    """Run the command and return the key it printed."""
    out = StringIO()
    call_command("createclient", *arguments, stdout=out)
    assert out.getvalue().endswith("\n")
    return out.getvalue().splitlines()[-1]


def test_the_key_stands_alone_on_the_last_line_and_opens() -> None:
    key = create("shop", "--ident", "t1")
    assert key.startswith("bp_")
    assert key == key.strip()
    api = Api(key)
    assert api.get("/account/create", eid="u1", name="Ann").status_code == 200
    assert api.get("/account/lock", eid="u1").status_code == 403


def test_the_tenant_is_made_if_it_is_new() -> None:
    create("one", "--ident", "t1")
    create("two", "--ident", "t1")
    create("three", "--ident", "t2")
    assert sorted(Tenant.objects.values_list("ident", flat=True)) == ["t1", "t2"]
    defaults = {client.name: client.default_tenant.ident for client in Client.objects.all()}
    assert defaults == {"one": "t1", "two": "t1", "three": "t2"}


@pytest.mark.parametrize(
    ("scopes", "stored"),
    [
        ("read", "read"),
        ("write", "write"),
        ("read,write", "write"),
        ("read,write,manage", "manage"),
        ("manage,read", "manage"),
        ("read, write", "write"),
    ],
)
def test_scopes(scopes: str, stored: str) -> None:
    create("shop", "--ident", "t1", "--scopes", scopes)
    assert Client.objects.get().scope == stored


def test_a_client_may_write_unless_told_otherwise() -> None:
    create("shop", "--ident", "t1")
    assert Client.objects.get().scope == "write"


def test_a_taken_name_is_an_error() -> None:
    key = create("shop", "--ident", "t1")
    with pytest.raises(CommandError, match="shop"):
        create("shop", "--ident", "t2")
    assert Client.objects.count() == Tenant.objects.count() == 1
    assert Api(key).get("/account/querylist").status_code == 200


@pytest.mark.parametrize(
    "arguments",
    [
        ("shop", "--ident", "t1", "--scopes", "admin"),
        ("shop", "--ident", "t1", "--scopes", ""),
        ("shop", "--ident", "t1", "--scopes", "read,,write"),
        ("shop", "--ident", ""),
        ("shop", "--ident", " t1"),
        ("shop", "--ident", "t" * 33),
        ("", "--ident", "t1"),
        ("s" * 65, "--ident", "t1"),
        ("a\nb", "--ident", "t1"),
        ("shop",),
    ],
)
def test_what_makes_no_sense_makes_nothing(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        create(*arguments)
    assert not Client.objects.exists()
    assert not Tenant.objects.exists()
