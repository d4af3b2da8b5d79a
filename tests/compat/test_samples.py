"""Requests that the original answered, sent to us: the same shapes, codes by our table."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import time_machine

from clients import callers
from clients.models import Client
from ledger.posting import post
from ledger.refusals import Refusal
from ledger.terms import Actor, ActorKind, Command
from packages_app import commands as packages
from tests.conftest import Api, body, make_api
from tests.http.support import PROBLEM, call, must, query
from wallets.commands import Add, Create, Deduct, Draw, Wallet

DATA = Path(__file__).parent / "data" / "samples.jsonl"
THAT_DAY = datetime(2026, 11, 21, 11, 23, 42, tzinfo=UTC)
ENVELOPE = {"count", "data", "next"}


class Sample(NamedTuple):
    """A request, the status it was answered with, and the answer where it was a success."""

    name: str
    method: str
    path: str
    params: dict[str, str]
    status: int
    answer: dict[str, Any] | None = None


SAMPLES = {
    sample.name: sample
    for line in DATA.read_text(encoding="utf-8").splitlines()
    for sample in [Sample(**json.loads(line, parse_float=Decimal))]
}

# The original's status -> our HTTP status and code, wherever we agree on what is wrong.
AGREED = {
    200: (200, None),
    201: (201, None),
    400: (400, 400),
    404: (404, 404),
    903: (422, 903),
    904: (409, 904),
    908: (404, 908),
}


class Difference(NamedTuple):
    """Where we answer otherwise on purpose."""

    status: int
    code: int | None
    reason: str


NO_IDENT = "an absent ident is the client's own tenant"
DIFFERENCES = {
    **{
        name: Difference(200, None, NO_IDENT) for name in SAMPLES if name.endswith(".missing_ident")
    },
    "account.create.missing_ident": Difference(201, None, NO_IDENT + "; the account exists"),
    "account.create.too_long_eid": Difference(200, None, "an eid has up to 64 characters"),
    "account.create.put": Difference(405, 405, "the path exists, the verb does not"),
    "add.tiny_rounds_to_zero": Difference(422, 903, "nothing is rounded: a bad quantity"),
    "add.large_int": Difference(422, 903, "beyond the bounds of money: a bad quantity"),
    "reverseadd.same_trade_no_other_ext": Difference(
        409, 909, "a number used before for something else is a conflict"
    ),
    "package.create.missing_ident": Difference(201, None, NO_IDENT + "; the package exists"),
    "capacity.refund.missing_ident": Difference(404, 908, NO_IDENT + "; there is no such deduct"),
    "capacity.refund.partial": Difference(404, 908, "there is no such deduct: nothing was done"),
    "capacity.drawing.success": Difference(200, None, "there is enough"),
    "capacity.deduct.success": Difference(200, None, "there is enough, and of the day too"),
    "capacity.deduct.expired_package": Difference(409, 904, "it is expired"),
    "pkg.q5.same_trade_no_other_package": Difference(200, None, "each package has its own numbers"),
    "package.record.no_spid": Difference(200, None, "an absent filter filters nothing"),
    "package.record.missing_start": Difference(200, None, "an absent filter filters nothing"),
}
# What each sample needs to have happened before.
EARLIER = {
    "refund.duplicate_after_no_room": ["refund.partial"],
    "reverseadd.duplicate": ["reverseadd.success"],
    "reverseadd.same_trade_no_other_ext": ["reverseadd.success"],
    "reversedrawing.duplicate": ["reversedrawing.success"],
}
# The original left these empty in the answer to a change; we fill them in.
FILLED = {"eid", "groups", "account_name"}
# Ids and times are each service's own.
OWN = {
    "account_id",
    "pkg_id",
    "record_id",
    "create_time",
    "book_time",
    "last_update",
    "count",
}


@pytest.fixture
def original(db: None) -> Any:
    """Return a caller for the original's tenant, on the day of the samples."""
    with time_machine.travel(THAT_DAY, tick=False):
        yield make_api("sampler", ident="sys1")


def prepare(api: Api, sample: Sample) -> None:
    """Make what the sample finds: accounts, originals to refer to, and the balance before it."""
    if sample.name == "account.create.success":
        return
    answer = sample.answer or {}
    names = {"bob": "Bob", "carol": "Carol", "dave": "Dave", "user-张": "张三"}
    names["alice"] = answer.get("account_name") or "Alice"
    commands: list[Command] = [Create(**who(eid), name=name) for eid, name in names.items()]
    commands += [
        booking for booking in ORIGINALS if booking.number != sample.params.get("trade_no")
    ]
    commands += [each for each in PACKAGES if sample.name != CREATES.get(each.holder)]
    assert not [answer for answer in post(commands) if isinstance(answer, Refusal)]
    for earlier in EARLIER.get(sample.name, []):
        must(api.get(SAMPLES[earlier].path, **SAMPLES[earlier].params))
    if sample.name == "refund.duplicate_after_no_room":
        more = {**sample.params, "trade_no": "r1b"}
        must(api.get(sample.path, **more))
    if "balance" in answer:
        level(api, sample.params["eid"], answer["balance"] - answer.get("amount", 0))


