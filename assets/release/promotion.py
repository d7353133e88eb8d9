"""Promotion to the stable channel: checked, and remembered with who, when and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from assets.release.channels import releases_on_disk
from assets.release.channels.promotions_log import LOG, STABLE, Promotion, promotions
from assets.release.channels.publisher_lock import publisher_lock
from assets.release.channels.release_views import relation
from assets.release.channels.releases_on_disk import Release
from assets.release.verify import verify_release
from assets.state import durable
from assets.state.evidence import PASSING
from assets.state.warehouse import scratch


class PromotionRefusedError(RuntimeError):
    """The release must not become stable; lists every reason."""

    def __init__(self, version: str, reasons: Sequence[str]) -> None:
        """Keep the reasons and say all of them."""
        self.reasons = tuple(reasons)
        super().__init__(
            f"Release {version} was not promoted:\n" + "\n".join(f"- {r}" for r in reasons)
        )


def obstacles(
    release: Release, waivers: Mapping[str, date], today: date, history: Sequence[Release] = ()
) -> list[str]:
    """Return why a release must not become stable; empty where it may.

    Args:
        release: Release to promote.
        waivers: Last day of every waiver that is declared now, by identifier.
        today: Day of the promotion.
        history: Releases before it, for the disclosure audit.
    """
    reasons = [
        f"{f.check}: {f.faults[0]}" for f in verify_release(release, history=history) if not f.fine
    ]
    if reasons:
        return [*reasons, "restore the folder, or promote another release"]
    stale = release.manifest()["stale_sources"]
    reasons += [f"{name} is stale: its newest extract is not in use" for name in stale]
    with scratch() as con:
        found = con.execute(
            "SELECT table_name, rule_id, outcome, waiver_id, check_name FROM "
            f"{relation(release.path, 'quality')} "
            "WHERE outcome <> 'passed' OR waiver_id IS NOT NULL ORDER BY ALL"
        ).fetchall()
    for table, rule, outcome, waiver, check in found:
        if check != "contract":
            # Advice stops no release and needs no waiver, so that none of its waivers can run out.
            continue
        if outcome not in PASSING:
            reasons.append(f"{rule} {outcome} on {table}")
        for name in (part.strip() for part in (waiver or "").replace(";", ",").split(",")):
            if name and name not in waivers:
                reasons.append(f"{rule} on {table} stands on waiver {name}, which is withdrawn")
            elif name and waivers[name] < today:
                reasons.append(
                    f"{rule} on {table} stands on waiver {name}, which expired on {waivers[name]}"
                )
    return list(dict.fromkeys(reasons))


def refuse_obstacles(
    releases: Path, release: Release, waivers: Mapping[str, date], today: date | None = None
) -> None:
    """Refuse a release that must not become stable.

    Args:
        releases: Folder of the releases.
        release: Release to promote.
        waivers: Last day of every waiver that is declared now, by identifier.
        today: Day of the promotion; the present by default (UTC).

    Raises:
        PromotionRefusedError: With every reason.
    """
    known = releases_on_disk.releases_in(releases)
    history = [r for r in known if releases_on_disk.order(r) < releases_on_disk.order(release)]
    reasons = obstacles(release, waivers, today or datetime.now(UTC).date(), history)
    if reasons:
        raise PromotionRefusedError(release.version, reasons)


def promote(
    releases: Path,
    release: Release,
    *,
    who: str,
    why: str,
    waivers: Mapping[str, date],
    now: datetime | None = None,
) -> Promotion:
    """Make a release the stable one and remember it; an older one is a rollback.

    Raises:
        PromotionRefusedError: Its files are damaged, a source was stale, or a waiver that it
            stands on has expired or was withdrawn.
        DamagedReleaseError: The pointer or the record of promotions cannot be read.
        PublisherBusyError: Somebody else is publishing.
        ReleaseNotWrittenError: The folder cannot be written; stable is as it was.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    with publisher_lock(
        releases,
        f"promoting {release.version} to {STABLE}",
        f"Release {release.version} was not promoted",
    ):
        refuse_obstacles(releases, release, waivers, moment.date())
        before = releases_on_disk.pointer(releases, STABLE)
        by_version = {r.version: r for r in releases_on_disk.releases_in(releases)}
        older = (
            before is not None
            and before.version in by_version
            and (
                releases_on_disk.order(release) < releases_on_disk.order(by_version[before.version])
            )
        )
        entry = Promotion(
            release.version,
            before.version if before else None,
            who,
            why,
            moment.isoformat(timespec="seconds"),
            older,
        )
        # The record comes first: a pointer that moved is then never without one.
        log = [*promotions(releases), entry]
        durable.make_folder(releases / "channels", is_open=True)
        durable.replace_text(
            releases / "channels" / LOG,
            "".join(json.dumps(asdict(e), ensure_ascii=False) + "\n" for e in log),
            is_open=True,
        )
        releases_on_disk.point(releases, STABLE, releases_on_disk.pointer_to(release))
    return entry
