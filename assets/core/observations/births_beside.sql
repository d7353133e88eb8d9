-- Grain: one row per count of births of a public series that stands beside restricted deaths.
-- Inputs: harmonised, restricted_lookup (public series, series of its restricted extracts).
-- Births are asked for apart from deaths, and are public: a restricted extract of deaths alone is
-- divided by them where no restricted extract states its own.
SELECT b.* REPLACE (r.restricted AS source_family)
FROM harmonised AS b
JOIN restricted_lookup AS r ON b.source_family = r.source_family
SEMI JOIN harmonised AS d
    ON r.restricted = d.source_family
    AND b.area_code = d.area_code
    AND b.geography_vintage = d.geography_vintage
    AND b.period_type = d.period_type
    AND b.period_start = d.period_start
    AND b.period_end = d.period_end
    AND b.stratum_type = d.stratum_type
    AND b.stratum = d.stratum
    AND d.kind = 'count'
ANTI JOIN harmonised AS own
    ON r.restricted = own.source_family
    AND b.area_code = own.area_code
    AND b.geography_vintage = own.geography_vintage
    AND b.period_type = own.period_type
    AND b.period_start = own.period_start
    AND b.period_end = own.period_end
    AND b.stratum_type = own.stratum_type
    AND b.stratum = own.stratum
    AND own.measure = 'live_births'
WHERE b.kind = 'count' AND b.measure = 'live_births'
