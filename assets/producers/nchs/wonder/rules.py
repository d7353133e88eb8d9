"""Intake rules of CDC WONDER exports: keys, signs, labels, coverage.

Every rule returns the offending staging rows with a ``problem`` column in plain words. What is
absent from the file (a state, a year) is returned as a row that carries only its labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice, product

import pandas as pd

from assets.archive.dataset import IntakeRule, ParsedExtract
from assets.archive.rules.building_blocks import joined
from assets.producers.nchs.problem_rows import beside, marked
from assets.producers.nchs.staging_frame import staging_frame
from assets.producers.nchs.states import FIPS_BY_NAME, NAME_BY_FIPS, POSTAL_BY_FIPS, STATES
from assets.producers.nchs.tables import NCHS_WONDER
from assets.producers.nchs.wonder.footer import ALL_VALUES, split_list
from assets.producers.nchs.wonder.footerless import (
    is_footerless,
    not_shown_to_be_whole,
    unknown_query,
)
from assets.producers.nchs.wonder.outnumbered import outnumbered
from assets.producers.nchs.wonder.query import (
    grouped_by,
    parameters_of,
    unstored_restrictions,
    years_asked_for,
)
from assets.producers.nchs.wonder.totals import wrong_rates, wrong_totals
from assets.producers.nchs.wonder.unknown import restored_codes, unknown_columns, unknown_labels
from assets.producers.nchs.wonder.vocabulary import (
    AREAS,
    OTHER,
    codes_of,
    dimension_of,
    is_declared,
    plain,
)

_CODE_IN_PARENTHESES = re.compile(r" \(([0-9]+)\)$")
_POSTAL_SUFFIX = re.compile(r", ([A-Z]{2})$")
_MOST_REPORTED = 1000
_RELIABLE_FROM = 20
_RATES_WITH_MARK = ("Death Rate", "Crude Rate")
AGAIN = "Export the table again from CDC WONDER and leave the file as it is."


def repeated_keys(parsed: ParsedExtract) -> pd.DataFrame:
    """Return rows, totals included, whose labels occur more than once."""
    key = ["row_type", *(f"{name}_code" for name in grouped_by(parsed)), "source_column"]
    repeated = parsed.frame.duplicated(key, keep=False)
    return marked(parsed.frame, repeated, "the same labels occur in another row")


def negative_values(parsed: ParsedExtract) -> pd.DataFrame:
    """Return cells below zero."""
    return marked(parsed.frame, parsed.frame["value"] < 0, "a value below zero")


def more_deaths_than_births(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the Deaths cells of rows that have more deaths than births, unless a rate says so."""
    frame = parsed.frame
    too_many = outnumbered(frame, printed_so=False)
    births = beside(frame, too_many, "Births")
    return marked(frame, too_many, [f"births in the same row: {b:.0f}" for b in births])


