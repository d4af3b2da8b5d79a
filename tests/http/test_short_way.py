"""Requests to the API go a short way: past sessions, languages of pages, and the like."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client as HttpClient
from pytest_django import DjangoAssertNumQueries, Settings

from gateway import short_way
from tests.conftest import Api
from tests.http import envelopes
from tests.http.envelopes import GRANT, NAMED
from tests.http.support import ADD, GOOD, PROBLEM, must

PAGE = "/admin/login/"
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("path", GOOD)
def test_every_operation_has_it(path: str) -> None:
    for slash in ("", "/"):
        match = short_way._match(path.format(name="VIP") + slash)
        assert match is not None
        assert match.func.view_initkwargs["operation"].path == path  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", [PAGE, "/healthz", "/nosuch", "/", ADD[1:], ADD + "//", "/" + ADD])
def test_nothing_else_has_it(path: str) -> None:
    assert short_way._match(path) is None


@pytest.mark.urls(envelopes.__name__)
def test_it_follows_the_configured_urls() -> None:
    assert short_way._match(ADD) is None
    assert short_way._match(GRANT) is not None
    match = short_way._match(NAMED.format(name="张 三"))
    assert match is not None
    assert match.kwargs == {"name": "张 三"}


def test_no_session_is_read(funded: Api, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    funded.http.cookies["sessionid"] = "x" * 32
    must(funded.get("/account/query", eid="u1"))
    with django_assert_num_queries(1):
        answer = must(funded.get("/account/query", eid="u1"))
    assert not answer.cookies
    assert not Session.objects.exists()


def test_an_answer_has_the_headers_of_security_and_its_length(funded: Api) -> None:
    answer = must(funded.post(ADD, **GOOD[ADD]))
    refused = funded.get(ADD)
    for each in (answer, refused):
        assert {name: each[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert each["Content-Length"] == str(len(each.content))
    assert HttpClient().get(PAGE)["X-Frame-Options"] == "DENY"


def test_a_foreign_host_is_refused(funded: Api) -> None:
    answer = funded.http.get(ADD, headers={**funded.headers, "Host": "evil.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_plain_http_leads_to_https_where_that_is_on(funded: Api, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    secure = Api(funded.key, HttpClient())
    answer = secure.get(ADD)
    assert (answer.status_code, answer["Location"]) == (301, f"https://testserver{ADD}")
    safe = secure.http.get(ADD, headers=secure.headers, secure=True)
    assert (safe.status_code, safe["Strict-Transport-Security"]) == (400, "max-age=60")
