"""Where state may live, and users that the system does not know."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pipelines.settings import Settings, SettingsError
from tests import privileges

UNKNOWN = 54321
"""A user id without an entry in the list of users, as containers have it."""


@pytest.mark.parametrize("name", ["o'Brien", "two words", "é", "[a]", "*", "#", "%", "a=b", "~x"])
def test_a_home_may_be_called_so(tmp_path: Path, name: str) -> None:
    settings = Settings.from_environment({"IMR_HOME": str(tmp_path / name)})
    assert settings.home.root == tmp_path / name


@pytest.mark.parametrize("name", ["what?", "%41", "two\nlines", "\x1b[31m", os.fsdecode(b"\xff")])
def test_a_home_that_dagster_cannot_open_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="IMR_HOME is .*expected a folder"):
        Settings.from_environment({"IMR_HOME": str(tmp_path / name)})


def test_a_user_without_a_name_or_a_folder(repository: Path, tmp_path: Path) -> None:
    code = (
        "from pipelines.cli import main\n"
        "from assets.state.owned_lock import user_name\n"
        "try:\n    main(['show', '--help'])\nexcept SystemExit:\n    pass\n"
        "from pathlib import Path\n"
        "print(user_name(), Path.home())\n"
    )
    # The interpreter itself may lie where only its owner looks.
    reading = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    done = privileges.run(
        (*privileges.user(UNKNOWN), *reading),
        [sys.executable, "-c", code],
        repository,
        {"IMR_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"uid {UNKNOWN} /nonexistent\n")
