"""Uploads that are killed, and readers that watch the store, as processes of their own.

Usage: ``uploader.py upload FOLDER URL`` uploads what the folder of releases has; ``uploader.py read
URL`` reads through the pointer until its standard input closes and prints what it saw as JSON.
"""

from __future__ import annotations

import json
import select
import sys
from pathlib import Path

import obstore

from assets.object_store.catch_up import catch_up
from assets.object_store.location import location_of, open_store
from tests.component.object_store.releases import TABLES


def read(url: str) -> None:
    """Resolve the pointer once, read every table of that release, compare the marks."""
    store = open_store(location_of(url))
    reads, mixed, errors, versions = 0, [], [], set()
    while not select.select([sys.stdin], [], [], 0)[0]:
        try:
            pointer = json.loads(bytes(obstore.get(store, "channels/nightly.json").bytes()))
            folder = f"release={pointer['version']}"
            marks = {
                bytes(obstore.get(store, f"{folder}/{name}.csv").bytes()).decode().split("\n")[1]
                for name in TABLES
            }
            facts = json.loads(bytes(obstore.get(store, f"{folder}/manifest.json").bytes()))
            reads += 2 + len(TABLES)
            versions.add(pointer["version"])
            if len(marks) != 1 or facts["content_hash"] != pointer["content_hash"]:
                mixed.append([pointer["version"], sorted(marks)])
        except Exception as error:
            errors.append(repr(error)[:300])
    found = {"reads": reads, "mixed": mixed, "errors": errors, "versions": len(versions)}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1] == "upload":
        place = location_of(sys.argv[3])
        done = catch_up(Path(sys.argv[2]), place, lambda _: None)
        sys.stdout.write(json.dumps({"shows": done.shows, "problems": done.problems}))
    else:
        read(sys.argv[2])
