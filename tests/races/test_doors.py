"""Both doors as the server runs them, with a crowd before each: nothing gets lost or mixed up."""

import time
from collections import Counter, defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.races.crowds import (
    Entry,
    Journal,
    Mixed,
    crowd,
    figures,
    moved,
    numbers,
    stock,
)
from tests.races.servers import make_client, serving

SECONDS = 6

pytestmark = pytest.mark.usefixtures("transactional_db", "sound_ledger")


def late(ends: float) -> bool:
    return time.monotonic() > ends


@pytest.mark.parametrize(
    ("door", "group_commit"),
    [("drf", True), ("asgi", True), ("asgi", False)],
    indirect=["group_commit"],
)
def test_a_crowd_is_answered_right_and_the_books_add_up(
    door: str, tmp_path: Path, *, group_commit: bool
) -> None:
    """The books themselves are checked after every test here."""
    stock()
    before = figures()
    clients = [make_client("one"), make_client("two")]
    with serving(door, log=tmp_path / "log") as server:
        is_over = partial(late, time.monotonic() + SECONDS)
        with crowd(server, clients, choose=Mixed(), is_over=is_over) as journals:
            journal = journals()
    for entry in journal:
        require_own_answer(entry)
    require_each_key_once(journal)
    assert figures() == moved(before, journal)
    assert {each.wish.key for each in journal if each.is_done and each.wish.moves} <= numbers()
    require_own_lines(journal, server.lines())


def require_own_answer(entry: Entry) -> None:
    """Check that an answer is one that the wish may have, and is its own."""
    wish, answer = entry.wish, entry.answer
    assert answer is not None, wish
    assert entry.code in wish.may, (wish, answer)
    assert answer.headers["X-Request-ID"] == entry.request_id
    if entry.is_done:
        members = answer.members()
        assert {name: members.get(name) for name in wish.echo} == wish.echo


def require_each_key_once(journal: Journal) -> None:
    """Check that each key was new once at most, and that all who sent it got the same text."""
    texts, firsts = defaultdict[str, set[bytes]](set), Counter[str]()
    for entry in journal:
        if entry.answer is not None and entry.is_done and entry.wish.moves:
            texts[entry.wish.key].add(entry.answer.text)
            firsts[entry.wish.key] += not entry.answer.is_repeat
    assert set(firsts.values()) == {1}
    assert {len(each) for each in texts.values()} == {1}
    assert [key for key in texts if key.startswith("shared-")]


def require_own_lines(journal: Journal, lines: list[dict[str, Any]]) -> None:
    """Check that each request has one line in the log, with what is its own."""
    requests = [line for line in lines if line["event"] == "request"]
    logged = Counter(
        (line["request_id"], line.get("client"), line["method"], line["path"], line["status"])
        for line in requests
        if line["path"] != "/healthz"
    )
    asked = Counter(
        (each.request_id, each.client, each.wish.method, each.wish.path, each.answer.status)
        for each in journal
        if each.answer is not None
    )
    assert logged == asked
