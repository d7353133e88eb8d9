-- Grain: none; the Wilson score limits of x of n as macros, as fractions, at z standard deviations.
-- Inputs: none.
-- Wilson 1927 without correction for continuity; Altman and others, Statistics with Confidence
-- (2000), 46-47. x need not be whole. None of n, and all of n, end exactly at 0 and at 1.
CREATE OR REPLACE TEMP MACRO wilson_lower(x, n, z) AS
    CASE
        WHEN x = 0 THEN 0.0
        ELSE (2 * x + z * z - z * sqrt(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))
    END;

CREATE OR REPLACE TEMP MACRO wilson_upper(x, n, z) AS
    CASE
        WHEN x = n THEN 1.0
        ELSE (2 * x + z * z + z * sqrt(z * z + 4 * x * (1 - x / n))) / (2 * (n + z * z))
    END;
