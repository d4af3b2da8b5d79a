"""The examples of the original's README on points, as their callers send them."""

from typing import Any

import pytest
from pytest_django import Settings

from tests.conftest import Api, body, make_api

DETAIL = ["uid", "point", "available", "used", "frozen", "expire"]
SAMPLE = {"uid": "user_123", "point": 987654}


@pytest.fixture(params=["without a key", "with a key"])
def reader(request: pytest.FixtureRequest, settings: Settings, db: None) -> Api:
    if request.param == "with a key":
        return make_api("reader-of-the-readme")
    settings.API_AUTH_REQUIRED = False
    return Api("")


def send(api: Api, name: str, **parameters: Any) -> Any:
    """Send a JSON body as the README says, and return the envelope."""
    import json

    content_type = "application/json;charset=utf-8"
    answer = api.send(f"/hyena/point/{name}", json.dumps(parameters), content_type)
    assert answer.status_code == 200, answer.content
    return body(answer)


def detail(envelope: Any) -> list[Any]:
    """Return the six fields of the README, which stand first and in its order."""
    assert envelope["status"] == 0, envelope
    assert list(envelope["data"])[:6] == DETAIL
    return [envelope["data"][name] for name in DETAIL]


def test_the_example_of_an_increase(reader: Api) -> None:
    answer = send(reader, "increase", **SAMPLE)
    assert list(answer) == ["status", "data"]
    assert detail(answer) == ["user_123", 987654, 987654, 0, 0, 0]


def test_all_parameters_of_an_increase(reader: Api) -> None:
    given = {
        "seq": "8e1a-77",
        "type": "score",
        "expireTime": "2199-10-25 18:34:32",
        "tag": "welcome",
        "note": "a note",
    }
    answer = send(reader, "increase", **SAMPLE, **given)
    assert list(answer) == ["status", "seq", "data"]
    assert answer["seq"] == "8e1a-77"
    assert detail(answer) == ["user_123", 987654, 987654, 0, 0, 0]
    (lot,) = send(reader, "listPointRecord", type="score", uid="user_123")["data"]
    shown = {name: lot[name] for name in ("expireTime", "tag")}
    assert shown == {"expireTime": "2199-10-25 18:34:32", "tag": "welcome"}
    (log,) = send(reader, "listPointLog", type="score", uid="user_123")["data"]
    assert log["note"] == "a note"


def test_points_that_expired_long_ago_are_not_granted(reader: Api) -> None:
    answer = send(reader, "increase", **SAMPLE, expireTime="2018-10-25 18:34:32")
    assert (list(answer), answer["status"]) == (["status", "error"], 1100)
    assert send(reader, "getPoint", uid="user_123")["data"] is None


def test_the_same_number_makes_the_same_change_once(reader: Api) -> None:
    first = send(reader, "increase", **SAMPLE, seq="1")
    assert send(reader, "increase", **SAMPLE, seq="1") == first
    assert send(reader, "increase", uid="user_123", point=1, seq="1")["status"] == 2001
    assert detail(send(reader, "increase", uid="user_123", point=1))[1] == 987655


@pytest.mark.parametrize("point_type", [None, "", "default", "score"])
def test_the_chapter_step_by_step(reader: Api, point_type: str | None) -> None:
    who = {"uid": "user_123"} if point_type is None else {"uid": "user_123", "type": point_type}
    steps = [
        ("increase", 100, ["user_123", 100, 100, 0, 0, 0]),
        ("freeze", 60, ["user_123", 100, 40, 0, 60, 0]),
        ("unfreeze", 10, ["user_123", 100, 50, 0, 50, 0]),
        ("decrease", 20, ["user_123", 80, 30, 20, 50, 0]),
        ("decreaseFrozen", 50, ["user_123", 30, 30, 70, 0, 0]),
        ("cancel", 30, ["user_123", 0, 0, 70, 0, 0]),
    ]
    for seq, (name, point, expected) in enumerate(steps):
        answer = send(reader, name, **who, point=point, seq=str(seq), note=name)
        assert (answer["seq"], detail(answer)) == (str(seq), expected)
    (account,) = send(reader, "listPoint", **{**who, "uid": None})["data"]
    assert [account[name] for name in DETAIL] == ["user_123", 0, 0, 70, 0, 0]
    in_query = body(reader.get("/hyena/point/listPointRecord", **who))
    assert in_query["total"] == 1
    assert in_query == send(reader, "listPointRecord", **who)


@pytest.mark.parametrize(
    ("name", "point"), [("freeze", 41), ("decrease", 41), ("unfreeze", 61), ("decreaseFrozen", 61)]
)
def test_more_than_there_is_is_refused(reader: Api, name: str, point: int) -> None:
    send(reader, "increase", uid="user_123", point=100)
    send(reader, "freeze", uid="user_123", point=60)
    before = send(reader, "getPoint", uid="user_123")
    answer = send(reader, name, uid="user_123", point=point, seq="s")
    assert (answer["status"], answer["seq"]) == (1010, "s")
    assert send(reader, "getPoint", uid="user_123") == before
