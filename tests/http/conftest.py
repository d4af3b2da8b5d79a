"""What the door's tests start from."""

import pytest

from ledger.book import VERBS, WORDINGS
from tests.conftest import Api
from tests.http.envelopes import GRANTING, open_accounts
from tests.http.support import fund


@pytest.fixture
def funded(api: Api) -> Api:
    """Return a caller with an account that holds 60 and has four records."""
    fund()
    return api


@pytest.fixture
def caller(api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Return a caller with an account that holds 60, where answers are envelopes."""
    monkeypatch.setitem(VERBS, GRANTING.command, GRANTING.verb)
    monkeypatch.setitem(WORDINGS, GRANTING.command, GRANTING.answer.wording)
    open_accounts(60)
    return api
