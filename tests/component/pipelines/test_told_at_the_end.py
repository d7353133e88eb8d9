"""What a run finds unused or lacking stands on its closing screen and in its report."""

from __future__ import annotations

import json
import os
import re
import time
from calendar import month_name
from pathlib import Path

import pytest

from assets.core.lacking import Lacking, remember
from assets.state.home import Home
from pipelines.closing import summarise
from pipelines.reports import report_of
from pipelines.run import execute
from pipelines.settings import Settings

MONTHS = (354943, 326891, 360828, 338224, 362319, 358606, 379616, 390378, 366904, 369324, 353660,
          354540)  # fmt: skip
"""Live births of the United States by month of 2007 (CDC WONDER, Natality 2007-2023)."""
BIRTHS = """"Notes"\t"Year"\t"Year Code"\t"Month"\t"Month Code"\tBirths
{rows}"---"
"Dataset: Natality, 2007-2023"
"Query Parameters:"
"Year: 2007"
"Group By: Year; Month"
"Show Totals: False"
"Show Zero Values: False"
"Show Suppressed: False"
"---"
"Query Date: Jul 10, 2025 9:29:46 AM"
""".replace(
    "{rows}",
    "".join(
        f'\t"2007"\t"2007"\t"{month_name[month]}"\t"{month}"\t{births}\n'
        for month, births in enumerate(MONTHS, 1)
    ),
)
"""As CDC WONDER exports births by month."""
GAP = Lacking("nchs_wonder_natality", "deaths", (2003, 2004), 51, "Linked (nchs_wonder_linked)")


def test_a_file_that_nobody_recognises_and_births_without_deaths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IMR_ALERT_WEBHOOK", raising=False)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    home = Home(tmp_path / "home").create()
    file = home.inbox / "notes of a meeting.txt"
    file.write_text("nothing of interest\n", encoding="utf-8")
    old = time.time() - 3600
    brought = home.inbox / "from a colleague.txt"
    brought.write_text(BIRTHS, encoding="utf-8")
    for arrived in (file, brought):
        os.utime(arrived, (old, old))
    remember(home, [GAP, Lacking("nomis_deaths", "births", (2013,), 1, "births", bundled=True)])
    chosen = 'key:"raw/nchs_maternal_deaths" or key:"raw/nchs_wonder_natality"'
    outcome = execute(Settings(home), only=chosen)
    assert outcome.exit_code == 0, outcome.failures
    report = json.loads(report_of(home, outcome.run_id).read_text(encoding="utf-8"))
    (unused,) = report["unused_files"]
    assert unused.startswith("notes of a meeting.txt: not recognised, a file of 20 bytes")
    assert "imr ingest FILE --dataset NAME" in unused
    assert [line.partition(" of ")[0] for line in report["lacking"]] == [
        "births 2003 to 2004", "deaths 2013",
    ]  # fmt: skip
    (answered,) = report["answered"]
    assert re.fullmatch(
        r"W-[0-9a-f]{6} in part: Births of the United States by month: 2007–[0-9]{4}\. Still "
        r"wanted of it: 2008–[0-9]{4}\. \(from a colleague\.txt\)",
        answered,
    )
    (alert,) = report["alerts"]
    assert alert.startswith("ALERT file not recognised: notes of a meeting.txt")
    lines = summarise(outcome)
    assert lines[0].startswith("NOT USED notes of a meeting.txt: not recognised")
    assert lines[0].endswith("imr sources says what to do.")
    assert lines[1] == f"NEEDED {GAP.line}"
    assert lines[2] == f"ANSWERED {answered}"
    # The gap of the samples is in the report only.
    assert sum("nomis" in line for line in lines) == 0
    assert sum(-(-len(line) // 80) for line in lines) <= 12
