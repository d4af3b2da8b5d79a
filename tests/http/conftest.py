"""What the door's tests start from."""

import pytest

from tests.conftest import Api
from tests.http.support import fund


@pytest.fixture
def funded(api: Api) -> Api:
    """Return a caller with an account that holds 60 and has four records."""
    fund()
    return api
