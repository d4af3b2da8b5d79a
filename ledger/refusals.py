"""What a caller can be refused for. The codes are a public contract; a door words them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

Facts = Mapping[str, object]


class Code(StrEnum):
    """Why nothing was done."""

    BAD_PARAMETER = "bad-parameter"
    BAD_QUANTITY = "bad-quantity"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    UNKNOWN_PATH = "unknown-path"
    WRONG_METHOD = "wrong-method"
    LENGTH_REQUIRED = "length-required"
    BODY_TOO_LARGE = "body-too-large"
    WRONG_MEDIA_TYPE = "wrong-media-type"
    TOO_MANY_REQUESTS = "too-many-requests"
    UNKNOWN_ACCOUNT = "unknown-account"
    UNKNOWN_PACKAGE = "unknown-package"
    UNKNOWN_TRADE = "unknown-trade"
    UNKNOWN_LOT = "unknown-lot"
    UNKNOWN_TYPE = "unknown-type"
    INSUFFICIENT = "insufficient-balance"
    OVER_DAILY_LIMIT = "over-daily-limit"
    EXPIRED = "expired"
    REFUND_TOO_LARGE = "refund-too-large"
    LOCKED = "account-locked"
    DISABLED = "account-disabled"
    HELD = "lot-held"
    KEY_REUSED = "key-reused"
    ALREADY_REVERSED = "already-reversed"
    BUSY = "busy"
    OUTCOME_UNKNOWN = "outcome-unknown"
    FAULT = "fault"


class Refusal(Exception):
    """A command was understood and not carried out; nothing changed.

    `facts` are the figures a door needs to word it. `fields` names the attributes of the command
    that caused it, each with its own facts, of which `reason` is a code.
    """

    def __init__(
        self, code: Code, *, fields: Mapping[str, Facts] | None = None, **facts: Any
    ) -> None:
        super().__init__(code, fields, facts)
        self.code = code
        self.fields = dict(fields or {})
        self.facts = facts
