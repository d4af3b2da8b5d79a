"""What the paths of wallets and packages share: parameters, and how they become commands."""

from collections.abc import Callable, Mapping

from gateway.parameters import FreeText, Moment, Name, Parameter
from gateway.registry import Arguments, Builder
from ledger.terms import Actor, Command, Holder

IDENT = Name(name="ident", length=32, help="The tenant; by default the client's own.")
GROUP = Name(name="group", length=32, default="-", help="A part of the tenant; by default -.")
EID = Name(
    name="eid",
    attribute="user",
    length=64,
    is_required=True,
    help="Your own id of the holder.",
    example="86001",
)
HOLDER: tuple[Parameter, ...] = (IDENT, GROUP, EID)
TRADE_NO = Name(
    name="trade_no",
    attribute="number",
    length=64,
    is_required=True,
    help="Your number of this change: it happens once, however often you send it.",
    example="8970",
)
DEDUCT_NO = Name(
    name="ext_no",
    attribute="reference",
    length=64,
    help="The deduct's trade_no. Left out, trade_no itself is the deduct's.",
    example="8970",
)
MEMO = FreeText(name="memo", length=1024, help="For people; only kept.", example="order 8970")
HOLDER_FILTERS: tuple[Parameter, ...] = (
    IDENT,
    Name(name="group", length=32, help="Only this group."),
    Name(name="eid", length=64, help="Only this holder.", example="86001"),
    Name(name="account_type", length=32, help="Only groups that begin like this."),
)
TRADE_NO_FILTER = Name(name="trade_no", length=64, help="Only this number.", example="8970")
PERIOD: tuple[Parameter, ...] = (
    Moment(name="start_time", help="From then on.", example="20260101"),
    Moment(name="end_time", is_end=True, help="Until then, inclusive.", example="20261231"),
)

Address = Callable[[Arguments, str], Mapping[str, Holder]]


def building(kind: type[Command], *, address: Address) -> Builder:
    """Return a builder of such commands; `address` takes what names the holders out of the rest."""

    def build(arguments: Arguments, tenant: str, actor: Actor) -> Command:
        rest = dict(arguments)
        holders = address(rest, tenant)
        return kind(actor=actor, **holders, **rest)

    return build


def refunding(build: Builder) -> Builder:
    """Let the number stand for the original's, where none is named."""
    return lambda arguments, tenant, actor: build(
        {**arguments, "reference": arguments["reference"] or arguments["number"]}, tenant, actor
    )
