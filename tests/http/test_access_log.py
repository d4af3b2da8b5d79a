"""The log line of each request: on stderr, as JSON."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from clients.scopes import Scope
from gateway import access_log
from ledger import clock
from tests.conftest import Api, make_api
from tests.http.support import ADD, GOOD, must


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=access_log.NAME)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the lines written so far."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.usefixtures("logged")
def test_a_request_has_one_line(funded: Api, capsys: pytest.CaptureFixture[str]) -> None:
    before = clock.now()
    must(funded.send(ADD, json.dumps(GOOD[ADD]), **{"X-Request-ID": "req-7"}))
    (line,) = lines(capsys)
    milliseconds, timestamp = line.pop("milliseconds"), line.pop("timestamp")
    assert line == {
        "method": "POST",
        "path": ADD,
        "status": 200,
        "event": "request",
        "client": "tester",
        "request_id": "req-7",
        "logger": "beanpay.request",
        "level": "info",
    }
    assert 0 < milliseconds < 60_000
    assert timestamp.endswith("Z")
    assert before <= datetime.fromisoformat(timestamp).astimezone(UTC) <= clock.now()


@pytest.mark.usefixtures("logged")
def test_the_client_is_named_once_it_is_known(
    funded: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = make_api("张三", scope=Scope.READ)
    for api, path in [(Api(""), ADD), (reader, ADD), (reader, "/account/query"), (funded, "/x/张")]:
        api.get(path)
    found = [(line["status"], line.get("client"), line["path"]) for line in lines(capsys)]
    assert found == [
        (401, None, ADD),
        (403, None, ADD),
        (400, "张三", "/account/query"),
        (404, None, "/x/张"),
    ]


def test_the_level_decides(
    funded: Api, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger=access_log.NAME)
    must(funded.post(ADD, **GOOD[ADD]))
    assert lines(capsys) == []
