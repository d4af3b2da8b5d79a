"""Batches that are malformed as a whole, or sent in a way that is not taken."""

import json
from typing import Any

import pytest

from clients import callers
from clients.models import Client
from clients.scopes import Scope
from tests.conftest import Api, body, make_api
from tests.http.bad_bodies import bodies as bad_bodies
from tests.http.bad_bodies import nested
from tests.http.batches import BATCH, good, numbered, results, send_batch, statuses, text_of
from tests.http.points import INCREASE, POINT, SYSTEM
from tests.http.support import ADD, FORM, GOOD, JSON, WRITES, call, require_problem, rows

TOO_MUCH = numbered("/account/balance/deduct", "big", amount="1000")
# What leads to no operation that changes something.
NOWHERE: tuple[Any, ...] = (
    *(path for path in GOOD if path not in WRITES),
    *(None, "", 1, True, ["x"], {}, "x", "/", "//", "/account", "/nosuch", "/healthz", "/admin/"),
    *(BATCH, BATCH + "/", ADD + "//", ADD[1:], ADD + "?x=1", ADD.upper(), " " + ADD, ADD + "\n"),
    *(ADD + "#", "http://testserver" + ADD, SYSTEM + "addPointType/a/b"),
)


def require_whole(answer: Any, fields: set[str], *, status: int = 400) -> dict[str, Any]:
    """Check that a batch was refused as malformed, for these causes, and return the problem."""
    return require_problem(answer, status=status, fields=fields)


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ("{}", {"operations"}),
        ('{"operations": null}', {"operations"}),
        ('{"operations": []}', {"operations"}),
        ('{"operations": {}}', {"operations"}),
        ('{"operations": "[]"}', {"operations"}),
        ('{"operations": 1}', {"operations"}),
        ('{"mode": "some", "operations": []}', {"mode", "operations"}),
    ],
)
def test_a_batch_needs_operations(funded: Api, sent: str, fields: set[str]) -> None:
    require_whole(funded.send(BATCH, sent), fields)


@pytest.mark.parametrize("mode", ["some", "EACH", "All", " all", 1, True, [], ["all"], {}])
def test_there_are_two_modes(funded: Api, mode: Any) -> None:
    before = rows()
    text = text_of([good(ADD)]).replace("{", f'{{"mode": {json.dumps(mode)}, ', 1)
    require_whole(funded.send(BATCH, text), {"mode"})
    assert rows() == before


@pytest.mark.parametrize("mode", ["each", "all"])
@pytest.mark.parametrize(
    ("entry", "field"),
    [
        *((bad, "operations[1]") for bad in ("null", "[]", '"x"', "1", "true")),
        *((json.dumps({**GOOD[ADD], "path": path}), "operations[1].path") for path in NOWHERE),
        ("{}", "operations[1].path"),
    ],
)
def test_a_malformed_entry_refuses_the_whole(
    funded: Api, entry: str, field: str, mode: str
) -> None:
    before = rows()
    answer = send_batch(funded, numbered(ADD, "m1"), entry, numbered(ADD, "m2"), mode=mode)
    problem = require_whole(answer, {field})
    assert "index" not in problem
    assert rows() == before


def test_all_malformed_entries_are_named(funded: Api) -> None:
    answer = send_batch(funded, "1", good(ADD), "{}", f'{{"path": "{BATCH}"}}', mode="some")
    fields = {"mode", "operations[0]", "operations[2].path", "operations[3].path"}
    assert require_whole(answer, fields)["errors"]["operations[3].path"] == [
        "must be the path of an operation that changes something"
    ]


@pytest.mark.parametrize("count", [1, 999, 1_000])
@pytest.mark.parametrize("mode", ["each", "all"])
def test_up_to_a_thousand_operations_are_done(funded: Api, count: int, mode: str) -> None:
    entries = [numbered(ADD, f"m{number}", amount=1) for number in range(count)]
    listed = results(send_batch(funded, *entries, mode=mode))
    assert [each["body"]["trade_no"] for each in listed] == [f"m{n}" for n in range(count)]
    assert listed[-1]["body"]["balance"] == 60 + count


def test_a_thousand_and_one_are_too_many(funded: Api) -> None:
    before = rows()
    for entry in ("{}", good(ADD)):
        answer = send_batch(funded, *[entry] * 1_001)
        assert "1 to 1000" in require_whole(answer, {"operations"})["errors"]["operations"][0]
    assert rows() == before


@pytest.mark.parametrize("mode", ["each", "all"])
def test_what_is_malformed_in_an_entry_refuses_the_whole(funded: Api, mode: str) -> None:
    before = rows()
    raw_open = f'{{"path": "{ADD}", "eid": "u1", "trade_no": "n1", "amount": 1'
    bad = {
        kind: sent
        for kind, sent in bad_bodies(raw_open, amount="amount", raw="ext").items()
        if kind not in {"21 deep", "1,000 deep", "21 deep in what is kept"}
        and kind not in {"an array", "a text", "a number", "null", "true"}
    }
    for kind, sent in bad.items():
        entry = sent.encode() if isinstance(sent, str) else sent
        text = f'{{"mode": "{mode}", "operations": [%s]}}'.encode() % entry
        answer = funded.send(BATCH, text)
        assert answer.status_code == 400, kind
        assert "index" not in body(answer)
    for sent in bad_bodies('{"operations": [], "amount": 1', amount="amount", raw="ext").values():
        assert funded.send(BATCH, sent).status_code == 400
    assert rows() == before


