"""What is declared and in force has one version, which changes with each of its parts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from assets.core import corrections
from assets.disclosure.disclosure_policies import disclosure_policies
from assets.schema.codes import SOURCE_FAMILIES
from assets.state.home import Home
from expectations import waivers
from expectations.waivers import Waiver
from pipelines import declared
from pipelines.declared import declared_version

DAY = dt.date(2026, 11, 28)


def _waiver(expires: dt.date) -> Waiver:
    return Waiver("W1", "R1", "core.pools", {}, "seen", "page 1", "team", expires)


def _correction(expires: dt.date) -> corrections.Correction:
    return corrections.Correction("C1", {}, 1.0, 2.0, "misprint", expires)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def test_it_stays_the_same_from_day_to_day(home: Home) -> None:
    days = {declared_version(home, "sample", DAY + dt.timedelta(days=n)) for n in range(3)}
    assert len(days) == 1


def test_it_changes_with_the_extracts_that_a_run_looks_at(home: Home) -> None:
    assert declared_version(home, "sample", DAY) != declared_version(home, "live", DAY)


def test_it_changes_when_a_waiver_expires(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waivers, "load", lambda: (_waiver(DAY),))
    last = declared_version(home, "sample", DAY)
    assert last == declared_version(home, "sample", DAY - dt.timedelta(days=1))
    assert last != declared_version(home, "sample", DAY + dt.timedelta(days=1))


def test_it_changes_when_a_correction_expires(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared, "load_corrections", lambda: [_correction(DAY)])
    last = declared_version(home, "sample", DAY)
    assert last == declared_version(home, "sample", DAY - dt.timedelta(days=1))
    assert last != declared_version(home, "sample", DAY + dt.timedelta(days=1))


def test_it_changes_when_a_policy_begins(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, repository: Path
) -> None:
    shipped = repository / "assets" / "disclosure" / "disclosure_policies.yaml"
    stated = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    later = {
        **stated["policies"][0],
        "name": "later",
        "effective_from": DAY,
        "applies_to": list(SOURCE_FAMILIES),
    }
    file = tmp_path / "disclosure_policies.yaml"
    file.write_text(yaml.safe_dump({"policies": [*stated["policies"], later]}), encoding="utf-8")
    monkeypatch.setattr(
        declared, "disclosure_policies", lambda on, own: disclosure_policies(on, file, own)
    )
    before = declared_version(home, "sample", DAY - dt.timedelta(days=1))
    assert before != declared_version(home, "sample", DAY)
    assert declared_version(home, "sample", DAY) == declared_version(
        home, "sample", DAY + dt.timedelta(days=1)
    )


@pytest.mark.parametrize("text", ["regions: []\n", "no YAML: ["])
def test_it_changes_with_a_file_of_regions(home: Home, text: str) -> None:
    before = declared_version(home, "sample", DAY)
    file = home.regions / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with_it = declared_version(home, "sample", DAY)
    assert with_it != before
    file.write_text(text + "# edited\n", encoding="utf-8")
    assert declared_version(home, "sample", DAY) not in (before, with_it)
    file.unlink()
    assert declared_version(home, "sample", DAY) == before
