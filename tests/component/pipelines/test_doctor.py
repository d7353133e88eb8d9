"""``imr doctor``: what it finds on a machine, and that it says how to mend it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assets.archive.inbox import sort_inbox
from assets.producers.identify import describe_unknown, identify
from assets.state.home import Home
from assets.state.owned_lock import writer_lock
from pipelines import doctor
from pipelines.doctor import Diagnosis, examine
from pipelines.settings import Settings
from tests.component.live.producers import Producers


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.delenv("IMR_ALERT_WEBHOOK", raising=False)
    return Settings(Home(tmp_path / "home"))


@pytest.fixture
def producers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Producers]:
    running = Producers()
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    yield running
    running.close()


def _found(settings: Settings) -> dict[str, Diagnosis]:
    return {f.subject: f for f in examine(settings)}


def test_the_sample_profile_asks_nobody(settings: Settings, producers: Producers) -> None:
    found = _found(settings)
    assert {"python", "home", "disk", "lock", "time zones", "dagster home"} <= set(found)
    assert not [s for s in found if s.startswith("reach")]
    assert producers.seen == []


def test_a_folder_that_is_no_home_stays_as_it_is(settings: Settings) -> None:
    settings.home.root.mkdir()
    assert _found(settings)["lock"].seen == "free: no run yet"
    assert list(settings.home.root.iterdir()) == []


def test_the_live_profile_asks_every_base_address(settings: Settings, producers: Producers) -> None:
    found = [f for f in examine(replace(settings, profile="live")) if f.subject[:5] == "reach"]
    # The test server knows no HEAD and answers 501: it is reached, and it is not well.
    assert len(found) == 4
    assert {f.seen for f in found} == {"answered 501"}


def test_nobody_listening_is_found_with_the_variable_to_set(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("IMR_SODA_URL", "IMR_NOMIS_URL", "IMR_ONS_URL", "IMR_FINGERTIPS_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    found = [f for f in examine(replace(settings, profile="live")) if f.subject[:5] == "reach"]
    assert [f.fine for f in found] == [False] * 4
    assert "IMR_SODA_URL" in found[0].remedy
    assert found[0].seen == "ConnectionError"


def test_a_full_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_FREE_BYTES", 1 << 80)
    assert not _found(settings)["disk"].fine


def test_a_damaged_warehouse_is_named_before_a_run_meets_it(settings: Settings) -> None:
    settings.home.create().warehouse.write_bytes(b"\0" * 5000)
    found = _found(settings)["warehouse"]
    assert not found.fine
    assert str(settings.home.warehouse) in found.seen
    assert found.remedy.endswith("the archive: imr run --job rebuild")


def test_a_busy_home_is_named(settings: Settings) -> None:
    with writer_lock(settings.home, "a night's run"):
        found = _found(settings)["lock"]
    assert not found.fine
    assert "a night's run" in found.seen


def test_many_strange_files_are_all_named_and_the_first_explained(settings: Settings) -> None:
    home = settings.home.create()
    for n in range(9):
        (home.inbox / f"table {n}.csv").write_text(f"a,b\n1,{n}\n", encoding="utf-8")
        os.utime(home.inbox / f"table {n}.csv", (0, 0))
    sort_inbox(home, identify, describe_unknown)
    found = _found(settings)["inbox"]
    assert not found.fine
    assert all(f"table {n}.csv" in found.seen for n in range(9))
    lines = found.remedy.splitlines()
    assert len(lines) == 6
    assert lines[-1].strip() == "4 more: imr sources"


def test_another_dagster_home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "/elsewhere")
    found = _found(settings)["dagster home"]
    assert not found.fine
    assert str(settings.home.dagster) in found.remedy


@pytest.mark.parametrize("value", ["", "{expected}"])
def test_an_empty_dagster_home_is_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", value.format(expected=settings.home.dagster))
    assert _found(settings)["dagster home"].fine


def test_a_webhook_that_is_no_address(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_ALERT_WEBHOOK", "hooks.example.org/s3cret")
    found = _found(settings)["alerts"]
    assert not found.fine
    assert "s3cret" not in found.seen + found.remedy
