"""What Prometheus collects, and who may."""

from pathlib import Path

import pytest
from django.test import Client as HttpClient

from ledger.metrics import note_batch
from tests.conftest import Api
from tests.http.support import require_problem


def test_batches_are_counted(api: Api) -> None:
    before = _count(api)
    note_batch(size=3, waited=0, took=0)
    assert _count(api) == before + 1
    assert "beanpay_batch_wait_seconds_bucket" in api.get("/metrics").content.decode()
    assert "process_resident_memory_bytes" in api.get("/metrics").content.decode()


def test_they_are_for_callers_with_a_key() -> None:
    require_problem(HttpClient().get("/metrics"), status=401)  # type: ignore[arg-type]
    assert HttpClient().post("/metrics").status_code == 405


def test_workers_share_a_directory(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert api.get("/metrics").content == b""


def _count(api: Api) -> float:
    lines = api.get("/metrics").content.decode().splitlines()
    (line,) = [line for line in lines if line.startswith("beanpay_batch_commands_count")]
    return float(line.split()[-1])
