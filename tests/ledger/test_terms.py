"""Actors, holders, keys, commands, and the digests that stand for them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.terms import DIGEST_BYTES, Actor, ActorKind, Command, Holder, Key, Posting, digest
from ledger.wire import encode
from tests.wallets.support import CLIENT, OPERATOR, Customer
from wallets.commands import Wallet
from wallets.models import Account, Note, Record

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(texts, max_size=4), st.lists(texts, max_size=4))
def test_other_texts_have_another_digest(first: list[str], second: list[str]) -> None:
    assert (digest(*first) == digest(*second)) == (first == second)
    assert len(digest(*first)) == DIGEST_BYTES


def test_a_number_is_not_its_text() -> None:
    assert digest(1) != digest("1")


@given(texts, texts, texts)
def test_a_holder_is_told_by_all_its_names(tenant: str, group: str, user: str) -> None:
    wallet = Wallet(tenant, group, user)
    assert wallet.digest == Wallet(tenant, group, user).digest
    swapped = (Wallet(user, group, tenant), Wallet(tenant, user, group), Wallet(tenant, "", user))
    for other in swapped:
        assert (wallet.digest == other.digest) == (wallet == other)


def test_another_kind_of_holder_is_another_holder() -> None:
    class Purse(Wallet):
        kind = "purse"

    assert Purse("t1", "-", "ann").digest != Wallet("t1", "-", "ann").digest


def test_a_key_belongs_to_its_holder_and_family() -> None:
    ann, bob = Wallet("t1", "-", "ann").digest, Wallet("t1", "-", "bob").digest
    families, texts = ((1, 1), (1, 4), (11,)), ("1", "11", "K", "k")
    keys = [Key(family, text) for family in families for text in texts]
    digests = {key.digest(holder) for key in keys for holder in (ann, bob)}
    assert len(digests) == 2 * len(keys)


def test_an_actor_is_written_with_its_kind() -> None:
    assert str(CLIENT) == "client:tester"
    assert str(Actor(ActorKind.SYSTEM, "expiry")) == "system:expiry"
    assert (OPERATOR.is_operator, CLIENT.is_operator) == (True, False)


def test_a_command_has_no_key_unless_its_kind_gives_one() -> None:
    command = Command(holder=Holder("t1"), actor=CLIENT)
    assert (command.key, command.original, command.content) == (None, None, {})
    assert command.holders == (Holder("t1"),)
    assert command.reference == ""


def test_content_is_what_decides_the_change() -> None:
    refund = Customer().refund("r1", "10.50", of="d1", memo="why", extra="{}")
    assert refund.content == {"amount": "10.5", "reference": "d1"}


def test_amounts_are_written_digit_by_digit() -> None:
    amount = Decimal("89999999999999.99999")
    assert encode({"amount": amount}) == b'{"amount":89999999999999.99999}'


def test_a_posting_says_what_it_is_about() -> None:
    posting = Posting(Account(), Record(), "{}")
    assert (posting.row(Account), posting.line(Record)) == (posting.state, posting.record)
    with pytest.raises(TypeError):
        posting.row(Note)
    with pytest.raises(TypeError):
        posting.line(Note)
