"""``datapackage.json``: the registry's tables as a Data Package, version 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.release.documents.made_up import notes_of, title_prefix
from assets.schema.model import Column, LogicalType, Table
from assets.schema.references import references
from assets.schema.strata.vocabulary import pattern_of

_TITLE = "Infant mortality rates of the United States and of England and Wales"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_OTHERS = {
    "infant_mortality.xlsx": (
        "workbook",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "The newest figures as an accessible spreadsheet. Its numbers are those of the tables.",
    ),
}
"""Files of data beside the tables: name, format, media type and description. Pages and other texts
are about the package and no data of it."""
TYPES = {
    LogicalType.TEXT: "string",
    LogicalType.INTEGER: "integer",
    LogicalType.NUMBER: "number",
    LogicalType.BOOLEAN: "boolean",
    LogicalType.DATE: "date",
    LogicalType.TIMESTAMP: "datetime",
}


def datapackage(
    *,
    version: str,
    created: str,
    tables: Sequence[Table],
    files: Mapping[str, Mapping[str, object]],
    sources: Sequence[Mapping[str, object]],
    licences: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """Return the descriptor of a release.

    Args:
        version: Release.
        created: When it was made (UTC, ISO 8601).
        tables: Registry entries in order.
        files: Size in bytes and sha256 by file name.
        sources: Rows of the ``sources`` table.
        licences: Licences of the release: name, title, path.
    """
    return {
        "$schema": PROFILE,
        "name": "infant-mortality-rates",
        "title": f"{title_prefix(notes_of(sources))}{_TITLE}",
        "description": "Validated, versioned rates from the extracts of official producers that "
        "sources lists: annual, rolling and pooled, with counts, limits, reliability and "
        "disclosure status.",
        "version": version,
        "created": created,
        "licenses": [dict(entry) for entry in licences],
        "sources": [_source(s) for s in sources],
        "contributors": [
            {"title": title, "roles": ["publisher"]}
            for title in sorted({str(s["producer"]) for s in sources})
        ],
        "resources": [
            _resource(t, f"{t.name}.{ending}", files[f"{t.name}.{ending}"], tables)
            for t in tables
            for ending in ("csv", "parquet")
        ]
        + [_file(name, files[name], *facts) for name, facts in _OTHERS.items() if name in files],
    }


def _file(
    path: str, facts: Mapping[str, object], name: str, form: str, mediatype: str, description: str
) -> dict[str, Any]:
    """Describe a file that validators check by size and sha256 alone."""
    return {
        "name": name,
        "type": "file",
        "path": path,
        "title": path,
        "description": description,
        "format": form,
        "mediatype": mediatype,
        "bytes": facts["bytes"],
        "hash": f"sha256:{facts['sha256']}",
    }


def _resource(
    table: Table, file: str, facts: Mapping[str, object], tables: Sequence[Table]
) -> dict[str, Any]:
    """Describe one file.

    Validators read the CSV file row by row against its schema. The Parquet file has the same
    columns and is checked as a file, by size and sha256: frictionless reads Parquet by way of
    pandas, which turns absent values into NaN and whole numbers beside them into fractions.
    """
    is_csv = file.endswith(".csv")
    resource: dict[str, Any] = {
        "name": table.name if is_csv else f"{table.name}-parquet",
        "path": file,
        "title": table.name,
        "description": f"{table.description} One row per {table.grain}.",
        "format": "csv" if is_csv else "parquet",
        "mediatype": "text/csv" if is_csv else "application/vnd.apache.parquet",
        "bytes": facts["bytes"],
        "hash": f"sha256:{facts['sha256']}",
        "schema": {
            "fields": [_field(c) for c in table.columns],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }
    if not is_csv:
        return resource | {"type": "file"}
    if keys := _foreign_keys(table, tables):
        resource["schema"]["foreignKeys"] = keys
    return resource | {"type": "table", "encoding": "utf-8", "dialect": {"header": True}}


def _foreign_keys(table: Table, tables: Sequence[Table]) -> list[dict[str, Any]]:
    return [
        {
            "fields": list(link.columns),
            "reference": {"resource": link.table, "fields": list(link.columns)},
        }
        for link in references(table, tables)
    ]


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": TYPES[column.type],
        "description": column.description,
    }
    if column.unit:
        field["unit"] = column.unit
    if column.volatile:
        field["volatile"] = True
    if column.allowed is not None and column.type is LogicalType.TEXT and not column.crossed:
        field["categories"] = list(column.allowed)
    if constraints := _constraints(column):
        field["constraints"] = constraints
    return field


def _constraints(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.allowed is not None:
        # Hundreds of pairs are told by a pattern.
        if column.crossed:
            constraints["pattern"] = pattern_of(column.allowed)
        else:
            constraints["enum"] = list(column.allowed)
    if column.minimum is not None:
        constraints["minimum"] = _whole(column, column.minimum)
    if column.maximum is not None:
        constraints["maximum"] = _whole(column, column.maximum)
    if column.pattern is not None:
        constraints["pattern"] = column.pattern
    return constraints


def _whole(column: Column, bound: float) -> float | int:
    return int(bound) if column.type is LogicalType.INTEGER else bound


def _source(row: Mapping[str, object]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "title": f"{row['producer']}: {row['title']}",
        "version": row["vintage_id"],
        "licence": row["licence"],
        "citation": row["citation"],
        "retrieved_at": row["retrieved_at"],
        "sha256": row["sha256"],
    }
    url = str(row["url"])
    if url.startswith(("http://", "https://")):
        described["path"] = url
    return described
