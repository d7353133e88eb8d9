"""Producers fetched side by side: one thread per server, what arrives handed over in order.

Threads only talk to servers and write into a folder of their own. Whoever asks for the offers of a
dataset judges and archives them, in one thread, as before.
"""

from __future__ import annotations

import logging
import os
import queue
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from assets.archive import vintage_folders
from assets.archive.dataset import Dataset
from assets.archive.http.client import FETCH_LOGGER, FetchError, Limits
from assets.archive.http.fetching import Fetched, FetchRequest, Offer
from assets.archive.http.retry_after import AskedToWait
from assets.archive.http.servers import Producers
from assets.archive.quarantine import reader_version, refusals
from assets.state.home import Home

_FETCHING = ".fetching"
_LOG = logging.getLogger(FETCH_LOGGER)


@dataclass
class Stream:
    """What a thread hands over of one dataset.

    Attributes:
        request: What the fetcher was given; its clients count requests and bytes.
        server: Host that is asked.
        place: Which of the datasets of that host this is, e.g. ``2 of 7``.
    """

    request: FetchRequest
    server: str
    place: str
    _handed: queue.SimpleQueue[Offer | Exception | None] = field(default_factory=queue.SimpleQueue)

    def offers(self) -> Iterator[Offer]:
        """Yield the offers in order, waiting for each.

        Raises:
            FetchError: The fetch ended with it; what was yielded before stays.
        """
        while True:
            try:
                handed = self._handed.get_nowait()
            except queue.Empty:
                _LOG.info(
                    "waiting for %s: %s (%s)", self.server, self.request.dataset_id, self.place
                )
                handed = self._handed.get()
            if handed is None:
                return
            if isinstance(handed, Exception):
                raise handed
            yield handed

    def run(self, dataset: Dataset) -> None:
        """Fetch what is new and hand it over; nothing that goes wrong leaves this method."""
        try:
            for number, offer in enumerate(_fetched(dataset, self.request)):
                self._handed.put(self._kept(offer, number))
            self._handed.put(None)
        except FetchError as error:
            self._handed.put(error)
        except Exception as error:
            known = FetchError(
                f"{dataset.dataset_id} could not be fetched: {type(error).__name__}: {error}. The "
                "producer's answer has a form that the fetcher does not know."
            )
            known.__cause__ = error
            self._handed.put(known)

    def _kept(self, offer: Offer, number: int) -> Offer:
        """Move a file where the next of the same name does not overwrite it."""
        if not isinstance(offer, Fetched):
            return offer
        folder = self.request.folder / str(number)
        folder.mkdir()
        return replace(offer, file=offer.file.replace(folder / offer.file.name))

    def close(self) -> None:
        """Remove the folder of the fetched files."""
        shutil.rmtree(self.request.folder, ignore_errors=True)


class Fetching:
    """The fetch of several datasets, one thread per server, begun at once."""

    def __init__(
        self,
        home: Home,
        datasets: Iterable[Dataset],
        limits: Limits | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Begin to fetch.

        Args:
            home: Where state lives.
            datasets: Datasets to fetch; those that only people can export are left out.
            limits: Bounds of every request and of what is asked of one server.
            environment: Where base addresses and tokens are read from.
        """
        limits = limits or Limits()
        values = os.environ if environment is None else environment
        producers = Producers(limits.patience, AskedToWait(home.asked_to_wait))
        groups: dict[str, list[Dataset]] = {}
        for dataset in datasets:
            if dataset.fetch is not None:
                groups.setdefault(dataset.fetch.server(values), []).append(dataset)
        self._streams: dict[str, Stream] = {}
        for server, group in groups.items():
            for number, dataset in enumerate(group, 1):
                request = _request(home, dataset, limits, values, producers)
                place = f"{number} of {len(group)}"
                self._streams[dataset.dataset_id] = Stream(request, server, place)
            threading.Thread(
                target=self._run, args=(group,), name=f"fetch {server}", daemon=True
            ).start()

    def of(self, dataset: Dataset) -> Stream | None:
        """Return what is handed over of a dataset, ``None`` where it is not fetched."""
        return self._streams.get(dataset.dataset_id)

    def _run(self, group: list[Dataset]) -> None:
        for dataset in group:
            self._streams[dataset.dataset_id].run(dataset)


def _request(
    home: Home,
    dataset: Dataset,
    limits: Limits,
    environment: Mapping[str, str],
    producers: Producers,
) -> FetchRequest:
    folder = home.root / _FETCHING / dataset.dataset_id
    # What a killed process left here was never judged; it is fetched again.
    shutil.rmtree(folder, ignore_errors=True)
    reader = reader_version(dataset)
    return FetchRequest(
        dataset.dataset_id,
        dataset.licence,
        folder,
        known=tuple(vintage_folders.vintages(home, dataset)),
        refused=tuple(r for r in refusals(home, dataset) if r.reader == reader),
        environment=environment,
        limits=limits,
        producers=producers,
    )


def _fetched(dataset: Dataset, request: FetchRequest) -> Iterator[Offer]:
    if dataset.fetch is not None:
        request.folder.mkdir(parents=True, exist_ok=True)
        yield from dataset.fetch(request)
