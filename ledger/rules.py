"""Rules that more than one domain keeps: pure, no Django, no clock, no settings."""

from decimal import Decimal

from ledger.refusals import Code, Refusal


def require_unlocked(*, is_locked: bool, by_operator: bool) -> None:
    """Let a change of a locked account pass only for an operator.

    :raises Refusal: LOCKED
    """
    if is_locked and not by_operator:
        raise Refusal(Code.LOCKED)


def require_refundable(
    *, deducted: Decimal | int, refunded: Decimal | int, asked: Decimal | int, field: str
) -> None:
    """Check that refunds together stay within what was deducted. All figures are positive.

    `field` names the command's attribute that asks.

    :raises Refusal: REFUND_TOO_LARGE
    """
    if refunded + asked > deducted:
        raise Refusal(
            Code.REFUND_TOO_LARGE,
            fields={field: {"reason": "refund-too-large"}},
            deducted=deducted,
            refunded=refunded,
            asked=asked,
        )
