"""The other style of answering: HTTP 200, and how it went stands in the body."""

import json
import logging
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client as HttpClient
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from clients.models import Client
from clients.scopes import Scope
from gateway import envelope, execute, problems, wording
from gateway.styles import style_of
from ledger.refusals import Code, Refusal
from tests.conftest import Api, body, make_api
from tests.http import envelopes
from tests.http.envelopes import (
    BROKEN,
    CALL,
    ECHO,
    EMPTY,
    GRANT,
    GRANTING,
    HEADER,
    LIST,
    SPEND,
    echoed,
    require,
    send,
)
from tests.http.support import FORM, JSON, call, query, rows
from tests.support import CLIENT, do
from wallets.models import Account, Record

pytestmark = pytest.mark.urls(envelopes.__name__)

EXTRA = '{ "b" : 1.50, "a": "\\u0041", "ä": [1e3] }'


def test_a_write_is_answered_with_its_text_byte_for_byte(caller: Api) -> None:
    content = f'{{"uid": "u1", "seq": "s1", "point": 10.50, "extra": {EXTRA}}}'
    answer = caller.send(GRANT, content)
    record = Record.objects.get(number="s1")
    pid, rec = record.account_id, record.pk
    assert answer.content.decode() == (
        f'{{"status":0,"seq":"s1","data":{{"pid":{pid},"uid":"u1","logs":'
        f'[{{"id":{rec},"delta":10.5,"extra":{EXTRA}}},{{"id":{rec}}}]}}}}'
    )
    assert (answer.status_code, answer[HEADER]) == (200, "s1")
    assert record.answer.count("\x1f") == 3


@pytest.mark.parametrize("extra", ['"\x1f"', '"\\u001f"', "\x1f"])
def test_nobody_can_send_a_mark(caller: Api, extra: str) -> None:
    before = rows()
    require(
        caller.send(GRANT, f'{{"uid": "u1", "seq": "s1", "point": 1, "extra": {extra}}}'),
        status=1100,
    )
    require(caller.post(GRANT, **CALL, memo="a\x1fb"), status=1100)
    assert rows() == before


def test_a_repeat_is_200_with_the_very_same_bytes(caller: Api) -> None:
    first = caller.post(GRANT, **CALL)
    require(first)
    assert "Idempotent-Replayed" not in first
    before = rows()
    again = caller.post(GRANT, **{**CALL, "point": "10.5", "memo": "decides nothing"})
    assert (again.status_code, again.content) == (200, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert rows() == before


def test_ids_that_do_not_fit_the_marks_are_a_bug(caller: Api) -> None:
    arguments = {"user": "u1", "number": "s9", "amount": Decimal(1)}
    posting = do(GRANTING.build(arguments, "t1", CLIENT))
    posting.answer = posting.answer.replace("\x1f", "1", 1)
    with pytest.raises(ValueError, match="zip"):
        GRANTING.answer.body(posting)


def test_a_query_stands_beside_the_status(caller: Api) -> None:
    answer = send(caller, LIST, seq="q1")
    (account,) = Account.objects.all()
    row = f'{{"id":{account.pk},"uid":"u1","point":60}}'
    assert answer.content.decode() == (
        f'{{"status":0,"seq":"q1","total":1,"data":[{row}],"next":null}}'
    )


def test_an_answer_may_be_empty(caller: Api) -> None:
    assert caller.get(EMPTY).content == b'{"status":0}'
    assert send(caller, EMPTY, seq="x").content == b'{"status":0,"seq":"x"}'


def test_a_part_of_the_path_is_a_parameter(caller: Api) -> None:
    for name, path in {"VIP": "VIP", "张 三": "%E5%BC%A0%20%E4%B8%89", "a%2Fb": "a%252Fb"}.items():
        for slash in ("", "/"):
            members = require(caller.get(f"/hyena/test/named/{path}{slash}"))
            assert members["data"] == {"name": repr(name)}
    for path in ("x" * 33, "%01", "%20x", "%E2%80%8B"):
        require(caller.get(f"/hyena/test/named/{path}"), status=1100)
    given = require(caller.get("/hyena/test/named/VIP", name="VIP"), status=1100)
    assert "given twice" in given["error"]
    require(caller.get("/hyena/test/named/"), status=1000, http=404)
    require(caller.get("/hyena/test/named/a/b"), status=1000, http=404)


def test_every_code_has_a_status_and_sentences_in_every_style() -> None:
    codes = set(Code)
    for known in (problems.STATUSES, envelope.STATUSES, wording.TITLES, wording.DETAILS):
        assert set(known) == codes


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"point": "0"}, "Bad quantity. point: must not be zero"),
        ({"point": "1.000001"}, "Bad quantity. point: has more than 5 fractional digits"),
        ({"uid": " "}, "uid: must be printable characters with no surrounding spaces"),
        ({"uid": "", "point": ""}, "malformed. uid: is required; point: is required"),
        ({"uid": "nobody"}, "There is no such account."),
    ],
)
def test_a_parameter_error_names_parameters_and_causes(
    caller: Api, parameters: dict[str, str], expected: str
) -> None:
    before = rows()
    answer = caller.post(GRANT, **{**CALL, **parameters})
    assert require(answer, status=1100)["error"].endswith(expected)
    assert echoed(answer) == ("s1", "s1")
    assert rows() == before


