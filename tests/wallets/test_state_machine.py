"""All operations in any order, alone and in batches, against wallets in plain Python."""

from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ledger.posting import post
from tests.machines import expected, outcome, run
from tests.wallets import model
from tests.wallets.support import CLIENT, LARGEST, OPERATOR, Customer
from wallets.commands import TradeType, WalletCommand
from wallets.models import Account, Record

tenants = (f"run-{number}" for number in count())
users = st.sampled_from(["ann", "ANN", "bob"])
numbers = st.sampled_from(["1", "2", "3", "a", "A"])
names = st.sampled_from(["Ann", "安", "<b>"])
amounts = st.one_of(
    st.sampled_from([Decimal(1), Decimal(10), Decimal("0.00001"), LARGEST]),
    st.integers(1, 3000).map(lambda units: Decimal(units) / 100),
)
signed = st.builds(lambda amount, sign: amount * sign, amounts, st.sampled_from([1, -1]))
credit_lines = st.one_of(st.just(Decimal(0)), st.integers(0, 50).map(Decimal), st.just(LARGEST))
trade_types = st.sampled_from([TradeType.TRADE, TradeType.TRADE, TradeType.FEE])
customers = st.builds(
    Customer,
    user=users,
    tenant=st.just(""),
    actor=st.sampled_from([CLIENT, CLIENT, CLIENT, OPERATOR]),
)
typed = {"number": numbers, "trade_type": trade_types}
commands: st.SearchStrategy[WalletCommand] = st.one_of(
    st.builds(Customer.rename, customers, names),
    st.builds(Customer.lock, customers),
    st.builds(Customer.unlock, customers),
    st.builds(Customer.unlock, customers),
    st.builds(Customer.add, customers, numbers, amounts),
    st.builds(Customer.add, customers, numbers, amounts),
    st.builds(Customer.draw, customers, numbers, amounts),
    st.builds(Customer.deduct, customers, amount=amounts, **typed),
    st.builds(Customer.deduct, customers, amount=amounts, **typed),
    st.builds(Customer.refund, customers, amount=amounts, of=numbers, **typed),
    st.builds(Customer.refund, customers, amount=amounts, of=numbers, **typed),
    st.builds(Customer.reverse_add, customers, numbers, of=numbers),
    st.builds(Customer.reverse_drawing, customers, numbers, of=numbers),
    st.builds(Customer.trade_flat, customers, amount=signed, **typed),
    st.builds(Customer.balance_flat, customers, amount=signed, **typed),
    st.builds(Customer.set_credit, customers, numbers, credit_lines),
)


class Wallets(RuleBasedStateMachine):
    """Post what comes; nothing may differ from the model."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = next(tenants)
        self.model = model.Model()
        self.posted: list[WalletCommand] = []

    @initialize(name=names)
    def open_first(self, name: str) -> None:
        self._post(Customer("ann", tenant="").create(name))

    @rule(customer=customers, name=names)
    def open(self, customer: Customer, name: str) -> None:
        self._post(customer.create(name))

    @rule(command=commands)
    def one(self, command: WalletCommand) -> None:
        self._post(command)

    @rule(batch=st.lists(commands, min_size=2, max_size=6))
    def several(self, batch: list[WalletCommand]) -> None:
        self._post(*batch)

    @rule(which=st.integers(0, 1000))
    def again(self, which: int) -> None:
        self._post(self.posted[which % len(self.posted)])

    @invariant()
    def agrees(self) -> None:
        """Compare every account and every record."""
        rows = Account.objects.filter(tenant=self.tenant)
        stored = {
            row.holder: (row.name, row.balance, row.credit, row.is_locked, row.sequence)
            for row in rows
        }
        assert stored == {
            wallet: (each.name, each.balance, each.credit, each.is_locked, len(each.entries))
            for wallet, each in self.model.accounts.items()
        }
        assert self._stored_records() == [
            (wallet.user, place, *number, entry.amount, entry.balance)
            for wallet, each in sorted(self.model.accounts.items(), key=lambda item: item[0].user)
            for place, (number, entry) in enumerate(each.entries.items(), start=1)
        ]

    def _stored_records(self) -> list[tuple[Any, ...]]:
        columns = ("sequence", "change_type", "trade_type", "number", "amount", "balance")
        rows = Record.objects.filter(tenant=self.tenant).values_list("account__user", *columns)
        return sorted(rows)

    def _post(self, *commands: WalletCommand) -> None:
        placed = [self._placed(command) for command in commands]
        answers = post(placed)
        assert len(answers) == len(placed)
        for command, answer in zip(placed, answers, strict=True):
            assert outcome(answer) == expected(self.model.post(command)), command
        self.posted.extend(placed)

    def _placed(self, command: WalletCommand) -> WalletCommand:
        return replace(command, holder=replace(command.holder, tenant=self.tenant))


@pytest.mark.usefixtures("db")
def test_no_order_of_operations_differs_from_the_model() -> None:
    run(Wallets, on_sqlite=60, elsewhere=15)
