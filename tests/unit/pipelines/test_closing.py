"""The end of a run that went wrong: one screen, each cause once, nothing that is not so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assets.archive.unrecognised import Unused
from assets.core.lacking import Lacking
from pipelines.alerts import NOTHING
from pipelines.closing import summarise
from pipelines.outcome import RunOutcome

DOWN = "data.cdc.gov refuses connections ([Errno 111] Connection refused) (2 tries)."
SODA = ("nchs_vsrr_counts", "nchs_vsrr_quarterly", "nchs_births_1909")
BARE = RunOutcome("r1", succeeded=True, version="2026.11.28", published=False, path=None)


def test_a_server_that_is_down_is_said_once_with_its_datasets() -> None:
    lines = summarise(replace(BARE, stale=tuple((d, DOWN) for d in SODA)))
    assert lines == [
        f"STALE {', '.join(SODA)}: {DOWN}",
        "      What arrived before is in use.",
    ]


def test_what_never_arrived_is_not_said_to_be_in_use() -> None:
    stale = tuple((d, DOWN) for d in SODA)
    assert summarise(replace(BARE, stale=stale, empty=SODA))[1:] == [
        "      Nothing of it has ever arrived."
    ]
    assert summarise(replace(BARE, stale=stale, empty=SODA[:1]))[1:] == [
        f"      Used as they arrived before: {', '.join(SODA[1:])}.",
        f"      Nothing of it has ever arrived: {SODA[0]}.",
    ]


def test_a_first_run_that_fails_speaks_of_no_release() -> None:
    failed = replace(BARE, succeeded=False, version=None, failures=(("core_counts", "no births"),))
    assert summarise(failed)[-1] == "Nothing was published; there is no release yet."
    assert summarise(replace(failed, shown="2026.11.27"))[-1] == (
        "Nothing was published; release 2026.11.27 keeps serving."
    )


def test_a_night_without_network_fits_on_a_screen() -> None:
    """Sixteen datasets of four servers, all new troubles, on 80 columns and 24 lines."""
    stale = tuple(
        (f"dataset_{server}_{n}", f"{server}.example.org is not known here: no name. Again.")
        for server in range(4)
        for n in range(4)
    )
    alerts = tuple(f"ALERT newest extract not in use: {d}: {m}" for d, m in stale)
    failed = replace(
        BARE,
        succeeded=False,
        version=None,
        stale=stale,
        alerts=alerts,
        empty=tuple(d for d, _ in stale),
        failures=(("core_counts", "the archive has no births and no deaths"),),
    )
    lines = summarise(failed)
    assert sum(-(-len(line) // 80) for line in lines) <= 24
    assert "ALERT 16 of the troubles above are new and were told." in lines


def test_many_causes_fit_on_a_screen_and_every_dataset_is_named() -> None:
    """A portal that redirects whatever is asked to itself; each address is another cause."""
    stale = tuple(
        (f"dataset_{n}", f"https://data.example.org/api/views/{n}.json redirects to "
         f"https://portal.example.org/login?{n}; expected to stay on https://data.example.org. "
         "If the producer has moved, set the new base address.")
        for n in range(16)
    )  # fmt: skip
    lines = summarise(replace(BARE, stale=stale, empty=tuple(d for d, _ in stale)))
    assert sum(-(-len(line) // 80) for line in lines) <= 22
    assert len([line for line in lines if line.startswith("STALE dataset_")]) == 4
    assert all(any(f"{d}," in line or f"{d}:" in line for line in lines) for d, _ in stale)
    assert lines[-2].endswith("dataset_15: 13 other causes, each of which stands in: imr sources")


def test_what_is_only_an_alert_is_said_in_full() -> None:
    killed = "ALERT run killed: 1a2b3c4d: Run 1a2b3c4d (nightly) was killed."
    unsent = "ALERT could not be sent: IMR_ALERT_WEBHOOK answered 500"
    assert list(summarise(replace(BARE, alerts=(killed, unsent)))) == [killed, unsent]


def test_births_without_deaths_look_like_no_failure() -> None:
    missing = "The archive has births (nchs_wonder_natality 2019) and no deaths; a rate needs both."
    alert = f"ALERT {NOTHING}: nightly: {missing}"
    waits = replace(BARE, version=None, nothing=missing, alerts=(alert,))
    assert waits.exit_code == 3
    lines = list(summarise(waits))
    assert lines[0] == f"NOTHING TO PUBLISH YET {missing}"
    assert lines[1].endswith("What was taken in is kept; there is no release yet.")
    assert not any(word in line for line in lines for word in ("FAILED", "BLOCKED"))
    assert "release 2026.11.27 keeps serving." in summarise(replace(waits, shown="2026.11.27"))[1]


def test_of_many_gaps_three_are_told() -> None:
    gaps = tuple(Lacking(f"dataset_{n}", "births", (2010,), 1, "births") for n in range(5))
    lines = summarise(replace(BARE, lacking=gaps))
    assert [line.split()[0] for line in lines] == ["NEEDED"] * 3 + ["2"]
    assert lines[-1].strip() == "2 more: imr sources"
    assert summarise(replace(BARE, lacking=(replace(gaps[0], bundled=True),))) == []


def test_the_wants_that_are_answered_are_three_lines_and_a_way_to_the_rest() -> None:
    lines = [f"W-00000{n} in full: births of 200{n}." for n in range(5)]
    assert summarise(replace(BARE, answered=tuple(lines))) == [
        *(f"ANSWERED {line}" for line in lines[:3]),
        "       2 more. What is still wanted: imr wanted",
    ]
    assert summarise(replace(BARE, answered=tuple(lines[:1])))[1:] == [
        "       What is still wanted: imr wanted"
    ]


def test_many_files_that_are_not_used_fit_on_a_screen_and_each_is_named() -> None:
    files = tuple(
        Unused(
            f"table {n}.csv", Path(f"/home/imr/quarantine/{n}"), "not recognised, a file", "Look."
        )
        for n in range(20)
    )
    lines = summarise(replace(BARE, unused=files))
    assert sum(-(-len(line) // 80) for line in lines) <= 14
    assert lines[0].startswith("NOT USED table 0.csv: not recognised, a file. It lies in /home/imr")
    assert lines[3].startswith("NOT USED 17 more, see imr sources: table 3.csv, table 4.csv, ")
    assert all(any(file.name in line for line in lines) for file in files)


def test_many_extracts_that_wait_and_regions_fit_on_a_screen() -> None:
    waiting = tuple(f"births {n}.csv waits for other extracts" for n in range(9))
    aside = tuple(f"regions_{n}.yaml: code R{n} stands twice" for n in range(9))
    lines = summarise(replace(BARE, waiting=waiting, regions_set_aside=aside))
    assert len(lines) == 8
    assert lines[3] == "       6 more: imr sources"
    assert lines[7] == "       6 more: imr doctor"
