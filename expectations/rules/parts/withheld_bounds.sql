-- Grain: series × count of which the producer withholds small cells, with the largest count that
-- one can hide.
-- Inputs: none. CDC WONDER withholds 1 to 9 events (0 to 9 in exports of before zeros were shown),
-- and hides no others to protect them. Births of the linked records are hidden with the deaths of
-- their row and can be of any size, deaths of an age are a sum of several cells, the ONS and health
-- departments hide further cells on purpose: these have no bound.
SELECT *
FROM (
    VALUES
    ('nchs_linked', 'infant_deaths', 9),
    ('nchs_mortality', 'infant_deaths', 9),
    ('nchs_mortality', 'live_births', 9)
) AS bound (source_family, measure, highest)
