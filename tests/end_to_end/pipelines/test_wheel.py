"""The wheel, installed elsewhere, has everything it needs and keeps state outside its code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PACKAGES = ("assets", "expectations", "pipelines")
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.egg-info")


def run(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IMR_", "DAGSTER_HOME"))}
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in PACKAGES:
        shutil.copytree(repository / name, source / name, ignore=_NOT_COPIED)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(repository / name, source)
    pip = ("-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder))
    done = run(*pip, str(source), cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path, repository: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    needed = {
        file.relative_to(repository).as_posix()
        for name in PACKAGES
        for file in (repository / name).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert needed - packed == set()


def test_it_runs_elsewhere_with_a_home_of_the_user(wheel: Path, tmp_path: Path) -> None:
    site, data = tmp_path / "site", tmp_path / "data"
    done = run(
        *("-m", "pip", "install", "-q", "--no-deps", "--no-compile"),
        *("--target", str(site), str(wheel)),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    done = run(
        *("-c", "from pipelines.cli import main; main()"),
        *("run", "--only", 'key:"raw/nchs_vsrr_counts"'),
        cwd=tmp_path,
        PYTHONPATH=str(site),
        XDG_DATA_HOME=str(data),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    home = data / "infant-mortality-rates"
    assert list((home / "archive" / "nchs" / "nchs_vsrr_counts").glob("*/origin.json"))
    assert (home / "dagster" / "dagster.yaml").exists()
    assert not (site / "var").exists()
