"""Run the benchmarks: ``make bench``, or ``python -m benchmarks NAME …`` for some of them."""

from __future__ import annotations

import importlib
import sys

NAMES = ("cold_run", "quiet_night", "read_workbook", "rates", "release", "disclosure", "explorer")


def main() -> None:
    """Run the named benchmarks, or all, and print their lines."""
    for name in sys.argv[1:] or NAMES:
        print(f"== {name}", flush=True)  # noqa: T201
        for line in importlib.import_module(f"benchmarks.{name}").run():
            print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
