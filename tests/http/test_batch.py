"""Many operations in one request: what a batch is, and what it is not."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients import callers
from clients.models import Client
from ledger.refusals import Code, Refusal
from tests.conftest import Api, body, make_api
from tests.http import points
from tests.http.batches import BATCH, good, numbered, results, send_batch, statuses, text_of
from tests.http.points import DECREASE, INCREASE, POINT, SYSTEM
from tests.http.support import (
    ADD,
    ANSWERED,
    GOOD,
    JSON,
    PROBLEM,
    fund,
    require_problem,
    rows,
)
from tests.support import FRAME, allowed

pytestmark = pytest.mark.usefixtures("sound_ledger")
CREATE, DEDUCT, LOCK = "/account/create", "/account/balance/deduct", "/account/lock"
TOO_MUCH = numbered(DEDUCT, "big", amount="1000")


# What comes back.


def test_a_batch_is_answered_in_its_order(funded: Api) -> None:
    answer = send_batch(
        funded,
        numbered(ADD, "n1"),
        TOO_MUCH,
        numbered(ADD, "n1"),
        good(DECREASE),
        good(LOCK, eid=""),
    )
    first, second, third, fourth, fifth = results(answer)
    assert (first["status"], first["body"]["balance"]) == (200, 70.5)
    assert (second["status"], second["body"]["code"]) == (409, 904)
    assert second["body"]["status"] == 409
    assert (third["status"], third["body"]) == (201, first["body"])
    assert (fourth["status"], fourth["body"]["seq"]) == (200, "n1")
    assert fourth["body"]["data"]["used"] == 20.5
    assert (fifth["status"], set(fifth["body"]["errors"])) == (400, {"eid"})
    assert "Idempotent-Replayed" not in answer


def test_each_is_the_default(funded: Api) -> None:
    for mode in (None, "", "each"):
        answer = send_batch(funded, TOO_MUCH, numbered(ADD, f"n{mode}"), mode=mode)
        assert statuses(answer) == [409, 200]
    null = funded.send(BATCH, text_of([TOO_MUCH]).replace("{", '{"mode": null, ', 1))
    assert statuses(null) == [409]


def test_the_batch_itself_may_end_in_a_slash_and_unknown_members_are_ignored(funded: Api) -> None:
    text = text_of([good(ADD)]).replace("{", '{"ident": "x", "no_such": [1], ', 1)
    answer = funded.send(BATCH + "/", text)
    assert statuses(answer) == [200]


@pytest.mark.parametrize(
    "path", [ADD + "/", "/account/balance/%61dd", "/account%2Fbalance/add", ADD]
)
def test_a_path_is_read_as_in_a_request(funded: Api, path: str) -> None:
    entry = json.dumps({"path": path, **GOOD[ADD]})
    assert statuses(send_batch(funded, entry)) == [200]
    assert funded.post(path, **GOOD[ADD]).status_code == 201


def test_a_path_may_name_a_parameter(funded: Api) -> None:
    path = SYSTEM + "addPointType"
    entries = [
        {"path": f"{path}/vip"},
        {"path": f"{path}/g%6Fld/"},
        {"path": f"{path}/x%20y"},
        {"path": f"{path}/vip", "name": "vip"},
        {"path": f"{path}/vip", "order": "none"},
    ]
    listed = results(send_batch(funded, *map(json.dumps, entries)))
    assert [each["body"]["status"] for each in listed] == [0, 0, 1100, 1100, 1100]
    assert listed[1]["body"]["data"] == ["default", "gold", "vip"]
    assert "name: " in listed[3]["body"]["error"]


def test_numbers_keep_their_digits_and_ext_its_text(funded: Api) -> None:
    ext = '{"b" :  [1.50, 1e400, {"a":"\\u00e9张"}],"a":-0}'
    text = f'{{"path": "{ADD}", "eid": "u1", "trade_no": 12, "ext": {ext} , "amount": 0.10000e1}}'
    other = f'{{"extra":{ext},"path":"{INCREASE}","uid":"u1","seq":"e1","point":1.50}}'
    half = numbered(ADD, "13", ext='"x"').entry[:-1] + r', "z": "\ud800"}'
    for entries in ([text, other], [text, half, other]):
        answer = send_batch(funded, *entries)
        assert set(statuses(answer)) <= {200, 201}
        assert answer.content.count(ext.encode()) == 3  # Of points: the log's, and the lot's.
        assert b'"trade_no":"12"' in answer.content
        assert b'"amount":1,' in answer.content


def test_seq_is_each_operations_own(funded: Api) -> None:
    entries = [numbered(INCREASE, "s1"), good(INCREASE, seq=None), numbered(INCREASE, " ")]
    answer = funded.send(BATCH, text_of(entries), **{"hyena-seq": "h1"})
    told = [(each["body"].get("seq"), each["body"]["status"]) for each in results(answer)]
    assert told == [("s1", 0), (None, 0), (None, 1100)]
    assert "hyena-seq" not in answer


# All or none.


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("refused", "status", "code"),
    [
        (TOO_MUCH, 409, 904),
        (good(ADD, eid="nobody"), 404, 908),
        (good(ADD, amount="0"), 422, 903),
        (good(ADD, amount=None), 400, 400),
        (good(ADD, ident="foreign"), 403, 403),
        (numbered(ADD, "a1", amount="11"), 409, 909),
        (numbered("/account/balance/refund", "r1", ext_no="d1", amount="31"), 422, 903),
        (numbered("/package/capacity/deduct", "big", num="71"), 409, 904),
        (numbered(DECREASE, "big", point="1000"), 409, 1010),
        (good(DECREASE, uid="nobody"), 400, 1100),
        (good(DECREASE, point="x"), 400, 1100),
        (numbered(DECREASE, " "), 400, 1100),
        (good(DECREASE, ident="foreign"), 403, 1000),
        (numbered(DECREASE, "d1", point="11"), 409, 2001),
    ],
)
def test_one_refusal_undoes_all(
    funded: Api, refused: Any, status: int, code: int, place: int
) -> None:
    entries = [good(CREATE), numbered(INCREASE, "m1"), good(CREATE, eid="u3")]
    entries.insert(place, refused)
    alone = funded.send(refused.address, refused.text)
    before = rows()
    answer = send_batch(funded, *entries, mode="all")
    assert rows() == before
    problem = body(answer)
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert (answer["Content-Type"], problem["index"]) == (PROBLEM, place)
    if refused.path not in points.GOOD:
        assert problem == {**body(alone), "index": place}
    entries.remove(refused)
    assert statuses(send_batch(funded, *entries, mode="all")) == [200, 200, 200]
    assert rows() != before


def test_the_first_refusal_in_their_order_is_told(funded: Api) -> None:
    malformed = good(ADD, amount="x")
    for entries, index, code in (
        ([numbered(ADD, "m1"), TOO_MUCH, malformed], 1, 904),
        ([numbered(ADD, "m1"), malformed, TOO_MUCH], 1, 903),
        ([malformed, malformed], 0, 903),
    ):
        problem = body(send_batch(funded, *entries, mode="all"))
        assert (problem["index"], problem["code"]) == (index, code)


def test_points_disabled_and_a_wallet_locked_undo_all(funded: Api) -> None:
    locks = [good(LOCK), good(POINT + "disableAccount")]
    before = rows()
    for refused, code in ((numbered(ADD, "m1"), 907), (numbered(INCREASE, "m1"), 1200)):
        answer = send_batch(funded, *locks, refused, mode="all")
        assert (answer.status_code, body(answer)["code"], body(answer)["index"]) == (409, code, 2)
    assert rows() == before


def test_what_undoes_all_is_worded_for_the_caller(funded: Api) -> None:
    Client.objects.update(has_legacy_status=True)
    callers.forget()
    chinese = {"Accept-Language": "zh-CN"}
    answer = send_batch(funded, numbered(ADD, "m1"), TOO_MUCH, mode="all", **chinese)
    assert (answer.status_code, body(answer)["status"], body(answer)["code"]) == (904, 904, 904)
    assert "可用" in body(answer)["detail"]
    answer = send_batch(funded, good(ADD, eid=None), mode="all")
    assert (answer.status_code, body(answer)["code"]) == (406, 400)
    answer = send_batch(funded, numbered(DECREASE, "big", point="1000"), mode="all")
    assert (answer.status_code, body(answer)["code"]) == (409, 1010)


@pytest.mark.parametrize("code", Code)
def test_each_refusal_of_points_has_a_status_of_the_whole(code: Code) -> None:
    from gateway.envelope import ENVELOPE
    from gateway.results import Undone

    expected = ANSWERED[code]
    told, status = Undone(Refusal(code), index=0, style=ENVELOPE).statuses(is_legacy=True)
    by_status = {1010: 409, 1100: 400, 1200: 409, 1300: 503, 2001: 409, 9000: 500}
    assert (told, status) == (
        expected.status,
        expected.http if expected.http != 200 else by_status[expected.status],
    )


@pytest.mark.parametrize("code", [Code.BUSY, Code.OUTCOME_UNKNOWN])
@pytest.mark.parametrize("mode", ["each", "all"])
def test_a_batch_that_could_not_be_done_is_told_as_a_whole(
    funded: Api, monkeypatch: pytest.MonkeyPatch, mode: str, code: Code
) -> None:
    def busy(*_: Any, **__: Any) -> Any:
        raise Refusal(code)

    monkeypatch.setattr("gateway.batch.post", busy)
    answer = send_batch(funded, good(ADD), good(INCREASE), mode=mode)
    require_problem(answer, status=503, code=901)
    assert answer["Retry-After"] == "1"


# How it is carried out.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["each", "all"])
@pytest.mark.parametrize(
    "word",
    [
        lambda n: numbered(ADD, f"m{n}", amount=1),
        lambda n: numbered(INCREASE, f"m{n}"),
        lambda n: numbered("/package/capacity/add", f"m{n}"),
        lambda n: good(SYSTEM + "addPointType", name=f"t{n}"),
        lambda n: good(CREATE, eid=f"new{n}"),
    ],
)
def test_it_takes_a_fixed_number_of_statements(
    funded: Api, word: Callable[[int], Any], mode: str
) -> None:
    send_batch(funded, word(0))
    counts = []
    for first, count in ((1, 10), (11, 500)):
        entries = [word(number) for number in range(first, first + count)]
        with CaptureQueriesContext(connection) as queries:
            answer = send_batch(funded, *entries, mode=mode)
        assert statuses(answer) == [200] * count
        taken = [each["sql"] for each in queries]
        assert sum(each in FRAME for each in taken) <= 2
        counts.append(len(taken))
    assert (
        counts[0]
        <= counts[1]
        <= (allowed(counts[0]) if connection.vendor == "sqlite" else counts[0])
    )


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_is_undone_in_the_database(funded: Api) -> None:
    before = rows()
    entries = [good(CREATE), numbered(ADD, "m1"), numbered(INCREASE, "m1", uid="new")]
    answer = send_batch(funded, *entries, TOO_MUCH, mode="all")
    assert (answer.status_code, body(answer)["index"]) == (409, 3)
    assert rows() == before
    assert statuses(send_batch(funded, *entries, TOO_MUCH)) == [200, 200, 200, 409]
    assert statuses(send_batch(funded, *entries, mode="all")) == [201, 201, 200]


def test_two_tenants_in_one_batch(funded: Api) -> None:
    fund(tenant="t2")
    make_api("other", ident="t2")
    both = Client.objects.get(name="tester")
    both.tenants.add(Client.objects.get(name="other").default_tenant)
    callers.forget()
    entries = [numbered(ADD, "m1", ident=ident) for ident in ("t1", "t2", "t3", None)]
    listed = results(send_batch(funded, *entries))
    assert [each["status"] for each in listed] == [200, 200, 403, 201]
    assert listed[0]["body"]["account_id"] != listed[1]["body"]["account_id"]


def test_the_description_says_so(funded: Api) -> None:
    schema = json.loads(funded.get("/api/schema/?format=json").content)
    (described,) = schema["paths"][BATCH].values()
    assert set(schema["paths"][BATCH]) == {"post"}
    content = described["requestBody"]["content"]
    assert set(content) == {JSON}
    example = content[JSON]["example"]
    listed = results(funded.send(BATCH, json.dumps(example)))
    told = described["responses"]["200"]["content"][JSON]["example"]["results"]
    assert len(listed) == len(told) == len(example["operations"])
    undone = described["responses"]["409"]["content"][PROBLEM]["examples"]
    assert [each["value"]["index"] for each in undone.values()] == [1]
