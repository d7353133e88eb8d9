"""Check the style of SQL files: ``python -m tools.sql_style [FILE ...]``.

Without a file, every ``.sql`` file of the product is checked. sqlglot splits a file into words and
parses it in DuckDB's dialect. Each finding is printed as ``file:line: what to write instead``.
CONTRIBUTING.md describes the style.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

ROOT = Path(__file__).parents[1]
FOLDERS = ("assets", "expectations", "pipelines")
"""Folders whose SQL files are checked."""
LONGEST = 100
INDENT = 4

Finding = tuple[int, str]
"""Line, and what to write there."""

_HEADER = ("grain", "inputs")
_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}|\{([a-z_]+)\}")
_LITERALS = {TokenType.STRING, TokenType.IDENTIFIER, TokenType.NUMBER}
_ENDS_OF_VALUES = {TokenType.R_PAREN, TokenType.R_BRACKET, *_LITERALS}
_SPELLINGS = {
    TokenType.DCOLON: "write CAST(... AS TYPE) in place of ::",
    TokenType.INNER: "write JOIN in place of INNER JOIN",
    TokenType.OUTER: "leave out OUTER: LEFT JOIN, FULL JOIN",
}
_TRAILING_OPERATOR = re.compile(r"(?:\b(?:AND|OR)|\|\||[-+/=<>]|(?<!SELECT) \*)$")
# Functions whose arguments contain key words are written like key words.
_CAPITAL_FUNCTIONS = {"CAST", "TRY_CAST"}


def findings(text: str) -> list[Finding]:
    """Return where the text of one SQL file differs from the style, and what to write there.

    Args:
        text: Text of the file. Placeholders such as ``{relation}`` are read as names.
    """
    plain = _PLACEHOLDER.sub(_stand_in, text)
    found = {*_header(text)}
    try:
        tokens = DuckDB().tokenize(plain)
        statements = [s for s in DuckDB().parse(plain) if s is not None]
    except ParseError as error:
        return [*sorted(found), (error.errors[0]["line"], f"DuckDB's dialect of sqlglot: {error}")]
    except SqlglotError as error:
        return [*sorted(found), (1, f"DuckDB's dialect of sqlglot: {error}")]
    if not statements:
        found.add((1, "write a statement; the file has none"))
    if any(isinstance(statement, exp.Command) for statement in statements):
        found.add((1, "sqlglot does not know a statement of this file, so it cannot be checked"))
    names = {i.name for s in statements for i in s.find_all(exp.Identifier) if not i.quoted}
    for token, message in _words(tokens, names):
        found.add((plain.count("\n", 0, token.start) + 1, message))
    found |= {*_lines(text, _lines_inside_strings(plain, tokens))}
    return sorted(found)


def _stand_in(placeholder: re.Match[str]) -> str:
    """Return a name that is as long as the placeholder, so that positions stay the same."""
    return (placeholder[1] or placeholder[2]).center(len(placeholder[0]), "_")


def _header(text: str) -> Iterator[Finding]:
    lines = text.splitlines()
    end = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    for field in _HEADER:
        start = re.compile(rf"-- ({field}|{field.capitalize()}): \S")
        if not any(start.match(line) for line in lines[:end]):
            yield 1, f"start the file with a comment that has a line '-- {field.capitalize()}: ...'"


def _lines_inside_strings(text: str, tokens: Sequence[Token]) -> set[int]:
    """Return the numbers of the lines that start inside a string."""
    return {
        line
        for token in tokens
        if token.token_type is TokenType.STRING
        for line in range(text.count("\n", 0, token.start) + 2, text.count("\n", 0, token.end) + 2)
    }


def _lines(text: str, inside_strings: set[int]) -> Iterator[Finding]:
    lines = text.splitlines()
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield len(lines), "end the file with one line break"
    for number, (previous, line) in enumerate(pairwise(["", *lines]), start=1):
        code = line.strip()
        if len(line) > LONGEST:
            yield number, f"write at most {LONGEST} columns; this line has {len(line)}"
        if line != line.rstrip() or "\t" in line:
            yield number, "write no tab and no blank at the end of a line"
        if code.startswith("--") or number in inside_strings:
            continue
        if (len(line) - len(line.lstrip())) % INDENT:
            yield number, f"indent by a multiple of {INDENT}"
        if code.startswith(","):
            yield number, "write the comma at the end of the line before"
        if _TRAILING_OPERATOR.search(code):
            yield number, "write the operator at the start of the next line"
        if (previous == ")," and code) or (previous == ")" and code.startswith("SELECT")):
            yield number, "put a blank line after each query of WITH"


def _words(tokens: Sequence[Token], names: set[str]) -> Iterator[tuple[Token, str]]:
    """Return the words that are written in another way, and how to write them.

    Args:
        tokens: Words and signs of the file.
        names: Names of tables and columns in the parsed statements.
    """
    for before, token, after in zip((None, *tokens), tokens, (*tokens[1:], None), strict=False):
        if message := _SPELLINGS.get(token.token_type):
            yield token, message
        is_parameter = before is not None and before.token_type is TokenType.PARAMETER
        if is_parameter or token.token_type in _LITERALS or not token.text[:1].isalpha():
            continue
        is_called = after is not None and after.token_type is TokenType.L_PAREN
        if message := _case(token, is_called, names):
            yield token, message
        elif token.text.islower() and before is not None and _ends_value(before, names):
            yield token, f"write AS before {token.text}"


def _case(token: Token, is_called: bool, names: set[str]) -> str | None:
    word = token.text
    if word.islower():
        is_function = is_called and token.token_type in DuckDB.Parser.FUNC_TOKENS
        if word in names or is_function:
            return None
        return f"write the key word {word} in capitals"
    if not word.isupper():
        return f"write {word} in capitals (a key word) or in lower case (a name, a function)"
    if word in names:
        return f"write the name {word} in lower case"
    is_function = is_called and token.token_type is TokenType.VAR and word in exp.FUNCTION_BY_NAME
    if is_function and word not in _CAPITAL_FUNCTIONS:
        return f"write the function {word} in lower case"
    return None


def _ends_value(token: Token, names: set[str]) -> bool:
    return token.token_type in _ENDS_OF_VALUES or token.text in names


def main(arguments: Sequence[str]) -> int:
    """Print the findings of the files; return 1 if there are any, else 0."""
    paths = [Path(a) for a in arguments] or [
        path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.sql"))
    ]
    lines = [
        f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{line}: {message}"
        for path in paths
        for line, message in findings(path.read_text(encoding="utf-8"))
    ]
    for line in lines:
        print(line)
    if lines:
        print(f"Differences from the style of SQL files (CONTRIBUTING.md): {len(lines)}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
