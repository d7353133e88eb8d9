"""Publish a release: gate, staging folder, proof, name, pointer — in this order.

A process that dies anywhere in between leaves the channel on the whole release that it pointed to
before; the next run clears what was left and completes.
"""

from __future__ import annotations

import json
import platform
import shutil
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import duckdb

from assets.archive.overview import DatasetState
from assets.archive.withdrawal import Withdrawal
from assets.disclosure.dropped import read_drops
from assets.release.certified import certified
from assets.release.changes import write_changes
from assets.release.channels import releases_on_disk
from assets.release.channels.lineage import recorded, settle_lineage, stage_lineage
from assets.release.channels.publisher_lock import ReleaseNotWrittenError as ReleaseNotWrittenError
from assets.release.channels.publisher_lock import publisher_lock
from assets.release.channels.releases_on_disk import Pointer, Release
from assets.release.channels.timeline import said_on
from assets.release.channels.version import next_version
from assets.release.documents.changes_text import changes_text
from assets.release.documents.data_contract import data_contract
from assets.release.documents.datapackage import datapackage
from assets.release.documents.explorer.explorer_page import explorer_page
from assets.release.documents.folder_readme import folder_readme
from assets.release.documents.licences import licence_text, licences_of
from assets.release.documents.made_up import marked, notes_of, title_prefix
from assets.release.documents.page.page import release_page
from assets.release.documents.validation.validation_page import validation_page
from assets.release.documents.workbook.workbook import FILE as WORKBOOK
from assets.release.documents.workbook.workbook import workbook
from assets.release.existing_release import (
    previous_release,
    refuse_damage,
    side_of,
    standing_release,
)
from assets.release.gate import check_gate, current_hashes, released_tables
from assets.release.quality import write_quality
from assets.release.release_identity import identity_facts, identity_hashes, release_identity
from assets.release.writer import (
    CHECKSUMS,
    WrittenTable,
    checksum_lines,
    describe_files,
    write_table,
)
from assets.schema.content_hash import content_hash
from assets.schema.contract import compatibility_sql
from assets.schema.model import Layer
from assets.schema.registry import METHOD_VERSION, SCHEMA_VERSION, tables_of
from assets.state import durable
from assets.state.answers import kept
from assets.state.code_version import code_version
from assets.state.evidence import PASSING
from assets.state.home import Home
from assets.state.private import make_open
from assets.state.warehouse import records


@dataclass(frozen=True)
class ReleaseOutcome:
    """What publishing came to.

    Attributes:
        version: Release that the channel points to now.
        path: Its folder.
        published: A new release was made; ``False`` where nothing has changed.
        content_hash: Identity of its content.
        previous: Release that the channel pointed to before.
    """

    version: str
    path: Path
    published: bool
    content_hash: str
    previous: str | None


def publish_release(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    *,
    required_rules: Mapping[str, Collection[str]],
    stale_sources: Collection[str] = (),
    set_aside: Sequence[Withdrawal] = (),
    datasets: Sequence[DatasetState] = (),
    now: datetime | None = None,
    channel: str = "nightly",
    as_of: str | None = None,
) -> ReleaseOutcome:
    """Publish the warehouse's ``published`` tables, unless nothing has changed.

    Args:
        con: Open connection to the warehouse; ``published.quality`` and ``published.changes``
            are written.
        home: Where the releases live.
        required_rules: Rules that must have been evaluated, by full table name.
        stale_sources: Datasets whose newest extract is not in use.
        set_aside: Extracts that are not in use because a rule fails with them.
        datasets: State of every dataset, as ``imr sources`` shows it.
        now: Time of the release; the present by default.
        channel: Channel to move.
        as_of: The content is what was known by the end of this date, or by this time (ISO 8601,
            UTC): it becomes a release that no channel shows.

    Raises:
        GateClosedError: The content is not validated, or gives a withheld count away.
        PublisherBusyError: Somebody else is publishing.
        StagedContentError: What was written is not what passed the gate.
        DamagedReleaseError: The pointer, or an earlier release that is needed, cannot be read.
        ReleaseNotWrittenError: The disk is full or the folder cannot be written; the channel is
            as before.
    """
    moment = now or datetime.now(UTC)
    with publisher_lock(
        home.releases,
        f"publishing to {channel}",
        "No release was published",
        standing=lambda: _shown(home.releases, channel),
    ):
        before = releases_on_disk.pointer(home.releases, channel)
        return _publish(
            con,
            home,
            required_rules,
            sorted(stale_sources),
            set_aside,
            datasets,
            moment,
            channel,
            before,
            as_of,
        )


