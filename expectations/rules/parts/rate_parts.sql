-- Grain: measure × count that enters it, with its side of the fraction.
-- Inputs: none. The fractions are stated here once more, apart from the code that computes rates.
SELECT *
FROM (
    VALUES
    ('infant_mortality', 'infant_deaths', 'numerator'),
    ('infant_mortality', 'live_births', 'denominator'),
    ('neonatal_mortality', 'neonatal_deaths', 'numerator'),
    ('neonatal_mortality', 'live_births', 'denominator'),
    ('early_neonatal_mortality', 'early_neonatal_deaths', 'numerator'),
    ('early_neonatal_mortality', 'live_births', 'denominator'),
    ('late_neonatal_mortality', 'late_neonatal_deaths', 'numerator'),
    ('late_neonatal_mortality', 'live_births', 'denominator'),
    ('postneonatal_mortality', 'postneonatal_deaths', 'numerator'),
    ('postneonatal_mortality', 'live_births', 'denominator'),
    ('perinatal_mortality', 'perinatal_deaths', 'numerator'),
    ('perinatal_mortality', 'live_births', 'denominator'),
    ('perinatal_mortality', 'stillbirths', 'denominator'),
    ('stillbirth', 'stillbirths', 'numerator'),
    ('stillbirth', 'live_births', 'denominator'),
    ('stillbirth', 'stillbirths', 'denominator'),
    ('maternal_mortality', 'maternal_deaths', 'numerator'),
    ('maternal_mortality', 'live_births', 'denominator'),
    ('live_births_per_population', 'live_births', 'numerator'),
    ('live_births_per_population', 'population', 'denominator')
) AS part (measure, count_measure, side)
