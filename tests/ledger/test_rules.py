"""Rules that more than one domain keeps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import rules
from ledger.refusals import Code, Refusal

positive = st.integers(1, 10**20)


def test_only_a_locked_account_is_locked_and_not_for_operators() -> None:
    for is_locked, by_operator in ((False, False), (False, True), (True, True)):
        rules.require_unlocked(is_locked=is_locked, by_operator=by_operator)
    with pytest.raises(Refusal) as refused:
        rules.require_unlocked(is_locked=True, by_operator=False)
    assert refused.value.code is Code.LOCKED


@given(refunded=st.integers(0, 10**20), left=positive)
def test_what_is_left_can_be_refunded_and_no_more(refunded: int, left: int) -> None:
    deducted = refunded + left
    rules.require_refundable(deducted=deducted, refunded=refunded, asked=left, field="amount")
    with pytest.raises(Refusal) as refused:
        rules.require_refundable(
            deducted=deducted, refunded=refunded, asked=left + 1, field="amount"
        )
    assert refused.value.code is Code.REFUND_TOO_LARGE
    assert refused.value.fields == {"amount": {"reason": "refund-too-large"}}
    assert refused.value.facts == {"deducted": deducted, "refunded": refunded, "asked": left + 1}
