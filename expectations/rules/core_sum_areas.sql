-- rule: CORE-SUM-AREAS
-- tables: core.observations
-- check: contract
-- severity: critical
-- category: conservation
-- message: Counts of areas add up to the area that contains them: local authorities to county,
--   region and country, states to the nation; known parts are never more than the whole.
-- remedy: Compare the members with the extract: a row is missing, was read twice, or sits under the
--   wrong area.
-- keys: source_family, area_code, geography_vintage, period_type, period_start, period_end,
--   measure, stratum_type, stratum
-- grain: series × boundary set × area whose members are all there, or whose known members exceed it
-- inputs: core.areas
-- Withheld members are bounded, not skipped: known sum <= total <= known sum + 9 x withheld in the
-- United States (parts/withheld_bounds). A member that is absent, or withheld without a bound,
-- leaves the first half.
SELECT
    * EXCLUDE (
        lowest_value, highest_value, total, most, members, members_withheld, members_unknown,
        parts_not_covered, tolerance
    ),
    CASE
        WHEN members_withheld = 0 THEN format('{} members add up to {:.10g}', members, total)
        ELSE format(
            '{} members add up to {:.10g} to {:.10g}, {} of them withheld', members, total, most,
            members_withheld
        )
    END AS observed,
    CASE
        WHEN lowest_value = highest_value
            THEN format('{:.10g} (within {:.4g})', highest_value, tolerance)
        ELSE format('at most {:.10g}, withheld (within {:.4g})', highest_value, tolerance)
    END AS expected,
    total > highest_value + tolerance
    OR (
        members_unknown = 0 AND parts_not_covered = 0 AND most < lowest_value - tolerance
    ) AS offends
FROM ({area_sums}) AS a
WHERE highest_value IS NOT NULL
