"""Recipes of ``docs/contributing``, followed literally in a copy of the project.

A recipe says where a block goes in one of these ways:

- In `path`, after `line`: (the block goes below the only line that reads so)
- At the end of `path`:
- As `path`: (the block is the whole file)
- In `path`, replace `old` by `new` (no block; ``old`` occurs once)

Blocks marked ``sh`` are commands, run in the folder of the copy. ``pytest`` is run once for several
recipes, which do not touch each other.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

_COPIED = ("assets", "expectations", "pipelines", "tests", "tools", "docs", "pyproject.toml",
           "README.md", "requirements.lock")  # fmt: skip
_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_WHERE = re.compile(
    r"[Ii]n\s+`(?P<beside>[^`]+)`,\s+after\s+`(?P<line>[^`]+)`:\s*\Z"
    r"|[Aa]t\s+the\s+end\s+of\s+`(?P<end>[^`]+)`:\s*\Z"
    r"|[Aa]s\s+`(?P<whole>[^`]+)`:\s*\Z"
)
_REPLACED = re.compile(r"[Ii]n\s+`([^`]+)`,\s+replace\s+`([^`]+)`\s+by\s+`([^`]+)`")


def copy_of(repository: Path, folder: Path) -> Path:
    """Return a copy of the project's sources, and of what Python compiled of them."""
    for name in _COPIED:
        source = repository / name
        if source.is_dir():
            shutil.copytree(source, folder / name, symlinks=True)
        else:
            shutil.copy(source, folder / name)
    return folder


def follow(recipe: Path, project: Path, tests: list[str]) -> int:
    """Do what a recipe says, in order; returns how many lines of declarations it took.

    Args:
        recipe: The document.
        project: Copy of the project, or of what the recipe changes.
        tests: What it has ``pytest`` run is added here, to be run once.

    Raises:
        AssertionError: A step cannot be followed, or a command failed.
    """
    text, done, lines = recipe.read_text(encoding="utf-8"), 0, 0
    for block in _BLOCK.finditer(text):
        before = text[done : block.start()]
        done = block.end()
        lines += _replace_all(before, project)
        content = textwrap.dedent(block[3]) if block[2] != "sh" else block[3]
        if block[2] == "sh":
            for command in textwrap.dedent(content).splitlines():
                words = shlex.split(command)
                if words[0] == "pytest":
                    tests += words[1:]
                else:
                    run(words, project)
            continue
        where = _WHERE.search(before)
        assert where is not None, f"{recipe.name} does not say where this goes:\n{block[3]}"
        written = _undented(block[3], len(block[1]))
        if where["whole"]:
            assert not (project / where["whole"]).exists(), f"{where['whole']} exists already"
            (project / where["whole"]).parent.mkdir(parents=True, exist_ok=True)
            (project / where["whole"]).parent.mkdir(parents=True, exist_ok=True)
            (project / where["whole"]).write_text(written, encoding="utf-8")
            continue
        lines += written.count("\n")
        if where["end"]:
            path = project / where["end"]
            path.write_text(path.read_text(encoding="utf-8") + written, encoding="utf-8")
        else:
            _replace(project / where["beside"], f"\n{where['line']}\n",
                     f"\n{where['line']}\n{written}")  # fmt: skip
    return lines + _replace_all(text[done:], project)


def _replace_all(said: str, project: Path) -> int:
    found = _REPLACED.findall(said)
    for path, old, new in found:
        _replace(project / path, old, new)
    return len(found)


def _undented(block: str, by: int) -> str:
    return "".join(line[by:] if line.strip() else line for line in block.splitlines(keepends=True))


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has {old.strip()!r} {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(words: list[str], project: Path) -> None:
    """Run a command in the folder of the copy.

    Raises:
        AssertionError: It failed; says with what.
    """
    program = {"python": [], "pytest": ["-m", "pytest", "--tb=short"]}[words[0]]
    done = subprocess.run(
        [sys.executable, *program, *words[1:]],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}\n{done.stderr}"
