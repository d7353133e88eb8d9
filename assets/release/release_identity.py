"""Identity of a release: a hash of its content, not of its files.

The same vintages and the same code give the same identity on another machine and another day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import duckdb

from assets.schema.content_hash import content_hash
from assets.schema.model import Layer, Table
from assets.schema.registry import METHOD_VERSION, SCHEMA_VERSION, tables_of


def identity_hashes(
    con: duckdb.DuckDBPyConnection, known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the hash of every table that counts, without its volatile columns.

    Args:
        con: Open connection with the published tables.
        known: Hashes over all columns by full name; a table without volatile columns is not
            hashed again.
    """
    hashes = {}
    for t in tables_of(Layer.PUBLISHED):
        if not t.identity:
            continue
        whole = (known or {}).get(t.full_name)
        if whole is not None and not any(c.volatile for c in t.columns):
            hashes[t.name] = whole
        else:
            hashes[t.name] = content_hash(con, t.full_name, t, volatile=False)
    return hashes


def identity_facts(hashes: Mapping[str, str]) -> dict[str, object]:
    """Return what the identity of a release is the hash of.

    Args:
        hashes: Table name to hash, see :func:`identity_hashes`.
    """
    return {
        "tables": dict(sorted(hashes.items())),
        "schema": schema_fingerprint(tables_of(Layer.PUBLISHED)),
        "schema_version": SCHEMA_VERSION,
        "method_version": METHOD_VERSION,
    }


def release_identity(facts: Mapping[str, object]) -> str:
    """Return the identity of a release, the hash of its facts."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def identity_of_release(manifest: Mapping[str, Any]) -> str:
    """Return the identity that follows from the facts in a manifest."""
    return release_identity(manifest["identity"])


def schema_fingerprint(tables: tuple[Table, ...]) -> str:
    """Return the hash of everything that the registry says about tables."""
    described = [
        {
            "name": t.name,
            "grain": t.grain,
            "description": t.description,
            "key": t.key,
            "columns": [
                {
                    "name": c.name,
                    "type": c.type.value,
                    "unit": c.unit,
                    "description": c.description,
                    "required": c.required,
                    "allowed": c.allowed,
                    "crossed": c.crossed,
                    "minimum": c.minimum,
                    "maximum": c.maximum,
                    "pattern": c.pattern,
                }
                for c in t.columns
            ],
        }
        for t in tables
    ]
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
