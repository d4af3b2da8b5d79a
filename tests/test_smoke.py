"""Money moves."""

from tests.conftest import Api, body


def test_money_moves(api: Api) -> None:
    assert api.get("/account/create", eid="u1", name="Ann").status_code == 200
    answer = api.post("/account/balance/add", eid="u1", trade_no="1", amount="10.50")
    assert answer.status_code == 200, answer.content
    assert str(body(answer)["balance"]) == "10.5"
    again = api.form("/account/balance/add", eid="u1", trade_no="1", amount="10.5")
    assert (again.status_code, again.content) == (201, answer.content)
