-- Grain: identity × rate × side of the fraction: what is added up with this sign comes to nothing.
-- Inputs: none. Stated by what the rates mean (World Health Organization, ICD-10 volume 2, section 5.7: neonatal deaths
-- are those of days 0 to 27, early of days 0 to 6, late of days 7 to 27; perinatal: stillbirths and early neonatal
-- deaths), whatever counts they are made of.
SELECT *
FROM (
    VALUES
    ('infant deaths are neonatal and postneonatal', 'infant_mortality', 'numerator', 1),
    ('infant deaths are neonatal and postneonatal', 'neonatal_mortality', 'numerator', -1),
    ('infant deaths are neonatal and postneonatal', 'postneonatal_mortality', 'numerator', -1),
    ('neonatal deaths are early and late', 'neonatal_mortality', 'numerator', 1),
    ('neonatal deaths are early and late', 'early_neonatal_mortality', 'numerator', -1),
    ('neonatal deaths are early and late', 'late_neonatal_mortality', 'numerator', -1),
    ('perinatal deaths are stillbirths and early neonatal', 'perinatal_mortality', 'numerator', 1),
    ('perinatal deaths are stillbirths and early neonatal', 'stillbirth', 'numerator', -1),
    ('perinatal deaths are stillbirths and early neonatal', 'early_neonatal_mortality', 'numerator', -1),
    ('infant and neonatal mortality are per live births', 'infant_mortality', 'denominator', 1),
    ('infant and neonatal mortality are per live births', 'neonatal_mortality', 'denominator', -1),
    ('infant and early neonatal mortality are per live births', 'infant_mortality', 'denominator', 1),
    ('infant and early neonatal mortality are per live births', 'early_neonatal_mortality', 'denominator', -1),
    ('infant and late neonatal mortality are per live births', 'infant_mortality', 'denominator', 1),
    ('infant and late neonatal mortality are per live births', 'late_neonatal_mortality', 'denominator', -1),
    ('infant and postneonatal mortality are per live births', 'infant_mortality', 'denominator', 1),
    ('infant and postneonatal mortality are per live births', 'postneonatal_mortality', 'denominator', -1),
    ('infant and maternal mortality are per live births', 'infant_mortality', 'denominator', 1),
    ('infant and maternal mortality are per live births', 'maternal_mortality', 'denominator', -1),
    ('births per population are the births of infant mortality', 'infant_mortality', 'denominator', 1),
    ('births per population are the births of infant mortality', 'live_births_per_population', 'numerator', -1),
    ('stillbirth is per live births and stillbirths', 'stillbirth', 'denominator', 1),
    ('stillbirth is per live births and stillbirths', 'stillbirth', 'numerator', -1),
    ('stillbirth is per live births and stillbirths', 'infant_mortality', 'denominator', -1),
    ('perinatal mortality and stillbirth are per the same births', 'perinatal_mortality', 'denominator', 1),
    ('perinatal mortality and stillbirth are per the same births', 'stillbirth', 'denominator', -1)
) AS term (identity, measure, side, sign)
