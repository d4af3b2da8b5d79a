"""API clients, tenants, people, and the language of the pages."""

import re
from ast import literal_eval
from collections.abc import Callable
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.test import Client as Browser

from clients.keys import digest
from clients.models import Client, Tenant
from tests.admin.support import english
from wallets.models import Account, Record

CLIENTS = "/admin/clients/client/"
KEY = re.compile(r"bp_[\w-]{43}")


def make(root: Browser, **answers: str) -> str:
    tenant, _ = Tenant.objects.get_or_create(ident="t1")
    sent = {"name": "shop", "default_tenant": str(tenant.pk), "scope": "read", **answers}
    return root.post(f"{CLIENTS}add/", {"is_active": "on", **sent}, follow=True).content.decode()


def test_a_new_clients_key_is_shown_once(root: Browser) -> None:
    (secret,) = KEY.findall(make(root, rate_limit="60"))
    client = Client.objects.get()
    assert client.key_digest == digest(secret)
    assert (client.scope, client.rate_limit, client.is_active) == ("read", 60, True)
    shown = root.get(f"{CLIENTS}{client.pk}/change/").content.decode()
    assert not KEY.search(shown)
    assert client.key_hint in shown
    assert client.key_digest.hex() not in shown


def test_a_key_is_renewed_on_post_only(root: Browser) -> None:
    make(root)
    client = Client.objects.get()
    root.get(f"{CLIENTS}{client.pk}/renew/")
    assert Client.objects.get().key_digest == client.key_digest
    (secret,) = KEY.findall(root.post(f"{CLIENTS}{client.pk}/renew/", follow=True).content.decode())
    assert Client.objects.get().key_digest == digest(secret) != client.key_digest
    assert root.get(f"{CLIENTS}999/renew/").status_code == 404


def test_a_client_is_changed_but_keeps_its_name(root: Browser) -> None:
    make(root)
    client = Client.objects.get()
    make_inactive = {"name": "other", "default_tenant": client.default_tenant_id, "scope": "write"}
    root.post(f"{CLIENTS}{client.pk}/change/", make_inactive)
    client.refresh_from_db()
    assert (client.name, client.scope, client.is_active) == ("shop", "write", False)
    assert root.post(f"{CLIENTS}{client.pk}/delete/", {"post": "yes"}).status_code == 403
    assert root.get(CLIENTS).status_code == 200


@pytest.mark.parametrize("name", ["", "a\u200bb", "x" * 65])
def test_a_client_needs_a_proper_name(root: Browser, name: str) -> None:
    assert not KEY.search(make(root, name=name))
    assert not Client.objects.exists()


def test_who_may_only_look_at_clients_renews_no_key(
    root: Browser, sign_in: Callable[..., Browser]
) -> None:
    make(root)
    client = Client.objects.get()
    browser = sign_in("view_client")
    assert browser.get(CLIENTS).status_code == 200
    assert browser.post(f"{CLIENTS}{client.pk}/renew/").status_code == 403


def test_a_tenant_is_added_and_stays(root: Browser) -> None:
    root.post("/admin/clients/tenant/add/", {"ident": "t9"})
    root.post("/admin/clients/tenant/add/", {"ident": "t\u200b9"})
    tenant = Tenant.objects.get()
    assert tenant.ident == "t9"
    assert root.get("/admin/clients/tenant/").status_code == 200
    for page in ("change", "delete"):
        assert root.post(f"/admin/clients/tenant/{tenant.pk}/{page}/", {}).status_code == 403


def test_people_are_managed_with_permissions_in_words(root: Browser) -> None:
    shown = root.get("/admin/auth/group/add/").content.decode()
    assert "Account: adjust by hand" in shown
    assert "Record: delete" not in shown
    root.cookies["django_language"] = "zh-hans"
    shown = root.get("/admin/auth/group/add/").content.decode()
    assert "账户: 人工调账" in shown
    assert "Can " not in shown
    adjust = Permission.objects.get(codename="adjust_account", content_type__app_label="wallets")
    root.post("/admin/auth/group/add/", {"name": "desk", "permissions": [adjust.pk]})
    assert adjust.group_set.get().name == "desk"
    somebody = User.objects.get().pk
    for page in ("user/", "user/add/", f"user/{somebody}/password/"):
        assert root.get(f"/admin/auth/{page}", follow=True).status_code == 200


def test_nobody_is_deleted(root: Browser, sign_in: Callable[..., Browser]) -> None:
    sign_in(name="olga")
    user = User.objects.get(username="olga")
    assert root.get(f"/admin/auth/user/{user.pk}/change/").status_code == 200
    assert root.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403


def test_strangers_are_sent_to_the_login_page(db: None) -> None:
    answer = Browser().get("/admin/wallets/account/")
    assert answer["Location"] == "/admin/login/?next=/admin/wallets/account/"
    assert Browser().get("/admin/login/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/wallets/account/",
        "/admin/wallets/account/?q=none",
        "/admin/wallets/account/add/",
        "/admin/wallets/account/{}/change/",
        *(
            f"/admin/wallets/account/{{}}/{action}/"
            for action in ("add_money", "deduct_money", "trade_flat", "balance_flat")
        ),
        *(f"/admin/wallets/account/{{}}/{action}/" for action in ("credit_line", "rename", "lock")),
        "/admin/wallets/record/",
        "/admin/wallets/record/{}/change/",
        "/admin/clients/client/",
        "/admin/clients/client/add/",
        "/admin/clients/tenant/",
    ],
)
def test_a_chinese_page_has_no_english_left(root: Browser, account: Account, address: str) -> None:
    root.cookies["django_language"] = "zh-hans"
    key = Record.objects.get().pk if "record" in address else account.pk
    assert not english(root.get(address.format(key)))


@pytest.mark.parametrize("catalogue", sorted(settings.BASE_DIR.glob("locale/**/*.po")))
def test_every_word_is_translated_and_compiled(catalogue: Path) -> None:
    text = catalogue.read_text()
    assert not re.search(r"^#, fuzzy|^#~", text, re.MULTILINE)
    assert not re.search(r'^msgstr(\[0\])? ""\n(?!")', text, re.MULTILINE)
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = dict(GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    written = re.findall(r'^msgid (".+")\nmsgstr (".+")$', text, re.MULTILINE)
    assert written
    contexts = {literal_eval(each) for each in re.findall(r"^msgctxt (.+)$", text, re.MULTILINE)}
    for spelled, translated in written:
        word = literal_eval(spelled)
        words = [word, *(f"{context}\x04{word}" for context in contexts)]
        assert literal_eval(translated) in [compiled.get(each) for each in words], word