def absent_states(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the states that a year lacks, where the export must have every state.

    Expected are the states that the query names, otherwise all fifty and the District of
    Columbia. An export of small groups whose suppressed rows are hidden may lack a state, and what
    a query without footer named is not known.
    """
    grouped = grouped_by(parsed)
    if is_footerless(parsed):
        return _absent([])
    hidden = parsed.metadata.get("Show Suppressed") == "False"
    if "state" not in grouped or (hidden and not set(grouped) <= {"state", "year"}):
        return _absent([])
    named = parsed.metadata.get("States", "")
    expected = named.split("; ") if named else [name for _, _, name in STATES]
    is_data = parsed.frame["row_type"] == "data"
    years = parsed.frame["year_code"][is_data].fillna("")
    found: dict[str, set[str]] = {}
    for year, state in zip(years, parsed.frame["state"][is_data], strict=True):
        found.setdefault(year, set()).add(state)
    return _absent(
        {
            "state": state,
            "state_code": FIPS_BY_NAME.get(state),
            "year": year or None,
            "year_code": year or None,
        }
        for year in sorted(found)
        for state in expected
        if state not in found[year]
    )


def absent_years(parsed: ParsedExtract) -> pd.DataFrame:
    """Return the years that the query names and no row has."""
    asked = years_asked_for(parameters_of(parsed.metadata))
    if asked is None or "year" not in grouped_by(parsed):
        return _absent([])
    found = set(parsed.frame["year_code"].dropna().unique())
    return _absent({"year": year, "year_code": year[:4]} for year in asked if year[:4] not in found)


def absent_combinations(parsed: ParsedExtract) -> pd.DataFrame:
    """Return combinations of labels without a row, where zero and suppressed rows are shown.

    Counties are left out of the rule: which of them are identified changes over the years.
    """
    grouped = grouped_by(parsed)
    shown = all(
        parsed.metadata.get(key) == "True" for key in ("Show Zero Values", "Show Suppressed")
    )
    if not shown or "county" in grouped or "cause" in grouped:
        return _absent([])
    codes = [f"{name}_code" for name in grouped]
    is_data = parsed.frame["row_type"] == "data"
    columns = [parsed.frame[code][is_data] for code in codes]
    found = set(zip(*columns, strict=True))
    possible = product(*(sorted(column.unique()) for column in columns))
    absent = (
        dict(zip(codes, combination, strict=True))
        for combination in possible
        if combination not in found
    )
    return _absent(islice(absent, _MOST_REPORTED))


def unasked_labels(parsed: ParsedExtract) -> pd.DataFrame:
    """Return rows with a label that the query did not ask for.

    The code decides: the producer words one label in several ways.
    """
    found = []
    parameters = parameters_of(parsed.metadata)
    years = years_asked_for(parameters)
    if years is not None:
        found.append(_outside(parsed.frame, "year", {year[:4] for year in years}))
    for header in split_list(parsed.metadata.get("Group By", "")):
        value, name = parameters.get(header, ""), dimension_of(header)
        listed = ";" in value or "," not in value  # commas also occur inside labels
        if not value or name in (None, "year", "month") or not listed:
            continue
        if not ALL_VALUES.fullmatch(value):
            found.append(_outside(parsed.frame, str(name), set(split_list(value))))
    return joined(found)


def _outside(frame: pd.DataFrame, name: str, asked: set[str]) -> pd.DataFrame:
    labels = {plain(_CODE_IN_PARENTHESES.sub("", part)) for part in asked}
    codes = {match[1] for part in asked if (match := _CODE_IN_PARENTHESES.search(part))}
    codes |= {code for label in labels for code in codes_of(name, label)}
    pairs = frame[[name, f"{name}_code"]].dropna().drop_duplicates()
    unasked = {
        (label, code)
        for label, code in pairs.itertuples(index=False)
        if plain(code if name == "year" else label) not in labels and code not in codes
    }
    outside = pd.Series(
        [pair in unasked for pair in zip(frame[name], frame[f"{name}_code"], strict=True)],
        index=frame.index,
        dtype=bool,
    )
    return marked(frame, outside, f"{name.replace('_', ' ')} not among those asked for")


def contradictory_areas(parsed: ParsedExtract) -> pd.DataFrame:
    """Return rows whose state or county name does not belong to its code.

    A county's own name ends with the postal code of its state. A state that is neither among the
    fifty and the District of Columbia nor bears one of their names or codes is an unknown label.
    """
    frame = parsed.frame
    found = []
    if (has_state := frame["state_code"].notna()).any():
        codes = frame["state_code"].dropna().unique()
        name_of = {code: NAME_BY_FIPS.get(code, "no state") for code in codes}
        expected = frame["state_code"].map(name_of)
        concerned = (expected != "no state") | frame["state"].isin(list(FIPS_BY_NAME))
        wrong = has_state & concerned & (expected != frame["state"])
        found.append(marked(frame, wrong, [f"the code is of {n}" for n in expected[wrong]]))
    if (has_county := frame["county_code"].notna()).any():
        postal = frame["county_code"].str[:2].map(POSTAL_BY_FIPS).fillna("no state")
        printed = frame["county"].str.extract(_POSTAL_SUFFIX)[0]
        wrong = has_county & printed.notna() & (printed != postal)
        problems = [f"the code is of a county in {p}" for p in postal[wrong]]
        found.append(marked(frame, wrong, problems))
        apart = has_county & has_state & (frame["county_code"].str[:2] != frame["state_code"])
        found.append(marked(frame, apart, "the county's code is of another state"))
    return joined(found)


def ambiguous_codes(parsed: ParsedExtract) -> pd.DataFrame:
    """Return rows whose code has two labels in the file, or whose label has two codes.

    The producer itself prints one label for several causes of death, and for several codes of
    unknown values: what it is known to print is no contradiction, and the code is the key.
    """
    found = []
    for name in grouped_by(parsed):
        if name in ("year", "month", OTHER):
            continue
        code = f"{name}_code"
        pairs = parsed.frame[[name, code]].dropna().drop_duplicates()
        declared = [is_declared(name, c, t) for t, c in pairs.itertuples(index=False)]
        several_labels = pairs.duplicated(code, keep=False)
        several_codes = pairs.duplicated(name, keep=False) & (name != "cause")
        unclear = pairs[(several_labels | several_codes) & ~pd.Series(declared, index=pairs.index)]
        if name in AREAS:
            unclear = pairs[several_labels | several_codes]
        if not unclear.empty:
            rows = parsed.frame.merge(unclear, on=[name, code])
            problem = f"{name.replace('_', ' ')} and its code are not one to one"
            found.append(rows.assign(problem=problem))
    return joined(found)


def wrong_reliability_marks(parsed: ParsedExtract) -> pd.DataFrame:
    """Return printed rates marked unreliable from twenty deaths on, or unmarked below."""
    frame = parsed.frame
    is_rate = frame["source_column"].isin(_RATES_WITH_MARK)
    if not is_rate.any():
        return frame.iloc[:0]
    count = beside(frame, is_rate, "Deaths")
    has_mark = frame["raw_text"][is_rate].str.contains("Unreliable", na=False)
    printed = frame["value"][is_rate].notna() | has_mark
    expected = (count < _RELIABLE_FROM) & (count > 0)
    wrong = printed & count.notna() & (count > 0) & (has_mark != expected)
    if not wrong.any():
        return frame.iloc[:0]
    found = frame[is_rate][wrong]
    return found.assign(problem=[f"deaths in the same row: {c:.0f}" for c in count[found.index]])


def _absent(labels: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    rows = staging_frame(NCHS_WONDER, list(labels))
    return rows if rows.empty else rows.assign(problem="absent from the file")


RULES: tuple[IntakeRule, ...] = (
    IntakeRule(
        "INTAKE-WONDER-KEYS",
        "every combination of labels occurs in one row only",
        f"A row was pasted in twice. {AGAIN}",
        repeated_keys,
    ),
    IntakeRule("INTAKE-WONDER-SIGN", "no value is below zero", AGAIN, negative_values),
    IntakeRule(
        "INTAKE-WONDER-DEATHS",
        "a row has no more deaths than births, unless its printed rate says so, too",
        f"Columns were swapped or a digit was lost. {AGAIN}",
        more_deaths_than_births,
    ),
    IntakeRule(
        "INTAKE-WONDER-STATES",
        "every year has every state that the query asks for (all 51 where it names none)",
        "Export all states together, or let the query name the states that are wanted.",
        absent_states,
    ),
    IntakeRule(
        "INTAKE-WONDER-YEARS",
        "every year that the query names has rows",
        AGAIN,
        absent_years,
    ),
    IntakeRule(
        "INTAKE-WONDER-GRID",
        "every combination of the labels has a row where the footer says that zero and "
        "suppressed rows are shown",
        f"Rows are missing. {AGAIN}",
        absent_combinations,
    ),
    IntakeRule(
        "INTAKE-WONDER-WHOLE",
        "an export without its footer has a Total row, or a row for every combination of two or "
        "more groupings: nothing else shows that the download was not cut off",
        AGAIN,
        not_shown_to_be_whole,
    ),
    IntakeRule(
        "INTAKE-WONDER-ASKED",
        "every label is among those that the query lists",
        f"A row is not of this query. {AGAIN}",
        unasked_labels,
    ),
    IntakeRule(
        "INTAKE-WONDER-AREAS",
        "names of states and counties belong to their FIPS codes",
        f"Which of the two is right cannot be told from the file. {AGAIN}",
        contradictory_areas,
    ),
    IntakeRule(
        "INTAKE-WONDER-CODES",
        "a code has one label, and a label one code where the producer is not known to print more",
        f"Which of the two is right cannot be told from the file. {AGAIN}",
        ambiguous_codes,
    ),
    IntakeRule(
        "INTAKE-WONDER-TOTALS",
        "a Total row equals the sum of its rows; it may exceed it where suppressed rows are left "
        "out, and weighted deaths may differ by at most 10",
        f"Rows are missing or changed. {AGAIN}",
        wrong_totals,
    ),
    IntakeRule(
        "INTAKE-WONDER-RATES",
        "a printed rate is the quotient of the counts in its row, to the decimals printed",
        f"A count or a rate was changed. {AGAIN}",
        wrong_rates,
    ),
    IntakeRule(
        "INTAKE-WONDER-QUERY",
        "the query restricts nothing that the rows do not show, and deaths from the mortality "
        "files are those of infants",
        "Export again grouped by the restricted characteristic, or without the restriction; in "
        "the mortality files choose the age group '< 1 year'.",
        unstored_restrictions,
    ),
    IntakeRule(
        "INTAKE-WONDER-FOOTER",
        "the footer says of which edition the figures are, when they were asked for and to whom "
        "they were restricted",
        "Make sure that it counts everybody: without the footer a query for one race or one age "
        f"looks the same. {AGAIN}",
        unknown_query,
        required=False,
    ),
    IntakeRule(
        "INTAKE-WONDER-LABELS",
        "every label is listed, with its code in assets/producers/nchs/wonder/labels.csv, or of an "
        "item of a certificate in assets/producers/nchs/groups_by_label.csv",
        "The rows are kept under the code and the label that are printed. If the producer added or "
        "reworded a label, add it to the list with its source.",
        unknown_labels,
        required=False,
    ),
    IntakeRule(
        "INTAKE-WONDER-COLUMNS",
        "every grouping and every measured column is known",
        "The rows are kept under the producer's own words, and no count is made of what is not "
        "known. To have a grouping used, give it a line in "
        "assets/producers/nchs/wonder/stratum_types.csv.",
        unknown_columns,
        required=False,
    ),
    IntakeRule(
        "INTAKE-WONDER-RESTORED",
        "headers and codes have the blanks, leading zeros and hyphens that the producer prints",
        "Headers were restored by the footer, codes by the labels beside them, which leave one "
        "possibility each. An export that no other program has saved needs no such repair.",
        restored_codes,
        required=False,
    ),
    IntakeRule(
        "INTAKE-WONDER-RELIABILITY",
        "a rate is marked unreliable where, and only where, it stands on fewer than 20 deaths",
        "Look at the rows; the producer may have changed its rule.",
        wrong_reliability_marks,
        required=False,
    ),
)
