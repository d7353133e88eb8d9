"""``contract.yaml``: the registry's tables as an Open Data Contract, version 3.1 (ODCS).

What ``datapackage.json`` says to validators of files, this says to catalogues and to the tools that
read data contracts: tables, columns, keys, limits, how often and under which terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from assets.schema.duckdb_types import duckdb_type
from assets.schema.model import Column, LogicalType, Table
from assets.schema.references import references
from assets.schema.strata.vocabulary import pattern_of

STANDARD = "v3.1.0"
NIGHTLY = "15 2 * * *"
"""When a release is made, in London time; the schedule of the pipeline is the same."""

_TYPES = {
    LogicalType.TEXT: "string",
    LogicalType.INTEGER: "integer",
    LogicalType.NUMBER: "number",
    LogicalType.BOOLEAN: "boolean",
    LogicalType.DATE: "date",
    LogicalType.TIMESTAMP: "timestamp",
}
_PURPOSE = (
    "Validated, versioned rates of infant mortality and related measures in the United States and "
    "in England and Wales, from the extracts of official producers: annual, rolling and pooled, "
    "with counts, limits, reliability and disclosure status."
)
_USAGE = (
    "Take rows where is_preferred is true: one figure per area, measure, group, kind of window and "
    "period. Rows whose value_status is ok or unreliable carry numbers, all others carry none. "
    "The folder of a release never changes; channels/nightly.json beside it names the newest."
)
_LIMITS = (
    "suppressed, missing, incomplete_window and series_break are different things and none of them "
    "is zero. Two values of source_family count the same deaths in different ways and are never "
    "mixed in one series. Numbers that a producer withholds are not here, also not by subtraction."
)


def data_contract(
    *,
    version: str,
    created: str,
    schema_version: str,
    tables: Sequence[Table],
    sources: Sequence[Mapping[str, object]],
    licences: Sequence[Mapping[str, str]],
) -> str:
    """Return the data contract of a release in YAML.

    Args:
        version: Release.
        created: When it was made (UTC, ISO 8601).
        schema_version: Version of the tables, which is the version of the contract.
        tables: Registry entries in order.
        sources: Rows of the ``sources`` table.
        licences: Licences of the release: name, title, path.
    """
    about = {
        "apiVersion": STANDARD,
        "kind": "DataContract",
        "id": "infant-mortality-rates",
        "name": "Infant mortality rates of the United States and of England and Wales",
        "version": schema_version,
        "status": "active",
        "domain": "public-health",
        "dataProduct": "infant-mortality-rates",
        "contractCreatedTs": created,
        "tags": ["infant mortality", "vital statistics", "official statistics"],
        "description": {
            "purpose": _PURPOSE,
            "usage": _USAGE,
            "limitations": _LIMITS,
            "authoritativeDefinitions": [
                _link("README.md", "tutorial", "How to read the folder, with queries"),
                _link("datapackage.json", "implementation", "The same tables as a Data Package"),
                _link("LICENCES.md", "businessDefinition", "Terms and citations"),
                _link("VALIDATION.html", "implementation", "What was checked, and what was found"),
            ],
        },
        "servers": [_server("parquet", "Typed, compressed"), _server("csv", "UTF-8, ISO dates")],
    }
    terms = {
        "support": [
            {
                "channel": "the people who run the pipeline",
                "tool": "other",
                "scope": "issues",
                "description": "Send the release's version with the key of the row. They trace a "
                "number with `imr explain` and check the folder with `imr verify`.",
            }
        ],
        "team": {"name": "data-engineering", "description": "Runs the pipeline every night."},
        "slaProperties": _service_levels(),
        "customProperties": [
            {"property": "release", "value": version},
            {"property": "licences", "value": [dict(entry) for entry in licences]},
            {"property": "citations", "value": sorted({str(s["citation"]) for s in sources})},
        ],
    }
    return f"{_yaml(about)}{_schema(tuple(tables))}{_yaml(terms)}"


@cache
def _schema(tables: tuple[Table, ...]) -> str:
    """Return the part on tables, which is the same in all releases of one process."""
    return _yaml({"schema": [_table(t, tables) for t in tables]})


def _yaml(part: Mapping[str, Any]) -> str:
    return yaml.dump(part, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=100, indent=2)


_DUMPER: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _link(path: str, kind: str, description: str) -> dict[str, str]:
    return {"url": path, "type": kind, "description": description}


def _server(form: str, description: str) -> dict[str, Any]:
    return {
        "server": form,
        "type": "local",
        "description": f"Files of this folder, one a table. {description}",
        "environment": "release",
        "path": f"./*.{form}",
        "format": form,
    }


def _service_levels() -> list[dict[str, Any]]:
    return [
        {
            "property": "frequency",
            "value": 1,
            "unit": "d",
            "scheduler": "cron",
            "schedule": NIGHTLY,
            "description": "Every night, London time. A night in which no figure changed confirms "
            "the standing release and makes no new one.",
            "driver": "operational",
        },
        {
            "property": "latency",
            "value": 1,
            "unit": "d",
            "element": "sources.retrieved_at",
            "description": "From the day on which a producer publishes to the release that has it. "
            "How late a producer is, `imr sources` and index.html say; stale_sources in "
            "manifest.json names what is not the newest.",
            "driver": "analytics",
        },
        {
            "property": "retention",
            "value": "kept until pruned by a person; never while a channel or a tag names it",
            "description": "A release is removed by hand alone.",
            "driver": "operational",
        },
    ]


def _table(table: Table, tables: Sequence[Table]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": table.name,
        "physicalName": f"{table.name}.parquet",
        "physicalType": "file",
        "logicalType": "object",
        "description": table.description,
        "dataGranularityDescription": f"One row per {table.grain}",
        "properties": [_column(c, table) for c in table.columns],
        "quality": _quality_of_table(table),
    }
    if links := [
        {
            "type": "foreignKey",
            "from": [f"{table.name}.{name}" for name in link.columns],
            "to": [f"{link.table}.{name}" for name in link.columns],
        }
        for link in references(table, tables)
    ]:
        described["relationships"] = links
    return described


def _quality_of_table(table: Table) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = [
        {
            "name": "key",
            "description": "No two rows have the same key.",
            "type": "library",
            "metric": "duplicateValues",
            "mustBe": 0,
            "unit": "rows",
            "arguments": {"properties": list(table.key)},
            "dimension": "uniqueness",
            "severity": "error",
        }
    ]
    if not table.may_be_empty:
        checks.append(
            {
                "name": "rows",
                "description": "The table is never empty.",
                "type": "library",
                "metric": "rowCount",
                "mustBeGreaterThan": 0,
                "dimension": "completeness",
                "severity": "error",
            }
        )
    return checks


def _column(column: Column, table: Table) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "logicalType": _TYPES[column.type],
        "physicalType": duckdb_type(column),
        "description": column.description,
        "required": column.required,
        "classification": "public",
    }
    if column.name in table.key:
        described["primaryKey"] = True
        described["primaryKeyPosition"] = table.key.index(column.name) + 1
        described["unique"] = table.key == (column.name,)
    if options := _options(column):
        described["logicalTypeOptions"] = options
    if column.allowed is not None and not column.crossed:
        described["quality"] = [
            {
                "name": "allowed values",
                "description": "Only these values occur.",
                "type": "library",
                "metric": "invalidValues",
                "mustBe": 0,
                "unit": "rows",
                "arguments": {"validValues": list(column.allowed)},
                "dimension": "conformity",
                "severity": "error",
            }
        ]
    facts = {
        "unit": column.unit,
        "volatile": column.volatile or None,
        "producersNames": list(column.source_fields) or None,
    }
    if custom := [{"property": k, "value": v} for k, v in facts.items() if v is not None]:
        described["customProperties"] = custom
    return described


def _options(column: Column) -> dict[str, Any]:
    whole = column.type is LogicalType.INTEGER
    limits = {"minimum": column.minimum, "maximum": column.maximum}
    options: dict[str, Any] = {
        name: int(limit) if whole else limit for name, limit in limits.items() if limit is not None
    }
    if column.pattern is not None:
        options["pattern"] = column.pattern
    elif column.allowed is not None and column.crossed:
        options["pattern"] = pattern_of(column.allowed)
    return options
