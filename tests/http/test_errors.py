"""Every error: its HTTP status, code, members and language; and which error comes first."""

import re
from collections.abc import Mapping
from typing import Any, NoReturn

import pytest
from django.test import Client as HttpClient

from clients.models import Client
from clients.scopes import Scope
from gateway import envelope, execute, problems
from ledger.refusals import Code, Refusal
from tests.conftest import Api, body, make_api
from tests.http.support import (
    ADD,
    ANSWERED,
    CHANGES,
    GOOD,
    PROBLEMS,
    call,
    must,
    require_problem,
    require_refused,
    rows,
    send,
)

NOT_FOUND = tuple(
    path for path, call in PROBLEMS.items() if "eid" in call and path != "/account/create"
)
PASS_A_LOCK = ("refund", "balanceflat", "/capacity/add")
LOCKED = tuple(path for path in CHANGES if not path.endswith(PASS_A_LOCK))
OTHER_CONTENT: Mapping[str, Mapping[str, str]] = {
    **{path: {"amount": "10.51"} for path in CHANGES if path.startswith("/account/")},
    **{path: {"num": "4"} for path in CHANGES if path.startswith("/package/")},
    "/account/balance/refund": {"amount": "4"},
    "/account/balance/reverseadd": {"ext_no": "a2"},
    "/account/balance/reversedrawing": {"ext_no": "w2"},
}
TOO_MUCH: Mapping[str, Mapping[str, str]] = {
    "/account/balance/drawing": {"trade_no": "n1", "amount": "60.00001"},
    "/account/balance/deduct": {"trade_no": "n1", "amount": "1e12"},
    "/account/balance/tradeflat": {"trade_no": "n1", "amount": "60.00001"},
    "/account/balance/balanceflat": {"trade_no": "n1", "amount": "-60.00001"},
    "/account/balance/reverseadd": {"trade_no": "n1", "ext_no": "a2", "memo": "oops"},
}


def test_every_code_has_its_status_in_each_style() -> None:
    assert set(ANSWERED) == set(Code)
    for code, expected in ANSWERED.items():
        assert problems.STATUSES[code] == (expected.code, expected.problem), code
        assert envelope.STATUSES[code] == expected.status, code
        assert envelope.HTTP_STATUSES.get(code, 200) == expected.http, code


@pytest.mark.parametrize("path", GOOD)
def test_a_client_has_a_rate_at_every_path(funded: Api, path: str) -> None:
    Client.objects.update(rate_limit=1)
    must(send(funded, "json", path, GOOD[path]))
    before = rows()
    answer = send(funded, "json", path, GOOD[path])
    assert "1 requests a minute" in require_refused(answer, Code.TOO_MANY_REQUESTS, path=path)
    assert int(answer["Retry-After"]) > 0
    assert rows() == before


@pytest.mark.parametrize("path", NOT_FOUND)
def test_no_such_account(funded: Api, path: str) -> None:
    answer = send(funded, "json", path, {**GOOD[path], "eid": "nobody"})
    assert "errors" not in require_problem(answer, status=404, code=908)
    other = send(funded, "json", path, {**GOOD[path], "group": "other"})
    assert other.content == answer.content


@pytest.mark.parametrize("path", TOO_MUCH)
def test_not_enough_balance(funded: Api, path: str) -> None:
    before = rows()
    answer = funded.post(path, eid="u1", **TOO_MUCH[path])
    assert "errors" not in require_problem(answer, status=409, code=904)
    assert rows() == before


def test_a_credit_line_in_use_cannot_shrink(funded: Api) -> None:
    must(funded.get("/account/balance/setcredit", eid="u1", credit="40"))
    must(funded.get("/account/balance/drawing", eid="u1", trade_no="w2", amount="100"))
    answer = funded.get("/account/balance/setcredit", eid="u1", credit="39.99999")
    require_problem(answer, status=409, code=904)


@pytest.mark.parametrize("path", [*LOCKED, "/account/balance/setcredit"])
def test_a_locked_account_refuses(funded: Api, path: str) -> None:
    must(funded.get("/account/lock", eid="u1"))
    before = rows()
    answer = funded.post(path, **GOOD[path])
    assert "errors" not in require_problem(answer, status=409, code=907)
    assert rows() == before