def _shown(releases: Path, channel: str) -> str:
    target = releases_on_disk.pointer(releases, channel)
    shows = f"still shows release {target.version}" if target else "has no release"
    return f"Channel {channel} {shows}."


def _publish(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    required_rules: Mapping[str, Collection[str]],
    stale_sources: Sequence[str],
    set_aside: Sequence[Withdrawal],
    datasets: Sequence[DatasetState],
    now: datetime,
    channel: str,
    before: Pointer | None,
    as_of: str | None,
) -> ReleaseOutcome:
    for left in releases_on_disk.stale_staging(home.releases):
        durable.remove_tree(left)
    earlier = releases_on_disk.releases_in(home.releases)
    settle_lineage(home, [r.version for r in earlier])
    hashes = current_hashes(con, {*released_tables(), *required_rules})
    check_gate(
        con,
        required_rules,
        history=[r.path for r in earlier],
        hashes=hashes,
        dropped=read_drops(home.dropped),
    )
    identified = identity_facts(identity_hashes(con, hashes))
    identity = release_identity(identified)
    was = before.version if before else None
    standing = None if as_of else standing_release(earlier, before, identity, channel)
    if standing is not None:
        refuse_damage(standing)
        if was != standing.version:
            releases_on_disk.point(home.releases, channel, releases_on_disk.pointer_to(standing))
        return ReleaseOutcome(standing.version, standing.path, False, identity, was)
    # A version is never given twice, also where its release was moved out of the folder.
    taken = [*(r.version for r in earlier), *recorded(home), *([was] if was else [])]
    draft = _Draft(
        version=next_version(taken, now),
        released_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        identity=identity,
        identified=identified,
        channel=None if as_of else channel,
        previous=said_on(earlier, channel, as_of)
        if as_of
        else previous_release(earlier, was, channel),
        stale_sources=stale_sources,
        datasets=datasets,
        as_of=as_of,
    )
    answers = kept(home.answers_of(as_of or ""), hashes)
    stage_lineage(con, home, draft.version, answers)
    _write_release_tables(con, draft, hashes, set_aside)
    path = _write_folder(con, home, draft, hashes, [r.path for r in earlier])
    settle_lineage(home, [draft.version])
    if as_of is None:
        target = Pointer(draft.version, draft.released_at, SCHEMA_VERSION, identity)
        releases_on_disk.point(home.releases, channel, target)
    return ReleaseOutcome(draft.version, path, True, identity, was)


@dataclass(frozen=True)
class _Draft:
    """Facts of a release that is being made."""

    version: str
    released_at: str
    identity: str
    identified: Mapping[str, object]
    channel: str | None
    previous: Release | None
    stale_sources: Sequence[str]
    datasets: Sequence[DatasetState]
    as_of: str | None

    @property
    def facts(self) -> dict[str, str]:
        return {
            "version": self.version,
            "released_at": self.released_at,
            "schema_version": SCHEMA_VERSION,
            "method_version": METHOD_VERSION,
        }


def _write_release_tables(
    con: duckdb.DuckDBPyConnection,
    draft: _Draft,
    hashes: Mapping[str, str],
    set_aside: Sequence[Withdrawal],
) -> None:
    write_quality(con, hashes, set_aside)
    previous = None if draft.previous is None else side_of(con, draft.previous)
    write_changes(con, previous, METHOD_VERSION, hashes)