@pytest.mark.parametrize(
    ("member", "depth", "is_fine"),
    [
        ("ext", 20, True),
        ("ext", 21, False),
        ("extra", 17, True),
        ("extra", 18, False),
        ("x", 17, True),
        ("x", 18, False),
    ],
)
@pytest.mark.parametrize("path", [ADD, INCREASE])
def test_depth_is_counted_as_in_a_call(
    funded: Api, path: str, member: str, depth: int, *, is_fine: bool
) -> None:
    if path == INCREASE:
        member = {"ext": "extra", "extra": "ext"}.get(member, member)
    entry = good(path, ext=None, extra=None).entry[:-1] + f', "{member}": {nested(depth)}}}'
    answer = send_batch(funded, entry)
    if not is_fine:
        require_whole(answer, {"body"})
    else:
        assert statuses(answer) == [200]
        assert (nested(depth).encode() in answer.content) == (depth == 20)


@pytest.mark.parametrize("place", ['"mode": %s', '"x": %s', '"operations": [%s]'])
def test_depth_is_counted_everywhere(funded: Api, place: str) -> None:
    top = 18 if place.startswith('"op') else 19
    for depth in (top, top + 1):
        sent = "{" + place % nested(depth) + "}"
        errors = require_problem(funded.send(BATCH, sent), status=400)["errors"]
        assert ("body" in errors) == (depth > top)


# Who may send it, and how.


def test_only_json_is_taken(funded: Api) -> None:
    before = rows()
    text = text_of([good(ADD)])
    for content_type in (FORM, "text/plain", "", "multipart/form-data; boundary=x"):
        answer = call(funded, "POST", BATCH, text, content_type)
        assert require_problem(answer, status=415)["detail"] == "Send application/json, in UTF-8."
    require_whole(call(funded, "POST", BATCH, text, f"{JSON}; charset=latin-1"), {"body"})
    require_whole(funded.send(BATCH, ""), {"operations"})
    assert rows() == before


@pytest.mark.parametrize("verb", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_a_post_is_taken(funded: Api, verb: str) -> None:
    before = rows()
    for path in (BATCH, BATCH + "/"):
        answer = call(funded, verb, path, text_of([good(ADD)]))
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert rows() == before


def test_a_query_string_may_set_the_mode_and_not_contradict(funded: Api) -> None:
    before = rows()
    answer = call(funded, "POST", BATCH + "?mode=all", text_of([good(ADD), TOO_MUCH]))
    require = body(answer)
    assert (answer.status_code, require["index"]) == (409, 1)
    answer = call(funded, "POST", BATCH + "?mode=all", text_of([good(ADD)], mode="each"))
    require_whole(answer, {"mode"})
    answer = call(funded, "POST", BATCH + "?operations=[]", text_of([good(ADD)]))
    require_whole(answer, {"operations"})
    assert rows() == before


@pytest.mark.parametrize(("excess", "status"), [(0, 200), (1, 413)])
def test_a_body_has_at_most_4_mib(funded: Api, excess: int, status: int) -> None:
    text = text_of([good(ADD)])
    answer = funded.send(BATCH, text + " " * ((4 << 20) - len(text) + excess))
    assert answer.status_code == status
    if excess:
        assert "4194304" in require_problem(answer, status=413)["detail"]


def test_a_key_is_needed(funded: Api) -> None:
    before = rows()
    for key in ("", "bp_" + "x" * 43):
        answer = send_batch(Api(key), good(ADD))
        require_problem(answer, status=401)
        assert answer["WWW-Authenticate"] == "Bearer"
    assert rows() == before


def test_a_scope_that_is_missing_undoes_all(funded: Api) -> None:
    writer = make_api("writer", scope=Scope.WRITE)
    before = rows()
    for entry, code in ((good("/account/lock"), 403), (good(POINT + "disableAccount"), 1000)):
        answer = send_batch(writer, good(ADD), entry, mode="all")
        problem = body(answer)
        assert (answer.status_code, problem["code"], problem["index"]) == (403, code, 1)
    assert rows() == before
    reader = make_api("reader", scope=Scope.READ)
    assert statuses(send_batch(reader, good(ADD), good(INCREASE))) == [403, 403]
    assert rows() == before


def test_a_batch_counts_as_one_request(funded: Api) -> None:
    Client.objects.update(rate_limit=2)
    callers.forget()
    for turn in range(2):
        entries = [numbered(ADD, f"m{turn}-{number}") for number in range(5)]
        assert statuses(send_batch(funded, *entries)) == [200] * 5
    require_problem(send_batch(funded, numbered(ADD, "m9")), status=429)