@pytest.mark.parametrize(
    "path", sorted(set(PROBLEMS) - set(LOCKED) - {"/account/balance/setcredit"})
)
def test_on_a_locked_account_the_rest_goes_on(funded: Api, path: str) -> None:
    must(funded.get("/account/lock", eid="u1"))
    must(send(funded, "json", path, GOOD[path]))


@pytest.mark.parametrize(
    "path",
    ["/account/balance/refund", "/account/balance/reverseadd", "/account/balance/reversedrawing"],
)
def test_no_such_original(funded: Api, path: str) -> None:
    answer = funded.post(path, **{**GOOD[path], "trade_no": "n1", "ext_no": "nosuch"})
    assert "nosuch" in require_problem(answer, status=404, code=908)["detail"]


@pytest.mark.parametrize("path", OTHER_CONTENT)
def test_the_same_key_with_other_content(funded: Api, path: str) -> None:
    must(send(funded, "json", path, GOOD[path]))
    before = rows()
    other = {**GOOD[path], **OTHER_CONTENT[path]}
    answer = send(funded, "json", path, other)
    require_problem(answer, status=409, code=909, fields=set(OTHER_CONTENT[path]))
    assert rows() == before


def test_the_same_number_with_another_credit_line(funded: Api) -> None:
    must(funded.get("/account/balance/setcredit", eid="u1", credit="5", trade_no="c1"))
    answer = funded.get("/account/balance/setcredit", eid="u1", credit="6", trade_no="c1")
    require_problem(answer, status=409, code=909, fields={"credit"})


@pytest.mark.parametrize("kind", ["reverseadd", "reversedrawing"])
def test_already_reversed(funded: Api, kind: str) -> None:
    path = f"/account/balance/{kind}"
    must(funded.post(path, **GOOD[path]))
    answer = funded.post(path, **{**GOOD[path], "trade_no": "n2"})
    problem = require_problem(answer, status=409, code=909, fields={"ext_no"})
    assert GOOD[path]["ext_no"] in problem["detail"]


def test_a_refund_beyond_what_is_left(funded: Api) -> None:
    refund = "/account/balance/refund"
    must(funded.post(refund, eid="u1", trade_no="r1", ext_no="d1", amount="12.5"))
    answer = funded.post(refund, eid="u1", trade_no="r2", ext_no="d1", amount="17.50001")
    problem = require_problem(answer, status=422, code=903, fields={"amount"})
    assert set(re.findall(r"[\d.]*\d", problem["detail"])) == {"30", "12.5", "17.50001"}
    must(funded.post(refund, eid="u1", trade_no="r2", ext_no="d1", amount="17.5"))
    answer = funded.post(refund, eid="u1", trade_no="r3", ext_no="d1", amount="0.00001")
    require_problem(answer, status=422, code=903, fields={"amount"})


def test_nothing_there_no_key_and_no_right(funded: Api) -> None:
    require_problem(funded.get("/nosuch"), status=404)
    unauthenticated = Api("").get(ADD)
    require_problem(unauthenticated, status=401)
    assert unauthenticated["WWW-Authenticate"] == "Bearer"
    require_problem(make_api("reader", scope=Scope.READ).get(ADD), status=403)


@pytest.mark.parametrize(
    ("code", "expected"),
    [(Code.BUSY, "Try again"), (Code.OUTCOME_UNKNOWN, "same number")],
)
def test_what_could_not_be_done_now(
    funded: Api, monkeypatch: pytest.MonkeyPatch, code: Code, expected: str
) -> None:
    monkeypatch.setattr(execute, "post", _raising(Refusal(code)))
    answer = funded.post(ADD, **GOOD[ADD])
    problem = require_problem(answer, status=503, code=901)
    assert expected in problem["detail"]
    assert int(answer["Retry-After"]) >= 1


def test_a_bug_is_a_problem_without_a_trace(funded: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "post", _raising(RuntimeError("a secret")))
    careless = Api(funded.key, HttpClient(raise_request_exception=False))
    answer = careless.post(ADD, **GOOD[ADD])
    require_problem(answer, status=500)
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content


