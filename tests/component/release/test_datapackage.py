"""``datapackage.json`` is valid, and the tables are what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from frictionless import Package, Resource

from assets.release.channels.releases_on_disk import Release
from assets.schema.model import Layer
from assets.schema.registry import tables_of


@pytest.fixture
def folder(release: Release) -> Path:
    return release.path


def package(folder: Path) -> Package:
    return Package(str(folder / "datapackage.json"))


def test_the_descriptor_is_valid(folder: Path) -> None:
    descriptor = json.loads((folder / "datapackage.json").read_text())
    report = Package.validate_descriptor(descriptor)
    assert report.valid, report.flatten(["type", "note"])


def test_every_table_is_what_its_schema_says_and_every_file_what_was_written(folder: Path) -> None:
    report = package(folder).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])
    assert len(report.tasks) == 2 * len(tables_of(Layer.PUBLISHED)) + len(["the workbook"])


@pytest.mark.parametrize("name", ["rates.parquet", "areas.parquet", "infant_mortality.xlsx"])
def test_a_changed_file_is_found(folder: Path, name: str) -> None:
    (resource,) = [r for r in package(folder).resources if r.path == name]
    assert resource.validate().valid
    (folder / name).write_bytes((folder / name).read_bytes() + b"\0")
    assert not resource.validate().valid


def test_an_area_that_the_table_of_areas_lacks_is_found(folder: Path) -> None:
    descriptor = json.loads((folder / "datapackage.json").read_text())
    for resource in descriptor["resources"]:
        resource.pop("hash")
        resource.pop("bytes")
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    file = folder / "areas.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(x for x in lines if not x.startswith("US-KS,")), encoding="utf-8")
    report = package(folder).get_resource("rates").validate()
    assert {kind for (kind,) in report.flatten(["type"])} == {"foreign-key"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("US-MO", ""), (",annual,", ",yearly,"), ("2010-12-31", "31/12/2010"), (",1000,", ",many,")],
)
def test_a_broken_table_is_found(folder: Path, old: str, new: str) -> None:
    file = folder / "rates.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    resource: Resource = package(folder).get_resource("rates")
    resource.hash = resource.bytes = None  # type: ignore[assignment]
    assert not resource.validate().valid


def test_it_describes_every_column_with_unit_and_allowed_values(folder: Path) -> None:
    descriptor = json.loads((folder / "datapackage.json").read_text())
    by_name = {r["name"]: r for r in descriptor["resources"]}
    for spec in tables_of(Layer.PUBLISHED):
        fields = by_name[spec.name]["schema"]["fields"]
        assert tuple(x["name"] for x in fields) == spec.column_names
        assert all(x["description"] for x in fields)
        assert by_name[f"{spec.name}-parquet"]["path"] == f"{spec.name}.parquet"
    numerator = next(x for x in by_name["rates"]["schema"]["fields"] if x["name"] == "numerator")
    assert numerator["unit"] == "persons"
    assert numerator["constraints"]["minimum"] == 0


def test_it_names_sources_licences_and_checksums(folder: Path) -> None:
    descriptor = json.loads((folder / "datapackage.json").read_text())
    assert descriptor["version"] == "2026.06.01"
    assert descriptor["licenses"][0]["title"].startswith("Public domain")
    assert descriptor["sources"][0]["version"] == "wonder@0123456789ab"
    assert descriptor["sources"][0]["citation"]
    checksums = dict(
        reversed(line.split("  "))
        for line in (folder / "manifest-sha256.txt").read_text().splitlines()
    )
    for resource in descriptor["resources"]:
        assert resource["hash"] == f"sha256:{checksums[resource['path']]}"
        assert resource["bytes"] == (folder / resource["path"]).stat().st_size
