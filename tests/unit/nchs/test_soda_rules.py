"""Intake rules of data.cdc.gov extracts: each passes on a good one and names what breaks it."""

from __future__ import annotations

import pytest

from assets.producers.nchs.soda.layouts import BIRTHS_1909, VSRR_COUNTS
from assets.producers.nchs.soda.read import parser_of
from assets.producers.nchs.soda.rules import SERIES_RULES, VSRR_RULES, period_number
from assets.producers.nchs.states import VSRR_AREAS
from tests.unit.nchs.exports import RECORD


def window(births=1000, months=(("2020", "November"), ("2020", "December"), ("2021", "January"))):
    """A small edition that every rule accepts: 52 areas of equal size and their nation."""
    records = []
    for year, month in months:
        where = {"year": year, "month": month, "period": "Monthly"}
        for area in sorted(VSRR_AREAS):
            value = births * 51 if area == "UNITED STATES" else births
            records.append(
                {"state": area, **where, "indicator": "Number of Live Births", "data_value": value}
            )
        records.append(
            {
                "state": "UNITED STATES",
                **where,
                "indicator": "Number of Infant Deaths",
                "data_value": 300,
            }
        )
    return [{**record, "data_value": str(record["data_value"])} for record in records]


def broken(extract, records):
    parsed = parser_of(VSRR_COUNTS)(extract(records))
    found = {rule.rule_id: rule.offending(parsed) for rule in VSRR_RULES}
    return {rule_id: rows for rule_id, rows in found.items() if len(rows)}


def test_a_good_edition_breaks_no_rule(extract):
    assert broken(extract, window()) == {}


def test_a_page_downloaded_twice(extract):
    assert len(broken(extract, [*window(), window()[7]])["INTAKE-VSRR-KEYS"]) == 2


def test_an_absent_area_and_an_absent_month_are_named(extract):
    records = [r for r in window() if not (r["state"] == "MAINE" and r["month"] == "December")]
    found = broken(extract, records)
    assert found["INTAKE-VSRR-AREAS"][["state", "year", "month"]].values.tolist() == [
        ["MAINE", "2020", "December"]
    ]
    assert found["INTAKE-VSRR-MONTHS"]["state"].tolist() == ["MAINE"]


def test_state_deaths_are_expected_only_where_the_edition_has_them(extract):
    death = {**RECORD, "state": "UNITED STATES", "indicator": "Number of Deaths"}
    death |= {"data_value": "264000"}
    months = (("2020", "November"), ("2020", "December"), ("2021", "January"))
    national = [{**death, "year": y, "month": m} for y, m in months]
    assert broken(extract, window() + national) == {}
    one_state = [*national, {**national[0], "state": "MAINE", "data_value": "1200"}]
    assert "INTAKE-VSRR-AREAS" in broken(extract, window() + one_state)


def test_a_month_absent_for_all_areas(extract):
    records = [r for r in window() if r["month"] != "December"]
    absent = broken(extract, records)["INTAKE-VSRR-MONTHS"]
    assert set(absent["month"]) == {"December"}
    assert len(absent) == 54


@pytest.mark.parametrize(("shift", "passes"), [(500, True), (501, False)])
def test_the_nation_is_the_rounded_sum_of_51_states_without_puerto_rico(extract, shift, passes):
    records = window()
    for record in records:
        if record["state"] == "MAINE" and record["month"] == "December":
            record["data_value"] = str(1000 + shift)
        if record["state"] == "PUERTO RICO":
            record["data_value"] = "77777"
    found = broken(extract, records)
    assert ("INTAKE-VSRR-NATION" not in found) is passes
    if not passes:
        assert found["INTAKE-VSRR-NATION"]["month"].tolist() == ["December"]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "NEW YORK CITY"},
        {"month": "Dec"},
        {"period": "Quarterly"},
        {"indicator": "Number of Fetal Deaths"},
    ],
)
def test_an_unknown_word_is_vocabulary_drift(extract, change):
    records = window()
    records[5] |= change
    assert len(broken(extract, records)["INTAKE-VSRR-WORDS"]) == 1


def test_signs_infants_and_rounding(extract):
    records = window()
    nation = [r for r in records if r["state"] == "UNITED STATES"]
    births = [r for r in nation if r["indicator"] == "Number of Live Births"]
    deaths = [r for r in nation if r["indicator"] == "Number of Infant Deaths"]
    deaths[0]["data_value"] = "60000"
    deaths[1]["data_value"] = "-300"
    births[2]["data_value"] = "51001"
    found = broken(extract, records)
    assert set(found) == {"INTAKE-VSRR-INFANTS", "INTAKE-SODA-SIGN", "INTAKE-VSRR-ROUNDING"}
    assert [rule.rule_id for rule in VSRR_RULES if not rule.required] == ["INTAKE-VSRR-ROUNDING"]


def test_a_wild_year_is_reported_in_bounded_time(extract):
    records = window()
    records[0]["year"] = "9999"
    assert len(broken(extract, records)["INTAKE-VSRR-MONTHS"]) == 1000


def births(year, number, rate="60.0"):
    return {
        "year": str(year),
        "birth_number": str(number),
        "general_fertility_rate": rate,
        "crude_birth_rate": "12.0",
    }


def series_broken(extract, records):
    parsed = parser_of(BIRTHS_1909)(extract(records))
    found = {rule.rule_id: len(rule.offending(parsed)) for rule in SERIES_RULES}
    return {rule_id: count for rule_id, count in found.items() if count}


GOOD_SERIES = [births(1995, 500), births(1996, 600), births(1997, 700)]


@pytest.mark.parametrize(
    ("records", "broken_rules"),
    [
        (GOOD_SERIES, {}),
        ([*GOOD_SERIES, births(1996, 600)], {"INTAKE-SERIES-KEYS": 6}),
        ([GOOD_SERIES[0], GOOD_SERIES[2]], {"INTAKE-SERIES-PERIODS": 3}),
        ([births(1995, -500)], {"INTAKE-SODA-SIGN": 1}),
        (
            [*GOOD_SERIES[:2], births(1997, 600, "")],
            {"INTAKE-SERIES-VALUES": 1, "INTAKE-SERIES-ENDS": 1},
        ),
        ([GOOD_SERIES[0], births(1996, 60), GOOD_SERIES[2]], {"INTAKE-SERIES-JUMPS": 1}),
        ([GOOD_SERIES[0], births(1996, 1600), GOOD_SERIES[2]], {"INTAKE-SERIES-JUMPS": 1}),
    ],
)
def test_series_rules(extract, records, broken_rules):
    assert series_broken(extract, records) == broken_rules


def test_a_lasting_change_of_level_is_not_a_jump(extract):
    records = [births(1995, 500), births(1996, 505), births(1997, 900), births(1998, 905)]
    assert series_broken(extract, records) == {}


def test_periods_are_numbered_without_jumps():
    assert period_number("2018 Q1") - period_number("2017 Q4") == 1
    assert period_number("2018") - period_number("2017") == 1