def who(eid: str) -> dict[str, Any]:
    actor = Actor(ActorKind.SYSTEM, "sampler")
    return {"holder": Wallet("sys1", "up", eid), "actor": actor}


ORIGINALS = (
    Add(**who("alice"), number="base", amount=Decimal(100)),
    Add(**who("alice"), number="a4", amount=Decimal("20.25")),
    Add(**who("alice"), number="a5", amount=Decimal(5)),
    Draw(**who("alice"), number="w1", amount=Decimal(10)),
    Deduct(**who("alice"), number="d1", amount=Decimal(30)),
    Add(**who("dave"), number="da1", amount=Decimal(10)),
    Draw(**who("dave"), number="spent", amount=Decimal(10)),
)


def what(code: str) -> dict[str, Any]:
    package = packages.Package("sys1", "up", "alice", code)
    return {**who("alice"), "account": Wallet("sys1", "up", "alice"), "holder": package}


def sold(code: str, **terms: Any) -> packages.Create:
    return packages.Create(**what(code), name="Pack", capacity=100, **terms)


PACKAGES: tuple[packages.PackageCommand, ...] = (
    sold("sp1", daily_limit=10),
    sold("sp7", expires_on=date(2026, 11, 20)),
    *(sold(code) for code in ("q1", "q2", "q5")),
    packages.Deduct(**what("q1"), number="q1d1", quantity=5),
)
CREATES = {packages.Package("sys1", "up", "alice", "sp1"): "package.create.success"}


def level(api: Api, eid: str, balance: Decimal) -> None:
    """Bring an account to that balance."""
    now = body(must(api.get("/account/query", group="up", eid=eid)))["balance"]
    if balance != now:
        flat = {"group": "up", "eid": eid, "trade_no": "level", "amount": str(balance - now)}
        must(api.get("/account/balance/balanceflat", **flat))


def replay(api: Api, sample: Sample) -> Any:
    prepare(api, sample)
    return call(api, sample.method, f"{sample.path}?{query(sample.params)}")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_request_is_answered_by_our_table(original: Api, name: str) -> None:
    sample = SAMPLES[name]
    answer = replay(original, sample)
    status, code, *_ = DIFFERENCES.get(name) or AGREED[sample.status]
    assert answer.status_code == status, answer.content
    if code is not None:
        assert answer["Content-Type"] == PROBLEM
        assert body(answer)["code"] == code
    if sample.answer is not None:
        require_answer(body(answer), like=sample.answer)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in DIFFERENCES])
def test_with_legacy_status_the_status_is_the_originals(original: Api, name: str) -> None:
    Client.objects.update(has_legacy_status=True)
    callers.forget()
    assert replay(original, SAMPLES[name]).status_code == SAMPLES[name].status


def require_answer(ours: dict[str, Any], *, like: dict[str, Any]) -> None:
    """Check that every member of the original's is there, of its type and with its value."""
    if "data" in like:
        assert set(ours) == ENVELOPE
        assert isinstance(ours["count"], int)
        assert ours["data"]
        for row in ours["data"]:
            require_members(row, like=like["data"][0])
        return
    require_members(ours, like=like)
    own = OWN | (FILLED if "record_id" in like else set())
    for member in set(like) - own:
        assert ours[member] == like[member], member


def test_lists_show_what_the_originals_did(original: Api) -> None:
    rows = body(replay(original, SAMPLES["account.querylist.ident"]))
    assert rows["count"] == 5
    assert {row["eid"] for row in rows["data"]} == {"alice", "bob", "carol", "dave", "user-张"}
    records = body(must(original.get("/account/record/query", ident="sys1", ps="3", pi="1")))
    assert (records["count"], len(records["data"])) == (7, 3)
    assert {len(row["create_time"]) for row in records["data"]} == {14}


def require_members(ours: dict[str, Any], *, like: dict[str, Any]) -> None:
    """Check that every member of the original's is there, of the same type."""
    for member, value in like.items():
        kind = str if isinstance(value, str) else int | Decimal
        assert isinstance(ours[member], kind), member


def test_every_difference_has_a_sample_and_a_reason() -> None:
    assert set(DIFFERENCES) <= set(SAMPLES)
    assert all(difference.reason for difference in DIFFERENCES.values())
    for name, difference in DIFFERENCES.items():
        assert (difference.status, difference.code) != AGREED.get(SAMPLES[name].status)
