"""Requests that are wrong as a whole: verbs, types, sizes, parameters given twice, cut bodies."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, connections
from django.http import HttpResponse

from gateway import bodies
from ledger.refusals import Code
from tests.conftest import Api, body
from tests.http.points import INCREASE, ONLY_POST
from tests.http.support import (
    ADD,
    FORM,
    GOOD,
    JSON,
    WRITES,
    call,
    fund,
    must,
    query,
    require_problem,
    require_refused,
    rows,
    send,
)

ADD_ONE = {"eid": "u1", "trade_no": "n1", "amount": "1"}
# A call of each style of answering; its quantity stands last.
CALLS = {ADD: ADD_ONE, INCREASE: {"uid": "u1", "seq": "n1", "point": "1"}}
VERBS = ("PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "LOCK")


@pytest.mark.parametrize("verb", VERBS)
def test_another_verb_is_refused_and_does_nothing(funded: Api, verb: str) -> None:
    before = rows()
    for path, good in GOOD.items():
        answer = call(funded, verb, f"{path}?{query(good)}", json.dumps(good, default=str))
        assert answer.status_code == 405, path
        assert answer["Allow"] == ("POST" if path in ONLY_POST else "GET, POST")
        assert answer["Cache-Control"] == "no-store"
        assert verb == "HEAD" or require_refused(answer, Code.WRONG_METHOD, path=path)
    assert rows() == before


@pytest.mark.parametrize("path", sorted(ONLY_POST))
def test_what_only_takes_a_post_does_nothing_on_a_get(funded: Api, path: str) -> None:
    before = rows()
    for slash in ("", "/"):
        answer = call(funded, "GET", f"{path}{slash}?{query(GOOD[path])}")
        assert answer["Allow"] == "POST"
        assert "Use POST." in require_refused(answer, Code.WRONG_METHOD, path=path)
    assert rows() == before


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
@pytest.mark.parametrize("path", CALLS)
def test_no_header_stands_in_for_the_verb(funded: Api, path: str, header: str) -> None:
    answer = funded.send(path, json.dumps(CALLS[path]), JSON, **{header: "DELETE"})
    must(answer)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/json",
        "application/xml",
        "application/jsonp",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "application/x-msgpack",
        "*/*",
        "",
        "nonsense",
    ],
)
@pytest.mark.parametrize("path", CALLS)
def test_another_content_type_is_refused(funded: Api, path: str, content_type: str) -> None:
    before = rows()
    answer = call(funded, "POST", path, json.dumps(CALLS[path]), content_type)
    require_refused(answer, Code.WRONG_MEDIA_TYPE, path=path)
    assert rows() == before


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "gbk", "utf-7", "bogus"])
@pytest.mark.parametrize("media_type", [JSON, FORM])
@pytest.mark.parametrize("path", CALLS)
def test_another_charset_is_refused(funded: Api, path: str, media_type: str, charset: str) -> None:
    before = rows()
    content = query(CALLS[path]) if media_type == FORM else json.dumps(CALLS[path])
    answer = call(funded, "POST", path, content, f"{media_type}; charset={charset}")
    require_refused(answer, Code.BAD_PARAMETER, path=path, fields={"body"})
    assert rows() == before


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
@pytest.mark.parametrize("path", CALLS)
def test_utf_8_may_be_named(funded: Api, path: str, charset: str) -> None:
    must(funded.send(path, json.dumps(CALLS[path]), f"{JSON}; charset={charset}"))


@pytest.mark.parametrize("content_type", [JSON, FORM, "text/plain"])
@pytest.mark.parametrize("size", [(1 << 20) + 1, 2 << 20])
@pytest.mark.parametrize("path", CALLS)
def test_a_body_over_1_mib_is_refused(funded: Api, path: str, size: int, content_type: str) -> None:
    before = rows()
    content = query({**CALLS[path], "x": "y" * size}) if content_type == FORM else "[" * size
    answer = funded.send(path, content, content_type)
    require_refused(answer, Code.BODY_TOO_LARGE, path=path)
    assert rows() == before
    must(funded.post(path, **CALLS[path]))


@pytest.mark.parametrize("path", CALLS)
def test_a_body_of_exactly_1_mib_is_read(funded: Api, path: str) -> None:
    content = json.dumps(CALLS[path])
    must(funded.send(path, content + " " * ((1 << 20) - len(content)), JSON))


@pytest.mark.parametrize(("mebibytes", "left"), [(2, 0), (15, 0), (20, 4)])
def test_of_a_large_body_16_mib_are_dropped(funded: Api, mebibytes: int, left: int) -> None:
    stream = BytesIO(b" " * (mebibytes << 20))
    environ: dict[str, Any] = {"wsgi.input": stream, "CONTENT_LENGTH": str(mebibytes << 20)}
    require_problem(call(funded, "POST", ADD, CONTENT_TYPE=JSON, **environ), status=413)
    remaining = len(stream.read())
    assert (left << 20) - bodies.LIMIT_BYTES <= remaining <= left << 20


def cut(api: Api, path: str, content: bytes, content_type: str, *, declared: int) -> HttpResponse:
    """Send a body whose connection ends before it does."""
    environ: dict[str, Any] = {"wsgi.input": BytesIO(content), "CONTENT_LENGTH": str(declared)}
    return call(api, "POST", path, CONTENT_TYPE=content_type, **environ)


def chunked(api: Api, path: str, content: bytes, content_type: str) -> HttpResponse:
    """Send a body without a length, as an HTTP/1.1 client may."""
    environ: dict[str, Any] = {
        "wsgi.input": BytesIO(content),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_TYPE": content_type,
    }
    return call(api, "POST", path, **environ)


@pytest.mark.parametrize("content_type", [JSON, FORM])
@pytest.mark.parametrize("path", CALLS)
def test_a_body_that_is_cut_short_moves_nothing(funded: Api, path: str, content_type: str) -> None:
    before = rows()
    ten = {**CALLS[path], list(CALLS[path])[-1]: "10"}
    content = (query(ten) if content_type == FORM else json.dumps(ten)).encode()
    shortened = content[:-1] if content_type == FORM else content
    answer = cut(funded, path, shortened, content_type, declared=len(content) + 1)
    require_refused(answer, Code.BAD_PARAMETER, path=path, fields={"body"})
    assert rows() == before


def test_json_without_a_length_is_read(funded: Api) -> None:
    answer = must(chunked(funded, ADD, json.dumps(ADD_ONE).encode(), JSON))
    assert body(answer)["amount"] == 1


@pytest.mark.parametrize(
    ("content", "content_type"), [(query(ADD_ONE).encode(), FORM), (b"", JSON), (b"", FORM)]
)
def test_what_would_look_whole_if_it_were_cut_needs_a_length(
    funded: Api, content: bytes, content_type: str
) -> None:
    before = rows()
    path = ADD if content else f"{ADD}?{query(ADD_ONE)}"
    require_problem(chunked(funded, path, content, content_type), status=411)
    assert rows() == before


def test_json_without_a_length_that_is_cut_is_refused(funded: Api) -> None:
    before = rows()
    content = json.dumps(ADD_ONE).encode()[:-1]
    require_problem(chunked(funded, ADD, content, JSON), status=400, fields={"body"})
    assert rows() == before


@pytest.mark.parametrize("path", CALLS)
def test_an_endless_body_is_too_large(funded: Api, path: str) -> None:
    answer = chunked(funded, path, b" " * (2 << 20), JSON)
    require_refused(answer, Code.BODY_TOO_LARGE, path=path)


@pytest.mark.parametrize(
    ("path", "field"),
    [(path, field) for path, good in CALLS.items() for field in (*good, "ident", "no_such")],
)
@pytest.mark.parametrize("place", ["query", "form", "both", "query and JSON"])
def test_a_parameter_given_twice_is_refused(funded: Api, place: str, path: str, field: str) -> None:
    before = rows()
    good = CALLS[path]
    single = query({**good, field: good.get(field, "t1")})
    again = query({field: good.get(field, "t1")})
    answer = {
        "query": lambda: call(funded, "POST", f"{path}?{single}&{again}", content_type=""),
        "form": lambda: funded.send(path, f"{single}&{again}", FORM),
        "both": lambda: funded.send(f"{path}?{again}", single, FORM),
        "query and JSON": lambda: funded.send(
            f"{path}?{again}", json.dumps({**good, field: "1"}), JSON
        ),
    }[place]()
    require_refused(answer, Code.BAD_PARAMETER, path=path, fields={field})
    assert rows() == before


@pytest.mark.parametrize("path", WRITES)
def test_a_foreign_host_is_refused(funded: Api, path: str) -> None:
    before = rows()
    for method in ("GET", "POST"):
        answer = call(funded, method, f"{path}?{query(GOOD[path])}", HTTP_HOST="evil.example")
        require_refused(answer, Code.BAD_PARAMETER, path=path)
    assert rows() == before


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE wallets_account; --",
        "1 OR 1=1",
        '<script>alert("x")</script>',
        "{{ 7 * 7 }} {% debug %} ${x} %s %(x)s %",
        "quotes \" ' ` and \\ and \\u0041",
        "a\tb\nc",
        "张三 🫘 é e\u0301 عربي",
        "../../etc/passwd",
        "</textarea>&lt;&amp;",
    ],
)
@pytest.mark.parametrize("style", ["query", "form", "json"])
def test_sql_and_html_in_texts_are_data(funded: Api, style: str, text: str) -> None:
    answer = must(send(funded, style, "/account/create", {"eid": "sql", "name": text}))
    assert body(answer)["account_name"] == text
    extra = json.dumps({text: [text]}, ensure_ascii=False)
    add = {"eid": "sql", "trade_no": "1", "amount": "1", "memo": text, "ext": extra}
    must(send(funded, style, ADD, add))
    (record,) = body(funded.get("/account/record/query", eid="sql"))["data"]
    assert (record["memo"], record["ext"], record["account_name"]) == (text, {text: [text]}, text)
    assert body(funded.get("/account/querylist", name=text.strip()))["count"] == 1


def test_names_may_look_like_sql(funded: Api) -> None:
    for eid in ("' OR ''='", "%", "_", "\\", "a;b", "<b>", "%27", "u1%"):
        must(funded.post("/account/create", eid=eid, name=eid))
        assert body(funded.get("/account/query", eid=eid))["eid"] == eid
        assert body(funded.get("/account/querylist", eid=eid))["count"] == 1


@pytest.mark.django_db(transaction=True)
def test_a_thousand_zero_amounts_leave_the_service_unharmed() -> None:
    from tests.conftest import make_api

    api = make_api("tester")
    fund()
    before = rows(), _connections()
    for number in range(1_000):
        answer = api.get(ADD, eid="u1", trade_no=f"z{number}", amount="0")
        assert answer.status_code == 422
    assert not connection.in_atomic_block
    assert connection.get_autocommit()
    assert (rows(), _connections()) == before
    with ThreadPoolExecutor(1) as other:  # Nothing that they left locks out another connection.
        other.submit(_add_elsewhere, api).result(timeout=10)


def _add_elsewhere(api: Api) -> None:
    try:
        must(Api(api.key).get(ADD, eid="u1", trade_no="n1", amount="1"))
    finally:
        connections.close_all()


def _connections() -> int:
    counting = {
        "mysql": "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()",
        "postgresql": "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()",
    }.get(connection.vendor)
    if counting is None:
        return sum(each.connection is not None for each in connections.all())
    with connection.cursor() as cursor:
        cursor.execute(counting)
        return int(cursor.fetchone()[0])
