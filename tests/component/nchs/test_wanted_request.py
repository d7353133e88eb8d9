"""The way of a request: written, sent as the command says, answered, recognised."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from assets.state.home import Home
from pipelines.cli import main
from tests.loopback import ANY_PORT, Loopback, QuietHandler

DEATHS = {1999: 27_937, 2000: 28_035, 2001: 27_568, 2002: 28_034, 2003: 28_025, 2004: 27_936,
          2005: 28_440, 2006: 28_527, 2007: 29_138, 2008: 28_059, 2009: 26_412, 2010: 24_586,
          2011: 23_985, 2012: 23_629, 2013: 23_440, 2014: 23_215, 2015: 23_455, 2016: 23_161,
          2017: 22_335, 2018: 21_467, 2019: 20_921, 2020: 19_582}  # fmt: skip
"""Infant deaths of the mortality files, as CDC WONDER prints them (D77); NVSR 49-8 for 1999."""


class Wonder(QuietHandler):
    """CDC WONDER's service as far as a request for infant deaths by year meets it."""

    genuine: Path

    def do_POST(self) -> None:  # noqa: N802
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        sent = {
            str(each.findtext("name")): [v.text or "" for v in each.findall("value")]
            for each in ET.fromstring(form["request_xml"][0])  # noqa: S314
        }
        database = self.path.rpartition("/")[2]
        agreed = form.get("accept_datause_restrictions") == ["true"]
        whole = sent["dataset_code"] == [database] and sent["O_age"] == ["D77.V5"]
        known = agreed and whole and sent["B_1"] == ["D77.V1-level1"] and sent["B_2"] == ["*None*"]
        body = self._answer(sent) if known else self._error()
        self.send_response(200 if known else 500)
        self.send_header("Content-Type", "text/xml")
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, sent: dict[str, list[str]]) -> bytes:
        """Return the genuine answer about other deaths, with the table that was asked for."""
        text = self.genuine.read_text("utf-8").replace("D76.", "D77.")
        page = ET.fromstring(text)  # noqa: S314
        dataset = page.find("dataset")
        assert dataset is not None
        dataset.set("label", "Multiple Cause of Death, 1999-2020")
        by = page.find("response/request/byvariables")
        chosen = page.find("response/request/variable-selections")
        table = page.find("response/data-table")
        assert by is not None and chosen is not None and table is not None
        by.remove(by[1])
        for old in list(chosen):
            chosen.remove(old)
        infants = ET.SubElement(chosen, "variable", code="D77.V5")
        ET.SubElement(infants, "value", code=sent["V_D77.V5"][0])
        for row in list(table):
            table.remove(row)
        years = DEATHS if sent["F_D77.V1"] == ["*All*"] else map(int, sent["F_D77.V1"])
        for year in years:
            row = ET.SubElement(table, "r")
            ET.SubElement(row, "c", l=str(year))
            for value in (f"{DEATHS[year]:,}", "Not Applicable", "Not Applicable"):
                ET.SubElement(row, "c", v=value)
        return ET.tostring(page)

    def _error(self) -> bytes:
        return (self.genuine.parent / "500_bad_code.xml").read_bytes()


@pytest.fixture
def wonder(shared_data: Path) -> Iterator[Loopback]:
    Wonder.genuine = shared_data / "nchs/wonder/api/responses/D76_200_year_x_race_full.xml"
    server = Loopback(ThreadingHTTPServer(ANY_PORT, Wonder))
    yield server
    server.close()


def test_what_is_sent_comes_back_as_the_answer(
    wonder: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl, which the printed command runs, is not on this machine")
    home = Home(tmp_path / "h").create()
    monkeypatch.setenv("IMR_HOME", str(home.root))
    listed = run("wanted", "infant_mortality", "US", "--json")["wanted"]
    want = next(
        w for w in listed if w["source"] == "Multiple Cause of Death, 1999-2020"
        and w["title"] == "Infant deaths of the United States by year"
    )  # fmt: skip
    said = CliRunner().invoke(
        main, ["wanted", want["id"], "--request", str(tmp_path / "asked.xml")]
    )
    command = next(x for x in said.stderr.splitlines() if x.lstrip().startswith("curl"))
    address = want["request"]["address"]
    assert command.endswith(address)
    local = f"{wonder.url}/controller/datarequest/{address.rpartition('/')[2]}"
    subprocess.run(["sh", "-c", command.replace(address, local)], check=True, capture_output=True)
    answer = tmp_path / f"{want['id']}-answer.xml"
    taken = run("ingest", str(answer))
    assert taken["dataset"] == "nchs_wonder_mortality"
    assert taken["use"]["rows_used"] == len(DEATHS)
    assert taken["answers"] == [{"id": want["id"], "wanted": want["wanted"], "left": None}]
    again = CliRunner().invoke(main, ["wanted", want["id"]])
    assert again.stdout == f"{want['id']}: answered; nothing of it is missing.\n"


def test_an_answer_that_is_an_error_is_named_as_one(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMR_HOME", str(Home(tmp_path / "h").create().root))
    file = shared_data / "nchs/wonder/api/responses/429.txt"
    done = CliRunner().invoke(main, ["ingest", str(file)])
    assert done.exit_code == 2
    said = " ".join(done.stderr.split())
    assert "an error of CDC WONDER in place of an answer: Request rate exceeded" in said
    assert "Wait 15 seconds after each answer, then send the request again." in said


def run(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, list(words) if "--json" in words else [*words, "--json"])
    assert done.exit_code == 0, done.output
    result: dict[str, Any] = json.loads(done.stdout)["result"]
    return result
