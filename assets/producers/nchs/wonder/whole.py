"""Accept exports without footer only if they prove to count everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset, ParsedExtract
from assets.archive.errors import ExtractAdvice, ExtractError
from assets.archive.intake import Judge
from assets.archive.staging import stage
from assets.archive.waiting import BESIDE, LACKS
from assets.archive.withdrawal import in_use
from assets.producers.nchs.catalogue import DATASETS
from assets.producers.nchs.tables import NCHS_WONDER
from assets.producers.nchs.wonder.footerless import is_footerless
from assets.producers.nchs.wonder.held import Held, held_in
from assets.producers.nchs.wonder.layout import FETAL, LINKED, MORTALITY, NATALITY
from assets.producers.nchs.wonder.proof import EVIDENCE, prove_whole
from assets.state.home import Home

RULE = "WONDER-PART"
_BIRTHS = "births by state and year for --dataset nchs_wonder_natality"
_PROVES = {
    LINKED: _BIRTHS,
    NATALITY: _BIRTHS,
    MORTALITY: "linked deaths by state and year for --dataset nchs_wonder_linked, or deaths of the "
    "age group '< 1 year' by year for --dataset nchs_wonder_mortality",
    FETAL: "fetal deaths by year for --dataset nchs_wonder_fetal",
}
"""Export with footer whose figures would prove one without, by kind of database."""


def judge_whole(home: Home) -> Judge:
    """Return the judge that compares exports without footer with what an archive holds.

    Args:
        home: Where the archive lives.
    """

    def judge(dataset: Dataset, parsed: ParsedExtract, file_name: str) -> list[ExtractError]:
        """Refuse an export that may not count everybody; otherwise note the evidence."""
        if dataset.staging is not NCHS_WONDER or not is_footerless(parsed) or parsed.frame.empty:
            return []
        proof = prove_whole(parsed, _held(home))
        expected = (
            "figures that agree with counts of everybody in the archive, of the same area and "
            "year or of the nation"
        )
        take_in = (
            "take in an export with footer of the same areas and years, such as "
            f"{_PROVES[str(parsed.frame['database_kind'].iloc[0])]}"
        )
        again = f" If it does count everybody, {take_in}. This file is then tried again by itself."
        if proof.holds:
            return [
                ExtractAdvice(
                    RULE,
                    proof.evidence,
                    expected,
                    "The evidence is kept with the extract. An export with its footer needs none.",
                    file_name,
                    details={"note": proof.evidence},
                )
            ]
        return [
            ExtractError(
                RULE,
                f"no footer, which says to whom the query was restricted, and {proof.problem}",
                expected,
                "It is set aside and stands for no total: without the footer the births of one "
                "race or one sex look like those of all. Export the table again from CDC WONDER "
                f"with its footer.{'' if proof.final else again}",
                file_name,
                details={
                    "problem": proof.problem,
                    BESIDE: not proof.final,
                    LACKS: proof.lacks,
                    "remedy": f"{take_in[0].upper()}{take_in[1:]}.",
                },
            )
        ]

    return judge


def unproven(home: Home, out: Collection[str] = ()) -> dict[str, str]:
    """Return accepted exports without footer whose evidence is gone, and what is missing.

    What proved one may have been taken out of use since. That others contradict it is for the
    rules to say: it may be these that are wrong.

    Args:
        home: Where the archive lives.
        out: Vintages to look at beside those in use.
    """
    vintages = [
        (dataset, vintage)
        for dataset in DATASETS
        if dataset.staging is NCHS_WONDER
        for vintage in vintage_folders.vintages(home, dataset)
        if EVIDENCE in vintage.origin.note
        and (vintage.vintage_id in out or vintage in in_use(home, dataset))
    ]
    if not vintages:
        return {}
    held = _held(home)
    found = {}
    for dataset, vintage in vintages:
        try:
            proof = prove_whole(ParsedExtract(pd.read_parquet(stage(home, dataset, vintage))), held)
        except ExtractError:
            continue  # its own staging names it
        if proof.lacks:
            found[vintage.vintage_id] = proof.lacks
    return found


def _held(home: Home) -> Held:
    return held_in(_staged(home))


def _staged(home: Home) -> Iterator[pd.DataFrame]:
    for dataset in DATASETS:
        if dataset.staging is not NCHS_WONDER:
            continue
        for vintage in in_use(home, dataset):
            try:
                yield pd.read_parquet(stage(home, dataset, vintage))
            except ExtractError:
                continue  # an extract that can no longer be read is named by its own staging