def test_state_errors_have_their_status(caller: Api) -> None:
    spent = caller.post(SPEND, **{**CALL, "point": "60.00001"})
    assert require(spent, status=1010)["error"] == "Available: 60, asked: 60.00001."
    require(caller.post(GRANT, **CALL))
    reused = caller.post(GRANT, **{**CALL, "point": "11"})
    error = "Number used before for something else. point: differs from the first call"
    assert require(reused, status=2001)["error"].startswith(error)
    Account.objects.update(status=1)
    require(caller.post(SPEND, **CALL), status=1200)


@pytest.mark.parametrize("code", [Code.BUSY, Code.OUTCOME_UNKNOWN])
def test_what_could_not_be_done_now(
    caller: Api, monkeypatch: pytest.MonkeyPatch, code: Code
) -> None:
    def fail(*_: object) -> Any:
        raise Refusal(code)

    monkeypatch.setattr(execute, "post", fail)
    answer = caller.post(GRANT, **CALL)
    require(answer, status=1300)
    assert int(answer["Retry-After"]) >= 1
    assert echoed(answer) == ("s1", "s1")


def test_a_bug_is_answered_9000_and_recorded(caller: Api, caplog: pytest.LogCaptureFixture) -> None:
    careless = Api(caller.key, HttpClient(raise_request_exception=False))
    with caplog.at_level(logging.ERROR, logger="beanpay.fault"):
        answer = send(careless, BROKEN, seq="s1")
    require(answer, status=9000)
    assert echoed(answer) == ("s1", "s1")
    assert b"secret" not in answer.content
    assert "a secret" in caplog.text


def test_the_http_status_says_who_may_ask_how_and_how_much(caller: Api) -> None:
    missing = Api("").post(GRANT, **CALL)
    require(missing, status=1000, http=401)
    assert missing["WWW-Authenticate"] == "Bearer"
    reader = make_api("reader", scope=Scope.READ)
    require(reader.post(GRANT, **CALL), status=1000, http=403)
    require(caller.post(GRANT, **CALL, ident="foreign"), status=1000, http=403)
    require(caller.send(GRANT, "x" * (2 << 20)), status=1000, http=413)
    limited = make_api("limited")
    Client.objects.filter(name="limited").update(rate_limit=0)
    answer = limited.post(GRANT, **CALL)
    require(answer, status=1000, http=429)
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("path", "allowed", "words"), [(GRANT, "POST", "Use POST."), (ECHO, "GET, POST", "GET or POST")]
)
def test_other_verbs_are_refused_and_do_nothing(
    caller: Api, path: str, allowed: str, words: str
) -> None:
    before = rows()
    verbs = {"GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"} - set(allowed.split(", "))
    for verb in verbs:
        answer = call(caller, verb, f"{path}?{query(CALL)}", json.dumps(CALL))
        assert (answer.status_code, answer["Allow"]) == (405, allowed)
        assert verb == "HEAD" or words in require(answer, status=1000, http=405)["error"]
    assert rows() == before


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ("{", JSON),
        ("[]", JSON),
        ('{"uid": "u1", "uid": "u1"}', JSON),
        ("[" * 100_000, JSON),
        (b"\xff", JSON),
        ("x", "text/plain"),
        ("uid=u1&uid=u1", FORM),
        ("uid=%ff", FORM),
    ],
)
def test_a_malformed_body_is_a_parameter_error(
    caller: Api, content: str | bytes, content_type: str
) -> None:
    require(caller.send(GRANT, content, content_type), status=1100)