def _write_folder(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    draft: _Draft,
    hashes: Mapping[str, str],
    earlier: Sequence[Path],
) -> Path:
    staging = releases_on_disk.staging_folder(home.releases, uuid.uuid4().hex)
    durable.make_folder(staging)
    try:
        sources = records(con, "SELECT * FROM published.sources ORDER BY ALL")
        licences = licences_of(sources)
        embedded = {
            "release_version": draft.version,
            "schema_version": SCHEMA_VERSION,
            "method_version": METHOD_VERSION,
            "licence": "; ".join(entry["title"] for entry in licences),
        }
        written = [
            write_table(
                con,
                spec,
                staging,
                embedded,
                hashes.get(spec.full_name) or content_hash(con, spec.full_name, spec),
            )
            for spec in tables_of(Layer.PUBLISHED)
        ]
        durable.write_bytes(staging / WORKBOOK, workbook(con, draft.facts, licences))
        data = describe_files(staging)
        _write_documents(con, staging, draft, written, sources, data)
        described = describe_files(staging, data)
        audited = certified(con, home, draft.version, [*earlier, staging])
        manifest = {**_manifest(con, draft, written, sources, described), "disclosure": audited}
        durable.write_text(
            staging / releases_on_disk.MANIFEST, json.dumps(manifest, indent=2) + "\n"
        )
        durable.write_text(staging / CHECKSUMS, checksum_lines(staging, described))
        make_open(staging)
        durable.sync_folder(staging)
        target = releases_on_disk.folder_of(home.releases, draft.version)
        durable.rename(staging, target)
    except BaseException:
        # Best effort: what stays is cleared by the next publisher, and the fault that led here
        # is the one to report.
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return target


def _write_documents(
    con: duckdb.DuckDBPyConnection,
    staging: Path,
    draft: _Draft,
    written: Sequence[WrittenTable],
    sources: Sequence[Mapping[str, object]],
    data: Mapping[str, dict[str, object]],
) -> None:
    specs, licences = tables_of(Layer.PUBLISHED), licences_of(sources)
    previous = draft.previous.version if draft.previous else None
    package = datapackage(
        version=draft.version,
        created=draft.released_at,
        tables=specs,
        files=data,
        sources=sources,
        licences=licences,
    )
    documents = {
        "datapackage.json": json.dumps(package, indent=2, default=str) + "\n",
        "contract.yaml": data_contract(
            version=draft.version,
            created=draft.released_at,
            schema_version=SCHEMA_VERSION,
            tables=specs,
            sources=sources,
            licences=licences,
        ),
        "README.md": folder_readme(draft.facts, specs, {w.name: w.rows for w in written}),
        "CHANGES.md": changes_text(con, "published.changes", draft.version, previous),
        "LICENCES.md": licence_text(sources),
        "explore.html": explorer_page(con, draft.facts),
        "VALIDATION.html": validation_page(con, draft.facts),
    }
    if (old_names := compatibility_sql()) is not None:
        documents["compatibility.sql"] = old_names
    prefix = title_prefix(notes_of(sources))
    for name, text in documents.items():
        durable.write_text(staging / name, marked(name, text, prefix))
    # The page lists all other files, so that it comes last.
    files = {path.name: path.stat().st_size for path in staging.iterdir()}
    page = release_page(con, draft.facts, previous, datasets=draft.datasets, files=files)
    durable.write_text(staging / "index.html", marked("index.html", page, prefix))


def _manifest(
    con: duckdb.DuckDBPyConnection,
    draft: _Draft,
    written: Sequence[WrittenTable],
    sources: Sequence[Mapping[str, object]],
    files: Mapping[str, dict[str, object]],
) -> dict[str, Any]:
    outcomes = dict(
        con.execute("SELECT outcome, count(*) FROM published.quality GROUP BY ALL").fetchall()
    )
    return {
        **draft.facts,
        "channel": draft.channel,
        "as_of": draft.as_of,
        "content_hash": draft.identity,
        "identity": draft.identified,
        "supersedes": draft.previous.version if draft.previous else None,
        "tables": {
            w.name: {"rows": w.rows, "content_hash": w.content_hash, "files": list(w.files)}
            for w in written
        },
        "files": dict(files),
        "inputs": [
            {
                name: source[name]
                for name in ("vintage_id", "dataset_id", "sha256", "url", "retrieved_at", "status")
            }
            for source in sources
        ],
        "stale_sources": list(draft.stale_sources),
        "validation": {
            "rules": sum(outcomes.values()),
            **{name: outcomes.get(name, 0) for name in (*PASSING, "failed", "not_evaluated")},
        },
        "writer": {
            "code": code_version("assets"),
            "python": platform.python_version(),
            **{name: installed(name) for name in ("duckdb", "pandas", "pyarrow")},
        },
    }
