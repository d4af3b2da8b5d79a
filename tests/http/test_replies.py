"""What a style answers, without any door: replies to calls."""

import json

import pytest

from gateway.answers import Call, Reply, Result
from gateway.envelope import ENVELOPE, HEADER
from gateway.exchange import http_response
from gateway.problems import MEDIA_TYPE, PROBLEMS
from ledger.refusals import Code, Refusal
from tests.http.support import JSON

POSTED, REPEATED = (
    Result(b'{"a":1}', is_posting=True),
    Result(b"{}", is_posting=True, is_repeat=True),
)
REQUIRED = Refusal(Code.BAD_PARAMETER, fields={"eid": {"reason": "required"}})


def test_a_problem_stands_alone() -> None:
    assert PROBLEMS.success(POSTED, call=Call()) == Reply(200, POSTED.body, JSON, {})
    again = PROBLEMS.success(REPEATED, call=Call())
    assert (again.status, again.headers) == (201, {"Idempotent-Replayed": "true"})
    refused = PROBLEMS.refusal(REQUIRED, call=Call())
    assert (refused.status, refused.media_type) == (400, MEDIA_TYPE)
    assert json.loads(refused.body)["errors"] == {"eid": ["is required"]}
    assert PROBLEMS.refusal(REQUIRED, call=Call(is_legacy=True)).status == 406


def test_an_envelope_takes_the_number_from_a_header_and_gives_it_back() -> None:
    spelled = "张三".encode().decode("latin-1")
    call = Call(sent_seq=spelled)
    assert ENVELOPE.admit(call, {"uid": "u1", "seq": "other"}) == {"uid": "u1", "seq": "张三"}
    expected = '{"status":0,"seq":"张三","data":{"a":1}}'.encode()
    assert ENVELOPE.success(POSTED, call=call) == Reply(200, expected, JSON, {HEADER: spelled})


def test_an_envelope_remembers_the_number_from_the_parameters() -> None:
    call = Call()
    assert ENVELOPE.refusal(REQUIRED, call=call).headers == {}
    ENVELOPE.admit(call, {"seq": "s1"})
    assert ENVELOPE.refusal(REQUIRED, call=call).headers == {HEADER: "s1"}


@pytest.mark.parametrize("languages", ["zh-CN,en;q=0.8", "fr, zh"])
def test_a_refusal_is_worded_as_the_call_asks(languages: str) -> None:
    refused = PROBLEMS.refusal(REQUIRED, call=Call(languages=languages))
    assert json.loads(refused.body)["errors"] == {"eid": ["必填"]}


@pytest.mark.parametrize("status", [200, 201, 404, 903])
def test_a_reply_becomes_a_response_that_no_cache_keeps(status: int) -> None:
    response = http_response(Reply(status, b"{}", JSON, {"Retry-After": "1"}))
    assert (response.status_code, response.content) == (status, b"{}")
    assert dict(response.items()) == {
        "Content-Type": JSON,
        "Cache-Control": "no-store",
        "Content-Length": "2",
        "Retry-After": "1",
    }