def test_a_body_without_a_length_is_a_parameter_error(caller: Api) -> None:
    environ: dict[str, Any] = {
        "wsgi.input": BytesIO(b"uid=u1"),
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_TYPE": FORM,
    }
    require(call(caller, "POST", GRANT, **environ), status=1100)


def test_a_foreign_host_is_a_parameter_error(caller: Api) -> None:
    require(call(caller, "POST", GRANT, json.dumps(CALL), HTTP_HOST="evil.example"), status=1100)


@pytest.mark.parametrize("path", ["/hyena/", "/hyena/nosuch", "/hyena/test/grant/x"])
def test_an_unknown_path_is_answered_in_the_style_of_its_place(caller: Api, path: str) -> None:
    require(caller.get(path), status=1000, http=404)
    for other in ("/hyenas/nosuch", "/nosuch", "/x/hyena/nosuch"):
        answer = caller.get(other)
        assert (answer.status_code, answer["Content-Type"]) == (404, problems.MEDIA_TYPE)
        assert style_of(other) is problems.PROBLEMS


def test_legacy_status_changes_nothing(caller: Api) -> None:
    Client.objects.update(has_legacy_status=True)
    require(caller.post(GRANT, **{**CALL, "uid": ""}), status=1100)
    require(caller.post(GRANT, **{**CALL, "uid": "nobody"}), status=1100)
    require(call(caller, "PUT", GRANT), status=1000, http=405)


def test_the_text_is_in_the_language_of_the_caller(caller: Api) -> None:
    http = HttpClient(headers={"Accept-Language": "zh-CN"})
    chinese = Api(caller.key, http)
    texts = {
        "数值不合法。point: 不能为零": chinese.post(GRANT, **{**CALL, "point": "0"}),
        "请使用 GET 或 POST。": call(chinese, "PUT", ECHO),
        "该账户不存在。": chinese.post(GRANT, **{**CALL, "uid": "nobody"}),
        "此路径下没有内容。": chinese.get("/hyena/nosuch"),
    }
    for text, answer in texts.items():
        assert body(answer)["error"] == text


def test_the_description_is_valid_and_tells_the_styles_apart() -> None:
    generator = SchemaGenerator(urlconf=envelopes)  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    validate_schema(schema)  # type: ignore[no-untyped-call]
    paths = schema["paths"]
    assert list(paths[GRANT]) == ["post"]
    assert sorted(paths[ECHO]) == ["get", "post"]
    grant = paths[GRANT]["post"]
    assert sorted(grant["responses"]) == ["200", "401", "403", "405", "413", "429"]
    examples = grant["responses"]["200"]["content"][JSON]["examples"]
    assert examples["done"]["value"] == {"status": 0, "data": envelopes.MARKED.example}
    assert {name: each["value"]["status"] for name, each in examples.items() if name != "done"} == {
        "bad-parameter": 1100,
        "length-required": 1100,
        "wrong-media-type": 1100,
        "busy": 1300,
        "bad-quantity": 1100,
        "outcome-unknown": 1300,
        "unknown-account": 1100,
        "account-locked": 1200,
        "insufficient-balance": 1010,
        "key-reused": 2001,
    }
    assert [each["name"] for each in grant["parameters"]] == [HEADER]
    listed = paths[LIST]["get"]["responses"]["200"]["content"][JSON]["schema"]["anyOf"][0]
    assert listed["required"] == ["status", "total", "data", "next"]
    (name,) = paths["/hyena/test/named/{name}"]["post"]["parameters"]
    assert (name["in"], name["required"]) == ("path", True)
