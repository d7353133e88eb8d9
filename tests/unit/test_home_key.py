"""What stands for a checksum tells nothing without the key of the home."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

from assets.state.home import Home
from assets.state.home_key import keyed


def test_the_same_text_has_the_same_digits_in_one_home_only(tmp_path: Path) -> None:
    here, there = Home(tmp_path / "here"), Home(tmp_path / "there")
    digits = keyed(here, "counts")
    assert digits == keyed(Home(tmp_path / "here"), "counts")
    assert digits != keyed(here, "other counts")
    assert digits != keyed(there, "counts")
    assert digits != hashlib.sha256(b"counts").hexdigest()
    key = bytes.fromhex((here.lineage / "key").read_text())
    assert digits == hmac.new(key, b"counts", hashlib.sha256).hexdigest()


def test_the_key_is_long_and_for_its_user_alone(tmp_path: Path) -> None:
    home = Home(tmp_path).create()
    keyed(home, "counts")
    file = home.lineage / "key"
    assert len(bytes.fromhex(file.read_text())) == 32
    assert [f.name for f in home.lineage.iterdir()] == ["key"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
