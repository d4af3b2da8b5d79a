"""All operations in any order and at any time, against points in plain Python."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from gateway.envelope import STATUSES
from ledger.posting import Answer, post
from ledger.refusals import Refusal
from ledger.terms import Command, Posting
from points.api.parameters import OrderName
from points.models import PointType, stock
from tests.conftest import TENANT
from tests.machines import run
from tests.points.model import Model, Refused, Said
from tests.points.model.state import Key
from tests.points.scenarios import START
from tests.points.stored import Ids, Stored, agree
from tests.points.support import Customer, Facts, arguments_of, write_of
from tests.points.wishes import ORDERS, PALETTES, Wish, is_due, moments, wishes
from tests.support import CLIENT, faults

FIRST = {"uid": "ann", "point": Decimal(10), "cost": Decimal(3)}

data = st.data()
passing = st.sampled_from([timedelta(seconds=each) for each in (0.25, 1, 1, 2, 5)])


class Points(RuleBasedStateMachine):
    """Post what comes, whenever it comes; nothing may differ from the model."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.ids = Ids()
        self.done: dict[tuple[Key, str, str], Wish] = {}
        self.bodies: dict[tuple[Key, str, str], bytes] = {}
        self.savepoint = transaction.savepoint()
        self.pages = pytest.MonkeyPatch()
        self.travel = time_machine.travel(START, tick=False)
        self.clock = self.travel.start()

    def teardown(self) -> None:
        """Verify the whole ledger, and compare all logs of every account; then forget the run."""
        try:
            for key in self.model.accounts:
                stored = Stored(key, self.model, self.ids, self._now())
                stored.compare_booked()
                stored.compare_now()
                stored.compare_rows()
            types = PointType.objects.values_list("name", flat=True)
            assert sorted(types) == sorted(self.model.types)
            assert faults() == []
        finally:
            self.travel.stop()
            self.pages.undo()
            transaction.savepoint_rollback(self.savepoint)

    @initialize(
        palette=st.sampled_from(sorted(PALETTES)),
        size=st.sampled_from([1, 2, 32]),
        order=st.sampled_from(["expiry", "created"]),
    )
    def begin(self, palette: str, size: int, order: str) -> None:
        self.palette = palette
        self.pages.setattr(stock, "PAGE_FIRST", size)
        self.pages.setattr(stock, "PAGE_GROWTH", 1)
        self._post(Wish("addPointType", {"name": "default", "order": order}))
        self._post(Wish("increase", FIRST))

    @rule(data=data)
    def one(self, data: st.DataObject) -> None:
        self._post(self._wish(data))

    @rule(data=data, count=st.integers(2, 5))
    def several(self, data: st.DataObject, count: int) -> None:
        self._post(*(self._wish(data) for _ in range(count)))

    @rule(data=data, time=passing)
    def one_later(self, data: st.DataObject, time: timedelta) -> None:
        self.clock.shift(time)
        self._compare_now(*self._due())
        self._post(self._wish(data))

    @precondition(lambda self: bool(moments(self.model, self._now())))
    @rule(data=data, is_just_before=st.booleans())
    def one_at_an_expiry(self, data: st.DataObject, *, is_just_before: bool) -> None:
        """Post at the second at which something expires, or at the last moment before."""
        moment = data.draw(st.sampled_from(moments(self.model, self._now())))
        self.clock.move_to(max(self._now(), moment - timedelta(microseconds=is_just_before)))
        self._compare_now(*self._due(moment))
        self._post(self._wish(data))

    @precondition(lambda self: bool(self.done))
    @rule(
        data=data,
        other=st.sampled_from(
            [{}, {}, {"note": "other"}, {"point": Decimal(1)}, *({"orderNo": o} for o in ORDERS)]
        ),
    )
    def again(self, data: st.DataObject, other: Facts) -> None:
        """Repeat what had a seq; perhaps with other content."""
        wish = data.draw(st.sampled_from(list(self.done.values())))
        self._post(Wish(wish.operation, {**wish.parameters, **other}))

    @precondition(lambda self: bool(self._due()))
    @rule(data=data, most=st.sampled_from([1, 2, 3, 100]))
    def expire(self, data: st.DataObject, most: int) -> None:
        """Book what has expired, few logs at once, until nothing is left."""
        key = data.draw(st.sampled_from(self._due()))
        said = self.model.call("expire", now=self._now(), **_whose(key))
        logs: list[Any] = []
        while True:
            (answer,) = post([_customer(key).expire(most)])
            assert isinstance(answer, Posting)
            if answer.record is None:
                break
            booked = _read(write_of("increase").answer.body(answer))["logs"]
            assert 0 < len(booked) <= most
            logs += booked
        assert isinstance(said, Said)
        for log, expected in zip(logs, said.data["logs"], strict=True):
            agree(log, expected, self.ids)
        self._compare(key)

    def _wish(self, data: st.DataObject) -> Wish:
        return data.draw(wishes(self.model, now=self._now(), palette=self.palette))

    def _due(self, moment: datetime | None = None) -> list[Key]:
        by_then = moment or self._now()
        return [key for key in self.model.accounts if is_due(self.model, key, by_then)]

    def _now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the model has no other clock

    def _post(self, *wished: Wish) -> None:
        built = [self._built(wish) for wish in wished]
        answers = iter(post([each for each in built if isinstance(each, Command)]))
        for wish, command in zip(wished, built, strict=True):
            answer = command if isinstance(command, Refusal) else next(answers)
            made = self.model.lots_made
            said = self.model.call(wish.operation, now=self._now(), **wish.parameters)
            has_lot = self.model.lots_made > made
            self._compare_answer(wish, answer, said, has_lot=has_lot)
        self._compare(*{wish.key for wish in wished})

    def _built(self, wish: Wish) -> Command | Refusal:
        if wish.operation == "expire":
            return _customer(wish.key).expire()
        write = write_of(wish.operation)
        given = dict(wish.parameters)
        if given.get("recId"):
            given["recId"] = self.ids.of(given["recId"])
        if wish.operation == "addPointType":
            given["order"] = OrderName.NAMES[given["order"]]
        try:
            return write.build(arguments_of(write, given), TENANT, CLIENT)
        except Refusal as refusal:
            return refusal

    def _compare_answer(
        self, wish: Wish, answer: Answer, said: Said | Refused, *, has_lot: bool
    ) -> None:
        if isinstance(answer, Refusal):
            assert Refused(STATUSES[answer.code]) == said
            return
        assert isinstance(said, Said)
        assert answer.is_repeat == said.is_repeat
        if wish.operation == "addPointType":
            return
        body = self._body(wish, answer)
        heard = _read(body)
        if has_lot:
            (line,) = [line for line in heard["recLogList"] if line["type"] == 1]
            self.ids.add(line["recId"])
        aside = {"logs", "recLogList"}
        if wish.operation == "expire":  # Nobody is answered: it has no figures of its own.
            aside |= {"opPoint", "opCost"}
        agree(heard, {name: said.data[name] for name in said.data.keys() - aside}, self.ids)
        for name in ("logs", "recLogList"):
            for row, expected in zip(heard[name], said.data[name], strict=True):
                agree(row, expected, self.ids)

    def _body(self, wish: Wish, answer: Posting) -> bytes:
        """Return an answer's text, which for a repeat is the first one's."""
        form = write_of("increase" if wish.operation == "expire" else wish.operation).answer
        body = form.body(answer)
        if seq := wish.parameters.get("seq"):
            key = (wish.key, wish.operation, seq)
            if answer.is_repeat:
                assert body == self.bodies[key]
            elif wish.parameters.get("point") != 0 or wish.operation != "increase":
                self.done[key], self.bodies[key] = wish, body
        return body

    def _compare(self, *keys: Key) -> None:
        """Compare accounts as they are booked; and as they are now, where that is different."""
        for key in keys:
            stored = Stored(key, self.model, self.ids, self._now())
            stored.compare_booked()
            if is_due(self.model, key, self._now()):
                stored.compare_now()

    def _compare_now(self, *keys: Key) -> None:
        """Compare what the clock alone may have changed."""
        for key in keys:
            Stored(key, self.model, self.ids, self._now()).compare_now()


def _read(body: bytes) -> Facts:
    answer: Facts = json.loads(body, parse_float=Decimal, parse_int=Decimal)
    return answer


def _customer(key: Key) -> Customer:
    return Customer(key.uid, key.sub_uid, key.type)


def _whose(key: Key) -> Facts:
    return {"type": key.type, "uid": key.uid, "subUid": key.sub_uid}


@pytest.mark.usefixtures("db")
def test_no_order_of_operations_differs_from_the_model() -> None:
    run(Points, on_sqlite=200, elsewhere=50, steps=50)
