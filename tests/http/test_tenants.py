"""Who may do what, and for whom: every operation for every sort of caller."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client as HttpClient
from pytest_django import Settings

from clients import callers
from clients.models import Client, Tenant
from clients.operations import renew_key
from clients.scopes import Scope
from ledger.refusals import Code
from tests.conftest import TENANT, Api, body, make_api
from tests.http.points import POINT, SYSTEM, stock
from tests.http.support import (
    ADD,
    GOOD,
    WRITES,
    fund,
    must,
    require_problem,
    require_refused,
    rows,
    send,
)

MANAGE = {
    "/account/lock",
    "/account/unlock",
    *(
        f"/account/balance/{verb}"
        for verb in ("setcredit", "tradeflat", "balanceflat", "reverseadd", "reversedrawing")
    ),
    *(POINT + name for name in ("disableAccount", "enableAccount")),
    *(SYSTEM + name for name in ("addPointType", "addPointType/{name}")),
}
NEEDED = {
    path: Scope.MANAGE if path in MANAGE else Scope.WRITE if path in WRITES else Scope.READ
    for path in GOOD
}
LEVELS = list(Scope)


def fill(tenant: str = TENANT) -> None:
    """Make an account with money and one with points."""
    fund(tenant=tenant)
    stock(tenant=tenant)


class Callers:
    """Every sort of caller, each with the HTTP status that an operation must answer."""

    def make(self, kind: str) -> Api:
        return getattr(self, kind)()  # type: ignore[no-any-return]

    def nobody(self) -> Api:
        return Api("")

    def malformed(self) -> Api:
        return Api("Bearer Bearer x y")

    def unknown(self) -> Api:
        return Api("bp_" + "x" * 43)

    def plain_password(self) -> Api:
        return Api("admin:admin")

    def revoked(self) -> Api:
        return self._changed(is_active=False)

    def expired(self) -> Api:
        return self._changed(expires_at=datetime(2026, 1, 1, tzinfo=UTC))

    def renewed(self) -> Api:
        api = make_api("renewed")
        must(api.get("/account/querylist"))
        renew_key(Client.objects.get(name="renewed"))
        callers.forget()
        return api

    def superuser(self) -> Api:
        user = get_user_model().objects.create_superuser("root", password="x" * 12)
        http = HttpClient()
        http.force_login(user)
        return Api("", http)

    def read(self) -> Api:
        return make_api("read", scope=Scope.READ)

    def write(self) -> Api:
        return make_api("write", scope=Scope.WRITE)

    def manage(self) -> Api:
        return make_api("manage", scope=Scope.MANAGE)

    def _changed(self, **changed: Any) -> Api:
        api = make_api("changed")
        must(api.get("/account/querylist"))
        Client.objects.filter(name="changed").update(**changed)
        callers.forget()
        return api


STRANGERS = (
    "nobody",
    "malformed",
    "unknown",
    "plain_password",
    "revoked",
    "expired",
    "renewed",
    "superuser",
)


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_stranger_may_nothing(db: None, kind: str) -> None:
    fill()
    before = rows()
    stranger = Callers().make(kind)
    for path in GOOD:
        for style in ("query", "form", "json"):
            answer = send(stranger, style, path, GOOD[path])
            require_refused(answer, Code.UNAUTHENTICATED, path=path)
            assert answer["WWW-Authenticate"] == "Bearer"
    assert rows() == before


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize("kind", ["read", "write", "manage"])
def test_a_scope_includes_the_ones_before_it(db: None, kind: str, path: str) -> None:
    fill()
    before = rows()
    answer = send(Callers().make(kind), "json", path, GOOD[path])
    if LEVELS.index(Scope(kind)) >= LEVELS.index(NEEDED[path]):
        must(answer)
    else:
        require_refused(answer, Code.FORBIDDEN, path=path)
        assert rows() == before


@pytest.mark.parametrize("path", GOOD)
def test_a_foreign_tenant_is_refused_and_nothing_is_told(db: None, path: str) -> None:
    fill()
    stranger = make_api("other", ident="t2")
    before = rows()
    answers = {
        send(stranger, "json", path, {**GOOD[path], "ident": ident}).content
        for ident in ("t1", "no-such-tenant", "T2", "t2\u00e9")
    }
    (told,) = answers
    assert b"t1" not in told
    answer = send(stranger, "query", path, {**GOOD[path], "ident": "t1"})
    require_refused(answer, Code.FORBIDDEN, path=path)
    assert rows() == before


@pytest.mark.parametrize("path", [path for path in GOOD if "eid" in GOOD[path]])
def test_a_foreign_account_is_like_a_missing_one(db: None, path: str) -> None:
    fund()
    other = make_api("other", ident="t2")
    if path == "/account/create":
        assert body(must(other.get(path, eid="u1", name="Mine")))["ident"] == "t2"
        return
    foreign = send(other, "json", path, GOOD[path])
    missing = send(other, "json", path, {**GOOD[path], "eid": "nobody"})
    require_problem(foreign, status=404, code=908)
    assert foreign.content == missing.content


@pytest.mark.parametrize("path", ["/account/querylist", "/account/record/query"])
def test_a_list_shows_nothing_foreign(db: None, path: str) -> None:
    fund()
    fund("u2", tenant="t2")
    other = make_api("other", ident="t2")
    everything = body(other.get(path))
    assert {row["eid"] for row in everything["data"]} == {"u2"}
    account_id = body(make_api("own").get("/account/query", eid="u1"))["account_id"]
    for filters in ({"eid": "u1"}, {"account_id": account_id}, {"trade_no": "a1", "eid": "u1"}):
        answer = body(other.get(path, **filters))
        assert not [row for row in answer["data"] if row["eid"] == "u1"]
    cursor = body(make_api("first").get(path, ps=1))["next"] or "MTAwMDA"
    rest = body(other.get(path, cursor=cursor))
    assert {row["eid"] for row in rest["data"]} <= {"u2"}


def test_the_same_account_and_number_in_two_tenants_are_two(db: None) -> None:
    one, two = make_api("one"), make_api("two", ident="t2")
    for api in (one, two):
        must(api.get("/account/create", eid="u1", name="Ann"))
        must(api.get(ADD, eid="u1", trade_no="n1", amount="5"))
    accounts = [body(api.get("/account/query", eid="u1")) for api in (one, two)]
    assert [account["ident"] for account in accounts] == ["t1", "t2"]
    assert accounts[0]["account_id"] != accounts[1]["account_id"]


def test_ident_may_be_left_out_and_may_name_the_default(db: None) -> None:
    api = make_api("one")
    must(api.get("/account/create", eid="u1", name="Ann"))
    for named in ({}, {"ident": ""}, {"ident": "t1"}):
        assert body(must(api.get("/account/query", eid="u1", **named)))["ident"] == "t1"


def test_a_key_with_two_tenants_acts_for_either(db: None) -> None:
    api = make_api("both")
    client = Client.objects.get(name="both")
    client.tenants.add(Tenant.objects.create(ident="t2"))
    for ident in ("t1", "t2"):
        must(api.get("/account/create", ident=ident, eid="u1", name=ident))
    assert body(api.get("/account/query", eid="u1"))["account_name"] == "t1"
    assert body(api.get("/account/query", eid="u1", ident="t2"))["account_name"] == "t2"
    assert body(api.get("/account/querylist", ident="t2"))["count"] == 1
    require_problem(api.get("/account/query", eid="u1", ident="t3"), status=403)


@pytest.mark.parametrize(
    "headers",
    [
        lambda key: {"Authorization": f"Bearer {key}"},
        lambda key: {"Authorization": f"bearer {key}"},
        lambda key: {"Authorization": f"BEARER  {key} "},
        lambda key: {"X-API-Key": key},
        lambda key: {"Authorization": f"Bearer {key}", "X-API-Key": "wrong"},
    ],
)
def test_a_key_is_taken_from_two_headers(db: None, headers: Any) -> None:
    fund()
    http = HttpClient(headers=headers(make_api("one").key))
    assert http.get("/account/query", {"eid": "u1"}).status_code == 200


def test_a_proxys_own_password_does_not_hide_the_key(db: None) -> None:
    fund()
    headers = {"Authorization": "Basic x", "X-API-Key": make_api("one").key}
    assert HttpClient(headers=headers).get("/account/query", {"eid": "u1"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        lambda key: {"Authorization": key},
        lambda key: {"Authorization": f"Basic {key}"},
        lambda key: {"Authorization": f"Token {key}"},
        lambda key: {"Authorization": f"Bearer {key}x"},
        lambda key: {"Authorization": f"Bearer {key[:-1]}"},
        lambda key: {"Authorization": f"Bearer {key.lower()}"},
        lambda key: {"Authorization": f"Bearer {key}, Bearer {key}"},
        lambda key: {"X-API-Key": f"Bearer {key}"},
        lambda key: {"X-API-Key": "é"},
        lambda key: {"X-API-Key": "bp_" + "x" * 100_000},
        lambda key: {"Cookie": f"Authorization=Bearer {key}"},
    ],
)
def test_a_key_is_taken_from_nowhere_else(db: None, headers: Any) -> None:
    fund()
    key = make_api("one").key
    http = HttpClient(headers=headers(key))
    assert http.get("/account/query", {"eid": "u1"}).status_code == 401
    assert HttpClient().get("/account/query", {"eid": "u1", "key": key}).status_code == 401


def test_a_key_expires_on_the_second_even_if_it_is_remembered(db: None) -> None:
    api = make_api("one")
    ends = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)
    Client.objects.update(expires_at=ends)
    with time_machine.travel(ends - timedelta(seconds=1), tick=False) as clock:
        must(api.get("/account/querylist"))
        clock.move_to(ends)
        require_problem(api.get("/account/querylist"), status=401)


@pytest.fixture
def open_door(settings: Settings, db: None) -> Api:
    settings.API_AUTH_REQUIRED = False
    settings.DEFAULT_IDENT = "main"
    return Api("")


@pytest.mark.parametrize("path", GOOD)
def test_without_keys_anybody_may_do_everything(open_door: Api, path: str) -> None:
    fill("t9")
    answer = must(send(open_door, "json", path, {**GOOD[path], "ident": "t9"}))
    if path in {"/account/create", "/account/query", "/account/lock"}:
        assert body(answer)["ident"] == "t9"


def test_without_keys_an_absent_ident_is_the_default_one(open_door: Api) -> None:
    answer = must(open_door.get("/account/create", eid="u1", name="Ann"))
    assert body(answer)["ident"] == "main"
    from wallets.models import Note

    assert [note.actor for note in Note.objects.all()] == ["anonymous:-"]


def test_without_keys_a_wrong_one_is_still_refused(open_door: Api) -> None:
    for key in ("bp_" + "x" * 43, "nonsense"):
        require_problem(Api(key).get("/account/querylist"), status=401)
    api = make_api("reader", ident="t1", scope=Scope.READ)
    require_problem(api.get("/account/querylist", ident="t9"), status=403)
