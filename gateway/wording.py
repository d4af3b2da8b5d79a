"""The sentences a caller reads, in the caller's language. Codes and names never change."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ledger.amounts import plain
from ledger.refusals import Code, Facts, Refusal

TITLES: dict[Code, Promise] = {
    Code.BAD_PARAMETER: _("A parameter is missing or malformed"),
    Code.BAD_QUANTITY: _("Bad quantity"),
    Code.UNAUTHENTICATED: _("No valid key"),
    Code.FORBIDDEN: _("Not allowed"),
    Code.UNKNOWN_PATH: _("No such path"),
    Code.WRONG_METHOD: _("Wrong method"),
    Code.LENGTH_REQUIRED: _("Length required"),
    Code.BODY_TOO_LARGE: _("Body too large"),
    Code.WRONG_MEDIA_TYPE: _("Wrong content type"),
    Code.TOO_MANY_REQUESTS: _("Too many requests"),
    Code.UNKNOWN_ACCOUNT: _("No such account"),
    Code.UNKNOWN_PACKAGE: _("No such package"),
    Code.UNKNOWN_TRADE: _("No such trade"),
    Code.UNKNOWN_LOT: _("No such lot"),
    Code.UNKNOWN_TYPE: _("No such type of points"),
    Code.INSUFFICIENT: _("Not enough left"),
    Code.OVER_DAILY_LIMIT: _("Over the daily limit"),
    Code.EXPIRED: _("Expired"),
    Code.REFUND_TOO_LARGE: _("Refund too large"),
    Code.LOCKED: _("Account locked"),
    Code.DISABLED: _("Account disabled"),
    Code.HELD: _("Lot held"),
    Code.KEY_REUSED: _("Number used before for something else"),
    Code.ALREADY_REVERSED: _("Already reversed"),
    Code.BUSY: _("Busy"),
    Code.OUTCOME_UNKNOWN: _("Outcome unknown"),
    Code.FAULT: _("Fault"),
}

DETAILS: dict[Code, Promise] = {
    Code.BAD_PARAMETER: _("Nothing was done. See errors: each names a parameter and its cause."),
    Code.BAD_QUANTITY: _("Nothing was done. See errors: each names a quantity and its cause."),
    Code.UNAUTHENTICATED: _("Send a valid key as Authorization: Bearer KEY or X-API-Key: KEY."),
    Code.FORBIDDEN: _("This key does not allow that."),
    Code.UNKNOWN_PATH: _("There is nothing at this path."),
    Code.WRONG_METHOD: _("Use %(methods)s."),
    Code.LENGTH_REQUIRED: _("Send a form with its Content-Length."),
    Code.BODY_TOO_LARGE: _("A body has at most %(limit)s bytes."),
    Code.WRONG_MEDIA_TYPE: _("Send %(types)s, in UTF-8."),
    Code.TOO_MANY_REQUESTS: _("This client may send %(limit)s requests a minute."),
    Code.UNKNOWN_ACCOUNT: _("There is no such account."),
    Code.UNKNOWN_PACKAGE: _("This account has no such package."),
    Code.UNKNOWN_TRADE: _("There is no trade %(number)s to refer to."),
    Code.UNKNOWN_LOT: _("This account has no such lot."),
    Code.UNKNOWN_TYPE: _("There is no such type of points."),
    Code.INSUFFICIENT: _("Available: %(available)s, asked: %(asked)s."),
    Code.OVER_DAILY_LIMIT: _("Limit a day: %(limit)s, used today: %(used)s, asked: %(asked)s."),
    Code.EXPIRED: _("The last valid day was %(day)s."),
    Code.REFUND_TOO_LARGE: _(
        "Deducted: %(deducted)s, refunded so far: %(refunded)s, asked: %(asked)s."
    ),
    Code.LOCKED: _("The account is locked."),
    Code.DISABLED: _("The account is disabled."),
    Code.HELD: _("Available in this lot: %(available)s, frozen: %(frozen)s, asked: %(asked)s."),
    Code.KEY_REUSED: _(
        "This number was used before with other content; nothing changed. See errors."
    ),
    Code.ALREADY_REVERSED: _("Trade %(number)s is already reversed."),
    Code.BUSY: _("It could not be done now and nothing changed. Try again."),
    Code.OUTCOME_UNKNOWN: _(
        "The database went away while it was being done. Repeat with the same number: "
        "it happens once."
    ),
    Code.FAULT: _("Something is wrong on our side; it was recorded."),
}

REASONS: dict[str, Promise] = {
    "required": _("is required"),
    "given-twice": _("is given twice"),
    "too-long": _("has more than %(length)s characters"),
    "not-a-name": _("must be printable characters with no surrounding spaces"),
    "not-a-text": _("must be text without control characters"),
    "not-an-integer": _("must be an integer"),
    "not-an-option": _("must be one of %(options)s"),
    "not-a-boolean": _("must be true or false"),
    "not-a-time": _("must be a time, yyyyMMdd or yyyyMMddHHmmss, from 1970 to 2199"),
    "not-a-wall-time": _("must be a time, yyyy-MM-dd HH:mm:ss, from 1970 to 2199"),
    "not-a-day": _("must be a day, yyyyMMdd, from 1970 to 2199"),
    "not-a-cursor": _("must be a cursor that this list returned"),
    "cursor-and-sorts": _("goes with the default order only"),
    "not-a-list": _("must be a list of %(least)s to %(most)s items"),
    "not-a-change": _("must be the path of an operation that changes something"),
    "too-many": _("has more than %(most)s items"),
    "not-a-sort": _(
        "must be a list of columns and order (asc or desc); the columns are %(columns)s"
    ),
    "out-of-range": _("must be from %(least)s to %(most)s"),
    "not-json": _("must be JSON"),
    "not-utf-8": _("must be UTF-8"),
    "not-an-object": _("must be a JSON object"),
    "cut-short": _("ends before its Content-Length"),
    "duplicate-key": _("repeats a key"),
    "too-deep": _("nests deeper than 20"),
    "not-a-quantity": _("must be a plain decimal number of at most 64 characters"),
    "zero": _("must not be zero"),
    "negative": _("must not be negative"),
    "too-many-digits": _("has more than %(digits)s fractional digits"),
    "out-of-bounds": _("leads out of the bounds of this quantity"),
    "differs": _("differs from the first call with this number"),
    "already-reversed": _("names a trade that is already reversed"),
    "unknown-lot": _("names no lot of this account"),
    "used-up": _("names a lot of which nothing is left"),
    "must-equal": _("must be exactly %(expected)s"),
    "too-small": _("must be at least %(least)s"),
    "not-in-future": _("must be in the future"),
    "cost-without-points": _("must be zero where there are no points"),
    "not-a-type": _("must be 1 to 32 letters, digits, - or _"),
    "unknown-type": _("names no type of points"),
    "refund-too-large": _("is more than what is left to refund"),
}


def title(code: Code) -> str:
    """Return the short sentence of a code."""
    return str(TITLES[code])


def detail(refusal: Refusal) -> str:
    """Return the long sentence, with its figures."""
    return str(DETAILS[refusal.code]) % _figures(refusal.facts)


def sentence(refusal: Refusal) -> str:
    """Return all in one text: the long sentence, or the short one and why for each field."""
    if not refusal.fields:
        return detail(refusal)
    causes = "; ".join(f"{name}: {reason(facts)}" for name, facts in refusal.fields.items())
    return gettext("%(title)s. %(causes)s") % {"title": title(refusal.code), "causes": causes}


def reason(facts: Facts) -> str:
    """Return why one field was refused."""
    return str(REASONS[str(facts["reason"])]) % _figures(facts)


def _figures(facts: Facts) -> Facts:
    return {name: _figure(fact) for name, fact in facts.items()}


def _figure(fact: object) -> object:
    if isinstance(fact, tuple):
        alternatively = gettext("or")
        return f" {alternatively} ".join(fact)
    return plain(fact) if isinstance(fact, Decimal) else fact
