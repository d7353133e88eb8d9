"""All producers that there are: each folder beside this file that declares one."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping

from assets.archive.dataset import Dataset
from assets.archive.producer import Producer, Staged
from assets.schema.producers import FILE, DeclarationError, Declared, declared, problems

MODULE = "producer"
"""Module of a folder whose ``PRODUCER`` is the declaration of its code."""
_EXPECTED = "expected PRODUCER = Producer(…)"


def _found() -> dict[str, Producer]:
    """Return the producers by the names of their folders.

    Raises:
        DeclarationError: A part is missing or contradictory.
    """
    wrong, found = problems(), {}
    for name, said in declared().items():
        try:
            module = importlib.import_module(f"assets.producers.{name}.{MODULE}")
        except (ImportError, AttributeError, TypeError) as error:
            wrong.append(f"{name}/{MODULE}.py: {error}; {_EXPECTED}")
            continue
        producer = getattr(module, "PRODUCER", None)
        if not isinstance(producer, Producer):
            wrong.append(f"{name}/{MODULE}.py: PRODUCER is missing; expected Producer(…)")
            continue
        found[name] = producer
        wrong += _disagreeing(name, producer, said)
    if wrong:
        raise DeclarationError(
            f"{len(wrong)} parts of the producers in assets/producers are missing or contradict "
            "each other (docs/contributing/producer.md says what each is):\n- " + "\n- ".join(wrong)
        )
    return found


def _disagreeing(name: str, producer: Producer, said: Declared) -> Iterator[str]:
    """Yield what the code of a producer lacks of its data, or has beside it."""
    place = f"{name}/{MODULE}.py"
    coded = {
        "datasets": {d.dataset_id for d in producer.datasets},
        "tables": {s.table.name for s in producer.staged},
    }
    for kind, names in coded.items():
        listed = set(said.said.get(kind) or ())
        for each in sorted(listed - names):
            yield f"{place}: {each} is missing; {name}/{FILE} has it under {kind}"
        for each in sorted(names - listed):
            yield f"{name}/{FILE}: {kind} lacks {each}, which {place} has; expected each once"
    for each in producer.datasets:
        if each.source != name:
            yield f"{place}: source of {each.dataset_id} is {each.source!r}; expected {name!r}"
        if each.staging.name not in coded["tables"]:
            yield f"{place}: staged lacks {each.staging.name}, the table of {each.dataset_id}"
    yield from _without_files(place, producer)
    if said.refreshed and not any(d.fetch for d in producer.datasets):
        yield f"{name}/{FILE}: refreshed is true and no dataset has a fetch; expected false"


def _without_files(place: str, producer: Producer) -> Iterator[str]:
    """Yield the files of a declaration that are not there."""
    files = [("measures", producer.measures), ("groups", producer.groups)]
    for staged in producer.staged:
        files += [("cells", staged.cells), ("codes", staged.codes)]
    for part, file in files:
        if file is not None and not file.is_file():
            yield f"{place}: {part} names {file.name}, which is not there; expected the file"
    if producer.measures is None and any(s.cells for s in producer.staged):
        yield f"{place}: measures is missing; expected the file that maps its columns to counts"


PRODUCERS: Mapping[str, Producer] = _found()
DATASETS: tuple[Dataset, ...] = tuple(d for each in PRODUCERS.values() for d in each.datasets)
STAGED: Mapping[str, Staged] = {s.table.name: s for p in PRODUCERS.values() for s in p.staged}
"""Staging tables by name, each with how its cells become counts."""


def dataset(dataset_id: str) -> Dataset:
    """Return a dataset by its id.

    Raises:
        KeyError: There is no such dataset; the message lists all.
    """
    for entry in DATASETS:
        if entry.dataset_id == dataset_id:
            return entry
    known = ", ".join(d.dataset_id for d in DATASETS)
    raise KeyError(f"no dataset {dataset_id!r}; known are {known}")
