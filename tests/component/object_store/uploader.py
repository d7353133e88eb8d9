"""Uploads that are killed, and readers that watch the store, as processes of their own.

Words: ``upload FOLDER URL`` uploads what the folder of releases has; ``read URL`` reads through the
pointer until its standard input closes and prints what it saw as JSON.
"""

from __future__ import annotations

import json
import select
import sys
from collections.abc import Sequence
from pathlib import Path

import obstore

from assets.object_store.catch_up import catch_up
from assets.object_store.location import location_of, open_store
from tests.component.object_store.releases import TABLES


def read(url: str) -> None:
    """Resolve the pointer once, read every table of that release, compare the marks."""
    store = open_store(location_of(url))
    reads, mixed, errors, versions = 0, [], [], set()
    # A pause leaves the uploads and the server a processor.
    while not select.select([sys.stdin], [], [], 0.01)[0]:
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


def main(words: Sequence[str]) -> None:
    """Do what the words say."""
    name, *rest = words
    if name == "upload":
        done = catch_up(Path(rest[0]), location_of(rest[1]), lambda _: None)
        sys.stdout.write(json.dumps({"shows": done.shows, "problems": done.problems}))
    else:
        read(rest[0])
