"""The number of a change: in a header or a parameter, and back in both."""

import json
from typing import Any

import pytest

from clients.scopes import Scope
from tests.conftest import Api, make_api
from tests.http import envelopes
from tests.http.envelopes import CALL, ECHO, GRANT, HEADER, echoed, require, send
from tests.http.support import call, rows
from wallets.models import Record

pytestmark = pytest.mark.urls(envelopes.__name__)


@pytest.mark.parametrize("seq", ["s1", "a b", "x" * 64, "张三", "é", "🫘", '"\\'])
def test_seq_is_echoed(caller: Api, seq: str) -> None:
    in_header = send(caller, ECHO, seq=seq)
    in_body = caller.post(ECHO, seq=seq)
    in_query = caller.get(ECHO, seq=seq)
    for answer in (in_header, in_body, in_query):
        assert require(answer)["data"]["seq"] == repr(seq)
        assert echoed(answer) == (seq, seq)
    refused = caller.post(ECHO, seq=seq, tag="x" * 9)
    require(refused, status=1100)
    assert echoed(refused) == (seq, seq)


def test_the_header_goes_before_the_body(caller: Api) -> None:
    for other in ("b1", " ", "x" * 65, ["b1"]):
        answer = call(
            caller, "POST", GRANT, json.dumps({**CALL, "seq": other}), HTTP_HYENA_SEQ="h1"
        )
        require(answer)
        assert echoed(answer) == ("h1", "h1")
    assert [record.number for record in Record.objects.all()] == ["a1", "h1"]


def test_an_empty_header_is_an_absent_one(caller: Api) -> None:
    answer = call(caller, "POST", GRANT, json.dumps(CALL), HTTP_HYENA_SEQ="")
    require(answer)
    assert echoed(answer) == ("s1", "s1")
    answer = call(caller, "POST", ECHO, json.dumps({"seq": ""}), HTTP_HYENA_SEQ="")
    require(answer)
    assert echoed(answer) == (None, None)


def test_an_integer_is_taken_by_its_digits(caller: Api) -> None:
    assert echoed(caller.send(ECHO, '{"seq": 8970}')) == ("8970", "8970")


BAD_HEADERS = [
    b" ",
    b" s",
    b"s ",
    b"a\tb",
    b"x" * 65,
    b"\xe5\xbc\xa0" * 65,
    b"\xff",
    b"a\xc3",
    b"\x7f",
]


@pytest.mark.parametrize("seq", BAD_HEADERS)
@pytest.mark.parametrize("path", [GRANT, ECHO])
def test_a_malformed_header_is_refused_and_not_echoed(caller: Api, path: str, seq: bytes) -> None:
    before = rows()
    answer = send(caller, path, seq=seq, uid="u1", point=1)
    assert HEADER in require(answer, status=1100)["error"]
    assert echoed(answer) == (None, None)
    assert rows() == before


@pytest.mark.parametrize("seq", [" s", "s ", "x" * 65, "a\nb", "\x00", True, 1.5, ["s"], {}])
@pytest.mark.parametrize("path", [GRANT, ECHO])
def test_a_malformed_seq_is_refused_and_not_echoed(caller: Api, path: str, seq: Any) -> None:
    before = rows()
    content = json.dumps({**CALL, "seq": seq})
    answer = caller.send(path, content)
    assert "seq: " in require(answer, status=1100)["error"]
    assert echoed(answer) == (None, None)
    assert rows() == before


def test_a_header_is_echoed_before_anything_is_read(caller: Api) -> None:
    reader = make_api("reader", scope=Scope.READ)
    answers = {
        "no key": send(Api(""), GRANT, seq="s1"),
        "no right": send(reader, GRANT, seq="s1"),
        "no path": send(caller, "/hyena/nosuch", seq="s1"),
        "no JSON": call(caller, "POST", GRANT, "{", HTTP_HYENA_SEQ="s1"),
        "too large": call(caller, "POST", GRANT, "x" * (2 << 20), HTTP_HYENA_SEQ="s1"),
    }
    for answer in answers.values():
        assert echoed(answer) == ("s1", "s1")
