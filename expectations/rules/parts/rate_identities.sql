-- Grain: identity × rate × side of the fraction: what is added up with this sign comes to nothing.
-- Inputs: none. Stated by what the rates mean (World Health Organization, ICD-10 volume 2, section
-- 5.7: neonatal deaths are those of days 0 to 27, early of days 0 to 6, late of days 7 to 27;
-- perinatal: stillbirths and early neonatal deaths), whatever counts they are made of.
SELECT stated.identity, term[1] AS measure, term[2] AS side, term[3] AS sign
FROM (
    VALUES
    ('infant deaths are neonatal and postneonatal', [
        ('infant_mortality', 'numerator', 1),
        ('neonatal_mortality', 'numerator', -1),
        ('postneonatal_mortality', 'numerator', -1)
    ]),
    ('neonatal deaths are early and late', [
        ('neonatal_mortality', 'numerator', 1),
        ('early_neonatal_mortality', 'numerator', -1),
        ('late_neonatal_mortality', 'numerator', -1)
    ]),
    ('perinatal deaths are stillbirths and early neonatal', [
        ('perinatal_mortality', 'numerator', 1),
        ('stillbirth', 'numerator', -1),
        ('early_neonatal_mortality', 'numerator', -1)
    ]),
    ('infant and neonatal mortality are per live births', [
        ('infant_mortality', 'denominator', 1),
        ('neonatal_mortality', 'denominator', -1)
    ]),
    ('infant and early neonatal mortality are per live births', [
        ('infant_mortality', 'denominator', 1),
        ('early_neonatal_mortality', 'denominator', -1)
    ]),
    ('infant and late neonatal mortality are per live births', [
        ('infant_mortality', 'denominator', 1),
        ('late_neonatal_mortality', 'denominator', -1)
    ]),
    ('infant and postneonatal mortality are per live births', [
        ('infant_mortality', 'denominator', 1),
        ('postneonatal_mortality', 'denominator', -1)
    ]),
    ('infant and maternal mortality are per live births', [
        ('infant_mortality', 'denominator', 1),
        ('maternal_mortality', 'denominator', -1)
    ]),
    ('births per population are the births of infant mortality', [
        ('infant_mortality', 'denominator', 1),
        ('live_births_per_population', 'numerator', -1)
    ]),
    ('stillbirth is per live births and stillbirths', [
        ('stillbirth', 'denominator', 1),
        ('stillbirth', 'numerator', -1),
        ('infant_mortality', 'denominator', -1)
    ]),
    ('perinatal mortality and stillbirth are per the same births', [
        ('perinatal_mortality', 'denominator', 1),
        ('stillbirth', 'denominator', -1)
    ])
) AS stated (identity, terms)
CROSS JOIN unnest(stated.terms) AS t (term)
