"""The check of SQL files finds each departure from the style, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.sql_style import findings, main

HEADER = "-- Grain: area.\n-- Inputs: core.areas.\n"
FINE = f"""{HEADER}WITH named AS (
    SELECT
        a.area_code, a.country, CAST(a.first_year AS BIGINT) AS year,
        count(*) FILTER (WHERE a.is_open) OVER (PARTITION BY a.country) AS areas,
        left(a.area_name, 3) || ',' AS short_name, '{{method_version}}' AS method
    FROM {{relation}} AS a
    WHERE a.area_code = $area
        AND a.area_type NOT IN ('country', 'Every text
  stays as it is, ') AND TRUE
)

-- Functions of the dialect are known.
SELECT * EXCLUDE (year), list_filter(codes, LAMBDA c: c IS NOT NULL) AS codes
FROM named
ANTI JOIN ({{part}}) AS p USING (area_code)
QUALIFY row_number() OVER (ORDER BY areas DESC, area_code) = 1
"""


def test_a_file_in_the_style_has_no_findings() -> None:
    assert findings(FINE) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("select a FROM t\n", "write the key word select in capitals"),
        ("SELECT a FROM t WHERE a is NULL\n", "write the key word is in capitals"),
        ("SELECT true AS a\n", "write the key word true in capitals"),
        ("SELECT sum(a) over (ORDER BY b) AS c FROM t\n", "write the key word over in capitals"),
        ("Select a FROM t\n", "write Select in capitals (a key word)"),
        ("SELECT SUM(a) AS b FROM t\n", "write the function SUM in lower case"),
        ("SELECT COALESCE(a, 0) AS b FROM t\n", "write the function COALESCE in lower case"),
        ("SELECT A.b FROM t AS a\n", "write the name A in lower case"),
        ("SELECT a b FROM t\n", "write AS before b"),
        ("SELECT a FROM core.areas t\n", "write AS before t"),
        ("SELECT a FROM (SELECT 1 AS a) t\n", "write AS before t"),
        ("SELECT a::DATE AS a FROM t\n", "write CAST(... AS TYPE) in place of ::"),
        ("SELECT a FROM t INNER JOIN u USING (a)\n", "write JOIN in place of INNER JOIN"),
        ("SELECT a FROM t LEFT OUTER JOIN u USING (a)\n", "leave out OUTER"),
        ("SELECT a +\n    b AS c FROM t\n", "write the operator at the start of the next line"),
        ("SELECT a FROM t \n", "no blank at the end"),
        ("SELECT a FROM\tt\n", "write no tab"),
        (f"SELECT a AS {'b' * 90} FROM t\n", "write at most 100 columns; this line has 109"),
        ("SELECT a FROM t", "end the file with one line break"),
        ("SELECT a FROM (\n", "DuckDB's dialect of sqlglot"),
        ("SELECT 'a\n", "DuckDB's dialect of sqlglot"),
    ],
)
def test_each_departure_is_named_at_its_line(body: str, message: str) -> None:
    found = findings(HEADER + body)
    assert any(message in text for _, text in found), found
    assert len(found) == 1


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("SELECT\n  a\nFROM t\n", 4, "indent by a multiple of 4"),
        ("SELECT\n    a\n    , b\nFROM t\n", 5, "write the comma at the end of the line before"),
        (
            "WITH a AS (\n    SELECT 1\n),\nb AS (\n    SELECT 2\n)\n\nSELECT * FROM a, b\n",
            6,
            "blank",
        ),
        ("WITH a AS (\n    SELECT 1\n)\nSELECT * FROM a\n", 6, "blank line after each query"),
    ],
)
def test_layout_is_named_at_its_line(body: str, line: int, message: str) -> None:
    [(found, text)] = findings(HEADER + body)
    assert found == line
    assert message in text


def test_a_file_needs_grain_inputs_and_a_statement() -> None:
    assert [text for _, text in findings("-- Nothing.\n")] == [
        "start the file with a comment that has a line '-- Grain: ...'",
        "start the file with a comment that has a line '-- Inputs: ...'",
        "write a statement; the file has none",
    ]
    assert findings("-- rule: X\n-- grain: area\n-- inputs: none\nSELECT 1\n") == []


def test_the_command_names_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.sql", tmp_path / "bad.sql"
    good.write_text(FINE)
    bad.write_text(f"{HEADER}SELECT a\nfrom t\n")
    assert main([str(good)]) == 0
    assert capsys.readouterr().out == ""
    assert main([str(good), str(bad)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{bad}:4: write the key word from in capitals",
        "Differences from the style of SQL files (CONTRIBUTING.md): 1",
    ]


def test_the_product_follows_its_style(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0, capsys.readouterr().out
