-- Grain: identity × rate × side of the fraction: what is added up with this sign comes to nothing.
-- Inputs: none. Stated by what the rates mean (World Health Organization, ICD-10 volume 2, section
-- 5.7: neonatal deaths are those of days 0 to 27, early of days 0 to 6, late of days 7 to 27;
-- perinatal: stillbirths and early neonatal deaths; NCHS: definition I late fetal and early
-- neonatal deaths, definition II fetal and neonatal deaths), whatever counts they are made of.
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
    ]),
    ('perinatal deaths I are late fetal and early neonatal', [
        ('perinatal_mortality_i', 'numerator', 1),
        ('late_fetal_mortality', 'numerator', -1),
        ('early_neonatal_mortality', 'numerator', -1)
    ]),
    ('perinatal deaths II are fetal and neonatal', [
        ('perinatal_mortality_ii', 'numerator', 1),
        ('fetal_mortality', 'numerator', -1),
        ('neonatal_mortality', 'numerator', -1)
    ]),
    ('fetal mortality is per live births and fetal deaths', [
        ('fetal_mortality', 'denominator', 1),
        ('fetal_mortality', 'numerator', -1),
        ('infant_mortality', 'denominator', -1)
    ]),
    ('perinatal mortality II and fetal mortality are per the same births', [
        ('perinatal_mortality_ii', 'denominator', 1),
        ('fetal_mortality', 'denominator', -1)
    ]),
    ('perinatal mortality I and late fetal mortality are per the same births', [
        ('perinatal_mortality_i', 'denominator', 1),
        ('late_fetal_mortality', 'denominator', -1)
    ]),
    ('shares before 37 and before 32 weeks are of the same births', [
        ('preterm', 'denominator', 1),
        ('very_preterm', 'denominator', -1)
    ]),
    ('shares before 32 and before 28 weeks are of the same births', [
        ('very_preterm', 'denominator', 1),
        ('extremely_preterm', 'denominator', -1)
    ]),
    ('shares below 2,500 and below 1,500 grams are of the same births', [
        ('low_birth_weight', 'denominator', 1),
        ('very_low_birth_weight', 'denominator', -1)
    ]),
    ('no, and late or no, prenatal care are of the same births', [
        ('no_prenatal_care', 'denominator', 1),
        ('late_or_no_prenatal_care', 'denominator', -1)
    ])
) AS stated (identity, terms)
CROSS JOIN unnest(stated.terms) AS t (term)
