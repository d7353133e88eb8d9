"""A release as readers find it, and as the next one follows it."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable

import duckdb
import pandas as pd
import pytest

from assets.release.channels import releases_on_disk
from assets.release.channels.resolve import resolve
from assets.release.gate import GateClosedError, released_tables
from assets.release.publish import ReleaseOutcome
from assets.schema.content_hash import content_hash
from assets.schema.model import Layer
from assets.schema.registry import SCHEMA_VERSION, table, tables_of
from assets.state.home import Home
from tests.component.release import figures as f

Publish = Callable[..., ReleaseOutcome]
TABLES = [t.name for t in tables_of(Layer.PUBLISHED)]
DOCUMENTS = {
    "README.md", "CHANGES.md", "LICENCES.md", "index.html", "explore.html", "VALIDATION.html",
    "datapackage.json", "contract.yaml", "compatibility.sql", "manifest.json",
    "manifest-sha256.txt", "infant_mortality.xlsx",
}  # fmt: skip


def test_the_folder_holds_every_table_twice_and_the_documents(first: ReleaseOutcome) -> None:
    expected = DOCUMENTS | {f"{t}.{e}" for t in TABLES for e in ("parquet", "csv")}
    assert {p.name for p in first.path.iterdir()} == expected
    assert first.path.name == "release=2026.06.01"
    assert first.published


def test_the_pointer_names_it(home: Home, first: ReleaseOutcome) -> None:
    pointer = json.loads((home.releases / "channels" / "nightly.json").read_text())
    assert pointer == {
        "version": "2026.06.01",
        "released_at": "2026-06-01T02:15:00+00:00",
        "schema_version": SCHEMA_VERSION,
        "content_hash": first.content_hash,
    }
    assert not releases_on_disk.stale_staging(home.releases)


def test_sha256sum_checks_every_file(first: ReleaseOutcome) -> None:
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "manifest-sha256.txt"],
        cwd=first.path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(list(first.path.iterdir())) - 1


def test_parquet_holds_the_published_rows_in_the_registrys_columns(
    con: duckdb.DuckDBPyConnection, first: ReleaseOutcome
) -> None:
    for spec in tables_of(Layer.PUBLISHED):
        file = first.path / f"{spec.name}.parquet"
        assert content_hash(con, f"read_parquet('{file}')", spec) == content_hash(
            con, spec.full_name, spec
        )
        columns = con.execute(
            f"DESCRIBE SELECT * FROM read_parquet('{file}', hive_partitioning=false)"
        ).fetchall()
        assert tuple(c[0] for c in columns) == spec.column_names


def test_parquet_embeds_version_schema_licence_and_hash(
    con: duckdb.DuckDBPyConnection, first: ReleaseOutcome
) -> None:
    file = first.path / "rates.parquet"
    embedded = {
        bytes(k).decode(): bytes(v).decode()
        for k, v in con.execute(f"SELECT key, value FROM parquet_kv_metadata('{file}')").fetchall()
    }
    manifest = json.loads((first.path / "manifest.json").read_text())
    assert embedded["release_version"] == "2026.06.01"
    assert embedded["schema_version"] == SCHEMA_VERSION
    assert "Public domain" in embedded["licence"]
    assert embedded["content_hash"] == manifest["tables"]["rates"]["content_hash"]


def test_csv_and_parquet_say_the_same(first: ReleaseOutcome) -> None:
    for name in TABLES:
        spec = table(f"published.{name}")
        with (first.path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
        frame = pd.read_parquet(first.path / f"{name}.parquet")
        assert len(rows) == len(frame)
        for column in spec.column_names:
            texts = [r[column] for r in rows]
            missing = [t == "" for t in texts]
            assert missing == list(frame[column].isna()), (name, column)
            if pd.api.types.is_float_dtype(frame[column]):
                assert [float(t) for t in texts if t] == list(frame[column].dropna())


def test_counts_are_whole_in_csv_where_they_are_whole(
    con: duckdb.DuckDBPyConnection, publish: Publish
) -> None:
    weighted = f.rate(24.6, 3000, **f.series("US-NE"))
    f.ready(con, [*f.national(), weighted])
    with (publish().path / "rates.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {r["numerator"] for r in rows if r["area_code"] == "US-NE"} == {"24.6"}
    others = [r for r in rows if r["area_code"] != "US-NE"]
    assert all(r["numerator"].isdigit() and r["denominator"].isdigit() for r in others)


def test_csv_opens_right_in_a_spreadsheet(con: duckdb.DuckDBPyConnection, publish: Publish) -> None:
    names = {"area_name": "Ynys Môn", "area_code": "01001"}
    f.ready(con, [f.rate(50, 4000, **{**f.series("01001"), **names}), *f.national()])
    path = publish().path / "rates.csv"
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfsource_family,")
    line = next(x for x in content.decode("utf-8-sig").splitlines() if "Ynys" in x)
    assert ",01001,Ynys Môn," in line
    assert ",2010-01-01,2010-12-31," in line


def test_the_manifest_says_what_the_release_stands_on(first: ReleaseOutcome) -> None:
    manifest = json.loads((first.path / "manifest.json").read_text())
    assert manifest["version"] == "2026.06.01"
    assert manifest["supersedes"] is None
    assert manifest["content_hash"] == first.content_hash
    assert manifest["tables"]["rates"]["rows"] == 13
    assert manifest["inputs"][0]["vintage_id"] == "wonder@0123456789ab"
    rules = len(released_tables()) * len(f.RULES)
    assert manifest["validation"] == {
        "rules": rules, "passed": rules, "waived": 0, "failed": 0, "not_evaluated": 0,
    }  # fmt: skip
    assert manifest["files"]["rates.parquet"]["bytes"] == (
        (first.path / "rates.parquet").stat().st_size
    )
    assert set(manifest["writer"]) == {"code", "python", "duckdb", "pandas", "pyarrow"}


def test_unchanged_content_makes_no_release(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish, first: ReleaseOutcome
) -> None:
    later = f.vintage(retrieved_at="2026-06-02T02:15:00+00:00")
    f.ready(con, f.national(), restated=True, vintages=[later])
    again = publish(2)
    assert (again.published, again.version) == (False, first.version)
    assert [r.version for r in releases_on_disk.releases_in(home.releases)] == ["2026.06.01"]


def test_one_changed_count_makes_a_release(
    con: duckdb.DuckDBPyConnection, publish: Publish, first: ReleaseOutcome
) -> None:
    rows = f.national()
    rows[1] = f.rate(494, 78_000, **f.window(2007))
    f.ready(con, rows)
    second = publish(1)
    assert (second.published, second.version) == (True, "2026.06.01.2")
    assert second.previous == "2026.06.01"
    assert second.content_hash != first.content_hash


def test_the_same_content_has_the_same_identity_elsewhere(
    con: duckdb.DuckDBPyConnection, publish: Publish, first: ReleaseOutcome, home: Home
) -> None:
    later = f.vintage(retrieved_at="2027-01-01T00:00:00Z")
    f.ready(con, reversed(f.national()), restated=True, vintages=[later])
    (home.releases / "channels" / "nightly.json").unlink()
    (home.releases / "release=2026.06.01").rename(home.root / "elsewhere")
    other = publish(20)
    assert other.published
    assert other.content_hash == first.content_hash


def test_a_closed_gate_leaves_the_channel_alone(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish, first: ReleaseOutcome
) -> None:
    before = (home.releases / "channels" / "nightly.json").read_bytes()
    con.execute("UPDATE published.rates SET numerator = 1").fetchall()
    with pytest.raises(GateClosedError):
        publish(2)
    assert (home.releases / "channels" / "nightly.json").read_bytes() == before
    assert [r.version for r in releases_on_disk.releases_in(home.releases)] == ["2026.06.01"]


def test_a_release_without_a_pointer_is_taken_over(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish, first: ReleaseOutcome
) -> None:
    (home.releases / "channels" / "nightly.json").unlink()
    again = publish(2)
    assert (again.published, again.version) == (False, first.version)
    assert resolve(home.releases).version == first.version


def test_a_damaged_release_without_a_pointer_is_not(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish, first: ReleaseOutcome
) -> None:
    (home.releases / "channels" / "nightly.json").unlink()
    with (first.path / "rates.csv").open("ab") as handle:
        handle.write(b"x")
    assert publish(2).version == "2026.06.02"


def test_leftovers_of_a_killed_publisher_are_cleared(
    con: duckdb.DuckDBPyConnection, home: Home, publish: Publish
) -> None:
    left = home.releases / ".staging-0123"
    left.mkdir()
    (left / "rates.parquet").write_bytes(b"half")
    f.ready(con, f.national())
    publish()
    assert not left.exists()


def test_all_releases_can_be_read_in_one_query(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    publish: Publish,
    first: ReleaseOutcome,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    f.ready(con, f.national(2011))
    publish(2)
    half_written = home.releases / ".staging-0123" / "rates.parquet"
    half_written.parent.mkdir()
    half_written.write_bytes(b"half")
    text = (first.path / "README.md").read_text()
    query = text.split("from the folder above:\n`")[1].split("`")[0]
    monkeypatch.chdir(home.releases)
    found = con.execute(f"SELECT release, count(*) FROM ({query}) GROUP BY 1 ORDER BY 1").fetchall()
    assert found == [("2026.06.01", 13), ("2026.06.02", 16)]


def test_quality_is_the_evidence_of_this_content(
    con: duckdb.DuckDBPyConnection, first: ReleaseOutcome
) -> None:
    quality = pd.read_parquet(first.path / "quality.parquet")
    assert set(quality["table_name"]) == {f"published.{t}" for t in TABLES} - {
        "published.quality", "published.changes",
    }  # fmt: skip
    rates = table("published.rates")
    checked = quality.set_index("table_name").loc["published.rates", "content_hash"]
    assert set(checked) == {content_hash(con, f"read_parquet('{first.path}/rates.parquet')", rates)}


def test_the_readmes_queries_run(first: ReleaseOutcome, monkeypatch: pytest.MonkeyPatch) -> None:
    from assets.release.documents.folder_readme import QUERIES

    text = (first.path / "README.md").read_text()
    monkeypatch.chdir(first.path)
    assert len(QUERIES) == 6
    answers = []
    for _, sql in QUERIES:
        assert sql in text
        answers.append(duckdb.execute(sql).fetchall())
    assert {(r[0], r[1], r[2]) for r in answers[0]} == {
        ("Missouri", "2010", "6.28 per 1,000"),
        ("United States", "2010", "6.00 per 1,000"),
        ("K04000001", "2010", "4.27 per 1,000"),
    }
    assert [round(r[1], 4) for r in answers[1]] == [round(1000 * 1473 / 234_000, 4)]
    assert [(r[0], r[1]) for r in answers[2]] == [(1, "Missouri")]
    changes = {r[0]: (r[3].year, r[5].year, round(r[7], 4)) for r in answers[3]}
    # Deaths 23,993 to 23,990 of four million births; 493 to 490 of 78,000; 2,993 to 2,990.
    assert changes == {
        "K04000001": (2007, 2010, round(-300 / 2993, 4)),
        "Missouri": (2007, 2010, round(-300 / 493, 4)),
        "United States": (2007, 2010, round(-300 / 23993, 4)),
    }
    assert sum(r[4] for r in answers[4]) == 0
    assert answers[5] == []


def test_pages_are_whole_and_load_nothing(first: ReleaseOutcome) -> None:
    for name in ("index.html", "VALIDATION.html"):
        text = (first.path / name).read_text()
        assert text.startswith("<!doctype html>")
        assert text.rstrip().endswith("</html>")
        assert "<script" not in text
        assert "src=" not in text
        assert "url(" not in text
    index = (first.path / "index.html").read_text()
    nations = index.split('<figure id="figure-nations">')[1].split("</figure>")[0]
    # Both nations, in the picture for a desk and in that for a phone.
    assert nations.count('stroke-width="2"') == 4
    assert "Missouri" in index
    assert "first release of the channel" in index
    assert "T-RANGE" in (first.path / "VALIDATION.html").read_text()


def test_licences_and_citations_are_in_the_folder(
    con: duckdb.DuckDBPyConnection, publish: Publish
) -> None:
    ons = f.vintage(
        "ons_child@abcdefabcdef",
        source="ons",
        sha256="a" * 64,
        producer="Office for National Statistics",
        citation="ONS, child mortality",
    )
    f.ready(con, f.national(), vintages=[f.vintage(), ons])
    text = (publish().path / "LICENCES.md").read_text()
    assert "Open Government Licence v3.0" in text
    assert "ONS, child mortality" in text
    assert "NCHS, linked birth / infant death records" in text
