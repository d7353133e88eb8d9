-- Grain: none; the test of two rates of one series as macros, which every table that tests a change
-- uses. Suffix 0 is the earlier rate, 1 the later one; rate, deaths (d), births (b), whether births
-- vary in its limits (1; -1 for a share, whose births hold those with the trait; 0), and its 95 %
-- limits.
-- Inputs: none.
-- Source: NCHS, National Vital Statistics Reports, technical notes: a z-test where both rates stand
-- on 100 deaths or more, otherwise comparison of the limits.
CREATE OR REPLACE TEMP MACRO change_test(d0, d1) AS
    CASE WHEN least(d0, d1) >= 100 THEN 'z' ELSE 'ci_overlap' END;

CREATE OR REPLACE TEMP MACRO change_z(rate0, d0, b0, vary0, rate1, d1, b1, vary1) AS
    (rate1 - rate0) / nullif(sqrt(
        rate1 * rate1 * (1 / d1 + CAST(vary1 AS INTEGER) / b1)
        + rate0 * rate0 * (1 / d0 + CAST(vary0 AS INTEGER) / b0)
    ), 0);

CREATE OR REPLACE TEMP MACRO change_verdict(test, z, lower0, upper0, lower1, upper1) AS
    CASE
        WHEN test = 'none' THEN 'not_tested'
        WHEN test = 'z' AND z >= 1.96 THEN 'significant_rise'
        WHEN test = 'z' AND z <= -1.96 THEN 'significant_fall'
        WHEN test = 'ci_overlap' AND lower1 > upper0 THEN 'significant_rise'
        WHEN test = 'ci_overlap' AND upper1 < lower0 THEN 'significant_fall'
        ELSE 'no_significant_change'
    END;