def _raising(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


@pytest.fixture
def legacy(funded: Api) -> Api:
    Client.objects.update(has_legacy_status=True)
    return funded


def test_legacy_status_is_the_code(legacy: Api) -> None:
    must(legacy.get("/account/create", eid="u2", name="Bob"))
    must(legacy.get("/account/lock", eid="u2"))
    must(legacy.post(ADD, **GOOD[ADD]))
    drawing = "/account/balance/drawing"
    refund = "/account/balance/refund"
    calls: dict[int, Any] = {
        903: legacy.post(ADD, eid="u1", trade_no="n2", amount="0"),
        904: legacy.post(drawing, eid="u1", trade_no="n2", amount="999"),
        907: legacy.post(ADD, eid="u2", trade_no="n2", amount="1"),
        908: legacy.post(ADD, eid="nobody", trade_no="n2", amount="1"),
        909: legacy.post(ADD, eid="u1", trade_no="n1", amount="2"),
        400: legacy.post(ADD, eid="u1", trade_no=" ", amount="2"),
        405: call(legacy, "PUT", ADD),
        413: legacy.send(ADD, "x" * (2 << 20)),
        415: legacy.send(ADD, "x", "text/plain"),
    }
    for status, answer in calls.items():
        require_problem(answer, status=status)
    too_much = legacy.post(refund, eid="u1", trade_no="d1", amount="31")
    require_problem(too_much, status=903)
    again = legacy.post(ADD, **GOOD[ADD])
    assert again.status_code == 201


def test_legacy_status_of_a_missing_parameter_is_406(legacy: Api) -> None:
    answer = legacy.get("/account/query")
    assert answer.status_code == 406
    problem = body(answer)
    assert (problem["status"], problem["code"]) == (406, 400)
    assert problem["errors"] == {"eid": ["is required"]}


def test_legacy_status_of_what_could_not_be_done_now(
    legacy: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute, "post", _raising(Refusal(Code.BUSY)))
    answer = legacy.post(ADD, **GOOD[ADD])
    require_problem(answer, status=901)
    assert answer["Retry-After"]


CHINESE = re.compile("[\u4e00-\u9fff]")


def refusals(api: Api, language: str) -> dict[str, Any]:
    """Return a problem of each kind that a caller can cause, in a language."""
    http = HttpClient(headers={"Accept-Language": language}, raise_request_exception=True)
    caller, stranger = Api(api.key, http), Api("", http)
    add = {"eid": "u1", "trade_no": "a1", "amount": "10"}
    calls = {
        "missing": caller.post(ADD),
        "wrong": caller.post(ADD, eid=" ", trade_no="x" * 65, memo="\0", amount=1.5, group="g"),
        "quantity": caller.post(ADD, **{**add, "amount": "0.000001"}),
        "unknown": caller.post(ADD, **{**add, "eid": "nobody"}),
        "trade": caller.post("/account/balance/refund", **{**add, "trade_no": "nosuch"}),
        "balance": caller.post("/account/balance/drawing", **{**add, "amount": "1000"}),
        "reused": caller.post(ADD, **{**add, "amount": "11"}),
        "refund": caller.post("/account/balance/refund", **{**add, "trade_no": "d1", "amount": 31}),
        "list": caller.post("/account/record/query", ps=-1, pi="x", start_time="1", change_type=7),
        "key": stranger.post(ADD),
        "path": caller.post("/nosuch"),
        "method": call(caller, "PUT", ADD),
        "size": caller.send(ADD, "x" * (2 << 20)),
        "type": caller.send(ADD, "x", "text/plain"),
        "body": caller.send(ADD, "{"),
        "tenant": caller.post(ADD, **add, ident="foreign"),
    }
    return {name: body(answer) for name, answer in calls.items()}


def test_every_sentence_is_translated_and_no_name_or_code_is(funded: Api) -> None:
    english, chinese = refusals(funded, "en"), refusals(funded, "zh-CN,zh;q=0.9,en;q=0.8")
    for name, problem in english.items():
        other = chinese[name]
        assert list(other) == list(problem)
        for fixed in ("type", "status", "code"):
            assert other[fixed] == problem[fixed]
        assert list(other.get("errors", {})) == list(problem.get("errors", {}))
        pairs = [(problem[each], other[each]) for each in ("title", "detail")]
        pairs += [
            (reason, other["errors"][field][0])
            for field, (reason, *_) in problem.get("errors", {}).items()
        ]
        for sentence, translated in pairs:
            assert not CHINESE.search(sentence), sentence
            assert CHINESE.search(translated), (name, translated)


@pytest.mark.parametrize("language", ["", "fr", "de-DE,de;q=0.9", "en-GB", "*", "x" * 499, ";;,"])
def test_other_languages_are_answered_in_english(funded: Api, language: str) -> None:
    assert refusals(funded, language) == refusals(funded, "en")


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh-Hans", "zh-hans-CN", "ZH-cn"])
def test_chinese_has_many_names(funded: Api, language: str) -> None:
    assert CHINESE.search(refusals(funded, language)["missing"]["title"])


def test_a_cookie_chooses_no_language(funded: Api) -> None:
    funded.http.cookies["django_language"] = "zh-hans"
    assert funded.get("/nosuch").content == Api("").get("/nosuch").content
    assert funded.get(ADD).content == Api(funded.key).get(ADD).content


def test_no_key_comes_before_everything(funded: Api) -> None:
    stranger = Api("bp_wrong")
    for content in ("{", "x" * (2 << 20), '{"eid": "u1"}'):
        require_problem(stranger.send(ADD, content), status=401)
    require_problem(stranger.send(ADD, "x", "text/plain"), status=401)


def test_no_right_comes_before_bad_input(funded: Api) -> None:
    reader = make_api("reader", scope=Scope.READ)
    for content in ("{", '{"eid": " "}', '{"ident": "foreign"}', "{}"):
        require_problem(reader.send(ADD, content), status=403)
    for path, good in GOOD.items():
        wrong = {"ident": "foreign", "eid": " ", "ps": "x", "uid": " ", "size": "x"}
        answer = send(funded, "json", path, {**good, **wrong})
        require_refused(answer, Code.FORBIDDEN, path=path)


def test_bad_input_comes_before_an_unknown_account(funded: Api) -> None:
    require_problem(funded.post(ADD, eid="nobody", trade_no="n", amount="x"), status=422, code=903)
    require_problem(funded.post(ADD, eid="nobody", trade_no=" ", amount="x"), status=400)


def test_an_unknown_account_comes_before_a_repeat(funded: Api) -> None:
    must(funded.post(ADD, **GOOD[ADD]))
    answer = funded.post(ADD, **{**GOOD[ADD], "eid": "nobody"})
    require_problem(answer, status=404, code=908)


@pytest.mark.parametrize("path", CHANGES)
def test_a_repeat_comes_before_the_state(funded: Api, path: str) -> None:
    must(send(funded, "json", path, GOOD[path]))
    must(funded.post("/account/balance/drawing", eid="u1", trade_no="all", amount="40"))
    must(funded.post("/account/lock", eid="u1"))
    assert send(funded, "json", path, GOOD[path]).status_code == 201
    other = send(funded, "json", path, {**GOOD[path], **OTHER_CONTENT[path]})
    require_problem(other, status=409, code=909)


def test_a_lock_comes_before_the_original_and_the_funds(funded: Api) -> None:
    must(funded.post("/account/lock", eid="u1"))
    unknown = {"eid": "u1", "trade_no": "n1", "ext_no": "nosuch", "memo": "x"}
    require_problem(funded.post("/account/balance/reverseadd", **unknown), status=409, code=907)
    much = {"eid": "u1", "trade_no": "n1", "amount": "1e9"}
    require_problem(funded.post("/account/balance/drawing", **much), status=409, code=907)


def test_a_refused_call_leaves_its_number_free(funded: Api) -> None:
    drawing = {"eid": "u1", "trade_no": "n1", "amount": "100"}
    require_problem(funded.post("/account/balance/drawing", **drawing), status=409, code=904)
    must(funded.post(ADD, eid="u1", trade_no="n1", amount="40"))
    must(funded.post("/account/balance/drawing", **drawing))
