"""Released tables about the release: areas, sources, quality, changes."""

from __future__ import annotations

from assets.schema.codes import CHANGE_CAUSES, CHANGE_KINDS, CHECKS, RULE_OUTCOMES, SEVERITIES
from assets.schema.model import Layer, Table, integer, text
from assets.schema.tables.core import AREA_COLUMNS, SOURCE_COLUMNS

AREAS = Table(
    name="areas",
    layer=Layer.PUBLISHED,
    grain="area and geography vintage",
    description="Areas that figures refer to, with predecessors.",
    key=("area_code", "geography_vintage"),
    columns=AREA_COLUMNS,
)

SOURCES = Table(
    name="sources",
    layer=Layer.PUBLISHED,
    grain="raw vintage that this release stands on",
    description="Extracts behind the release, with licence and citation.",
    key=("vintage_id",),
    columns=SOURCE_COLUMNS,
)

QUALITY = Table(
    name="quality",
    layer=Layer.PUBLISHED,
    grain="expectation evaluated for this release, or extract that was set aside",
    description="What was checked, on exactly which content, and what was found; an extract that "
    "is not in use because a rule fails with it has a row SET-ASIDE-… of published.sources.",
    key=("table_name", "rule_id"),
    identity=False,
    columns=(
        text("table_name", "Table that was checked", required=True),
        text("rule_id", "Rule", required=True),
        text(
            "check_name",
            "Blocking contract or advisory plausibility",
            required=True,
            allowed=CHECKS,
        ),
        text("category", "Kind of rule", required=True),
        text("severity", "How bad a failure is", required=True, allowed=SEVERITIES),
        text("outcome", "What was found", required=True, allowed=RULE_OUTCOMES),
        text("message", "The rule in plain English", required=True),
        text("observed", "What was seen", may_be_all_null=True),
        text("expected", "What should have been seen", may_be_all_null=True),
        integer(
            "failing_count",
            "Rows that break the rule; of a table with withheld counts only those listed",
            required=True,
            minimum=0,
        ),
        text(
            "failing_keys",
            "First of those rows (JSON); of series with withheld counts none before disclosure "
            "control",
            may_be_all_null=True,
        ),
        text("remedy", "What to do about a failure", required=True),
        text("waiver_id", "Waiver that covers the failure", may_be_all_null=True),
        text(
            "content_hash",
            "Hash of the content that was checked, where it has no withheld counts",
            required=True,
        ),
        text("evaluated_at", "When it was checked (UTC, ISO 8601)", required=True, volatile=True),
    ),
)

CHANGES = Table(
    name="changes",
    layer=Layer.PUBLISHED,
    grain="key that differs from the release before",
    description="Every difference from the previous release of the channel, with its cause.",
    key=("table_name", "row_key", "column_name"),
    may_be_empty=True,
    identity=False,
    columns=(
        text("table_name", "Table", required=True),
        text("row_key", "Key of the row (JSON)", required=True),
        text("column_name", "Column that differs; '*' for a whole row", required=True),
        text("change", "Kind of difference", required=True, allowed=CHANGE_KINDS),
        text("cause", "Cause of the difference", required=True, allowed=CHANGE_CAUSES),
        text(
            "cause_detail", "Vintage, correction or method version behind it", may_be_all_null=True
        ),
        text("old_value", "Value before; never a suppressed one", may_be_all_null=True),
        text("new_value", "Value now; never a suppressed one", may_be_all_null=True),
        text("previous_version", "Release compared with", may_be_all_null=True),
    ),
)
