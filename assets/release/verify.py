"""Verify a release: every byte, every column, every rate, and what can be computed from it.

The numbers are recomputed in plain Python from numerator and denominator; none of the SQL that
made them is used here.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

from assets.release.channels.release_views import relation
from assets.release.channels.releases_on_disk import MANIFEST, Release
from assets.release.documents.datapackage import TYPES
from assets.release.release_identity import identity_of_release
from assets.release.writer import CHECKSUMS, checksum_lines
from assets.schema.codes import VALUES_SHOWN
from assets.schema.content_hash import content_hash
from assets.schema.duckdb_types import not_allowed
from assets.schema.model import Column, Layer, LogicalType, Table
from assets.state.released import DamagedReleaseError, read_json
from assets.state.warehouse import scratch
from assets.text.spreadsheet import inert

_RELATIVE = 1e-12
_SHOWN = 5
_NUMBERS = (
    "numerator", "denominator", "rate", "rate_text", "rate_display", "ci_lower_95", "ci_upper_95",
    "ci_lower_998", "ci_upper_998", "relative_standard_error", "rate_eb", "mean_of_rates", "band",
)  # fmt: skip


@dataclass(frozen=True)
class CheckResult:
    """Outcome of one check of a release.

    Attributes:
        check: What was checked.
        looked_at: How many files, columns or rows.
        faults: What is wrong, first ones.
        count: Number of faults.
    """

    check: str
    looked_at: int
    faults: tuple[str, ...]
    count: int

    @property
    def fine(self) -> bool:
        """True where nothing is wrong."""
        return self.count == 0


def verify_release(release: Release, *, history: Sequence[Release] = ()) -> list[CheckResult]:
    """Check a release folder against itself.

    Args:
        release: Release to check.
        history: Releases before it, for the disclosure audit.

    Returns:
        One result per check. Where files are damaged or columns differ the later checks are
        left out: they would say the same in other words.
    """
    results = [_checked("checksums", _file_faults(release.path))]
    if not results[0].fine:
        return results
    manifest = release.manifest()
    with scratch() as con:
        tables = described_tables(release.path)
        results.append(_checked("columns and types", _schema_faults(con, release, tables)))
        if not results[-1].fine:
            return results
        results.append(_checked("allowed values", _value_faults(con, release, tables)))
        results.append(_checked("content hashes", _hash_faults(con, release, manifest, tables)))
        results.append(_checked("CSV equals Parquet", _csv_faults(con, release, tables)))
        results.append(_checked("rates recomputed", _rate_faults(con, release)))
        results.append(_checked("disclosure audit", _audit_faults(con, release, history)))
    return results


def described_tables(folder: Path) -> list[Table]:
    """Return the tables as the release itself describes them in ``datapackage.json``.

    An old release is checked against its own schema, not against the present one.
    """
    package = read_json(folder / "datapackage.json")
    kinds = {name: kind for kind, name in TYPES.items()}
    return [
        Table(
            name=r["name"],
            layer=Layer.PUBLISHED,
            grain="",
            description="",
            key=tuple(r["schema"]["primaryKey"]),
            columns=tuple(_column(field, kinds) for field in r["schema"]["fields"]),
        )
        for r in package["resources"]
        if r["format"] == "csv"
    ]


def _column(field: Mapping[str, Any], kinds: Mapping[str, LogicalType]) -> Column:
    rules = field.get("constraints", {})
    return Column(
        field["name"],
        kinds[field["type"]],
        field["description"],
        required=rules.get("required", False),
        allowed=tuple(rules["enum"]) if "enum" in rules else None,
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        volatile=field.get("volatile", False),
    )


def _checked(check: str, outcomes: Iterator[str | None]) -> CheckResult:
    looked_at, faults = 0, []
    for fault in outcomes:
        looked_at += 1
        if fault is not None:
            faults.append(fault)
    return CheckResult(check, looked_at, tuple(faults[:_SHOWN]), len(faults))


def _file_faults(folder: Path) -> Iterator[str | None]:
    """Compare every file with its checksum, in both directions."""
    try:
        listed = (folder / CHECKSUMS).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield f"{CHECKSUMS} cannot be read: {error}"
        return
    said, found = (_by_name(text) for text in (listed, checksum_lines(folder)))
    for name in sorted({*said, *found}):
        if name not in found:
            yield f"{name or 'a line of ' + CHECKSUMS} is listed but not in the folder"
        elif name not in said:
            yield f"{name} is in the folder but not listed"
        else:
            yield None if said[name] == found[name] else f"{name} has changed since the release"
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or not path.is_file():
            yield f"{path.name} is no regular file; a release holds nothing else"
    if listed != checksum_lines(folder) and said == found:
        yield f"{CHECKSUMS} has changed since the release"
    for needed in (MANIFEST, "datapackage.json"):
        if needed not in found:
            yield f"{needed} is missing"


def _by_name(text: str) -> dict[str, str]:
    pairs = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in pairs}


def _schema_faults(
    con: duckdb.DuckDBPyConnection, release: Release, tables: Sequence[Table]
) -> Iterator[str | None]:
    from assets.schema.duckdb_types import duckdb_type

    for table in tables:
        described = con.execute(
            f"DESCRIBE SELECT * FROM {relation(release.path, table.name)}"
        ).fetchall()
        found = [(row[0], row[1].replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"))
                 for row in described]  # fmt: skip
        expected = [(c.name, duckdb_type(c)) for c in table.columns]
        if found == expected:
            yield None
        else:
            odd = sorted(set(found) ^ set(expected))
            yield f"{table.name}: columns differ from datapackage.json: {odd or 'their order'}"


def _value_faults(
    con: duckdb.DuckDBPyConnection, release: Release, tables: Sequence[Table]
) -> Iterator[str | None]:
    for table in tables:
        source = relation(release.path, table.name)
        keys = ", ".join(f'"{k}"' for k in table.key)
        doubled = _count(con, f"SELECT {keys} FROM {source} GROUP BY ALL HAVING count(*) > 1")
        yield f"{table.name}: {doubled} keys occur twice" if doubled else None
        broken = {c.name: said for c in table.columns if (said := " OR ".join(_broken(c)))}
        if not broken:
            continue
        counts = ", ".join(f"count(*) FILTER ({condition})" for condition in broken.values())
        (found,) = con.execute(f"SELECT {counts} FROM {source}").fetchall()
        for name, rows in zip(broken, found, strict=True):
            yield f"{table.name}.{name}: {rows} values not allowed" if rows else None


def _broken(column: Column) -> Iterator[str]:
    name = f'"{column.name}"'
    if column.required:
        yield f"{name} IS NULL"
    if column.allowed is not None:
        yield f"({name} IS NOT NULL AND {not_allowed(column)})"
    if column.minimum is not None:
        yield f"{name} < {column.minimum}"
    if column.maximum is not None:
        yield f"{name} > {column.maximum}"


def _hash_faults(
    con: duckdb.DuckDBPyConnection,
    release: Release,
    manifest: Mapping[str, Any],
    tables: Sequence[Table],
) -> Iterator[str | None]:
    for table in tables:
        said = manifest["tables"][table.name]
        source = relation(release.path, table.name)
        rows = _count(con, f"SELECT 1 FROM {source}")
        found = content_hash(con, source, table)
        same = (rows, found) == (said["rows"], said["content_hash"])
        yield None if same else f"{table.name}: content is not what the manifest says"
    identity = identity_of_release(manifest)
    yield None if identity == manifest["content_hash"] else "the release's identity does not fit"


def _csv_faults(
    con: duckdb.DuckDBPyConnection, release: Release, tables: Sequence[Table]
) -> Iterator[str | None]:
    for table in tables:
        rows = con.execute(f"SELECT * FROM {relation(release.path, table.name)}").fetchall()
        path = release.path / f"{table.name}.csv"
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.reader(handle))
        if tuple(lines[0]) != table.column_names or len(lines) != len(rows) + 1:
            yield f"{path.name}: header or number of rows differs from {table.name}.parquet"
            continue
        differ = sum(
            not all(map(_same, row, line)) for row, line in zip(rows, lines[1:], strict=True)
        )
        yield f"{path.name}: {differ} rows differ from {table.name}.parquet" if differ else None


def _same(value: Any, text: str) -> bool:
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, float):
        return text != "" and float(text) == value
    # Releases of before wrote every text as it is.
    return text in (inert(str(value)), str(value))


def _rate_faults(con: duckdb.DuckDBPyConnection, release: Release) -> Iterator[str | None]:
    result = con.execute(f"SELECT * FROM {relation(release.path, 'rates')}")
    names = [d[0] for d in result.description]
    for values in result.fetchall():
        row = dict(zip(names, values, strict=True))
        fault = next((f for check in _RATE_CHECKS if (f := check(row)) is not None), None)
        where = " ".join(str(row[k]) for k in ("area_code", "measure", "window_type", "period_end"))
        yield None if fault is None else f"{where}: {fault}"


def _nothing_shown(row: Mapping[str, Any]) -> str | None:
    if row["value_status"] in VALUES_SHOWN:
        return None
    left = [n for n in _NUMBERS if row.get(n) is not None]
    return f"{row['value_status']} but shows {', '.join(left)}" if left else None


def _quotient(row: Mapping[str, Any]) -> str | None:
    if row["value_status"] not in VALUES_SHOWN:
        return None
    if row["numerator"] is None or not row["denominator"] or row["rate"] is None:
        return f"{row['value_status']} without numerator, denominator or rate"
    expected = Decimal(row["rate_per"]) * Decimal(row["numerator"]) / Decimal(row["denominator"])
    if math.isclose(row["rate"], float(expected), rel_tol=_RELATIVE, abs_tol=_RELATIVE):
        return None
    return f"rate is {row['rate']}, recomputed {float(expected)}"


def _display(row: Mapping[str, Any]) -> str | None:
    # Schema 1 has the number alone, under another name.
    printed = row.get("rate_text") or row.get("rate_display")
    if row["value_status"] not in VALUES_SHOWN or printed is None:
        return None
    shown = Decimal(str(printed).partition(" ")[0])
    exact = Decimal(row["rate_per"]) * Decimal(row["numerator"]) / Decimal(row["denominator"])
    rounded = exact.quantize(Decimal(1).scaleb(shown.as_tuple().exponent), ROUND_HALF_UP)  # type: ignore[arg-type]
    return None if rounded == shown else f"rate is shown as {shown}, recomputed {rounded}"


def _limits(row: Mapping[str, Any]) -> str | None:
    order = [row["ci_lower_998"], row["ci_lower_95"], row["rate"], row["ci_upper_95"],
             row["ci_upper_998"]]  # fmt: skip
    known = [v for v in order if v is not None]
    slack = 1e-9 * max((abs(v) for v in known), default=0)
    inside = all(a <= b + slack for a, b in zip(known, known[1:], strict=False))
    return None if inside else "the limits do not enclose the rate"


_RATE_CHECKS: tuple[Callable[[Mapping[str, Any]], str | None], ...] = (
    _nothing_shown,
    _quotient,
    _display,
    _limits,
)


def _audit_faults(
    con: duckdb.DuckDBPyConnection, release: Release, history: Sequence[Release]
) -> Iterator[str | None]:
    from assets.disclosure.audit import AuditError
    from assets.disclosure.folders import determined_cells

    folders = [r.path for r in (*history, release)]
    audited = 0
    try:
        for cell, is_determined in determined_cells(con, folders):
            audited += 1
            yield f"{cell} can be computed from what is published" if is_determined else None
    except (AuditError, DamagedReleaseError) as error:
        yield f"could not be carried out: {error}"
        return
    # Releases from before there was a certificate do not say it.
    said = release.manifest().get("disclosure", {}).get("cells_audited", audited)
    if said != audited:
        yield f"the manifest says that {said} withheld counts were audited; there are {audited}"


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    rows = con.execute(f"SELECT count(*) FROM ({query})").fetchall()
    return int(rows[0][0])
