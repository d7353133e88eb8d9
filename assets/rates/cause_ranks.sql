-- Grain: one row per series of a cause of death × window with deaths: its rank among the causes of
-- the same area, group and window.
-- Inputs: rate_values, rate_series, method_ranked_causes.
CREATE OR REPLACE TEMP TABLE rate_cause_ranks AS
SELECT
    v.series_id, v.window_type, v.last_month, v.months,
    rank() OVER (
        PARTITION BY
            s.source_family, s.measure, s.area_code, s.geography_vintage, s.stratum_type,
            v.window_type, v.last_month, v.months
        ORDER BY v.numerator DESC
    ) AS cause_rank
FROM rate_values AS v
JOIN rate_series AS s USING (series_id)
JOIN method_ranked_causes AS q USING (stratum_type, stratum)
WHERE v.numerator > 0;
