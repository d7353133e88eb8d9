"""Progress messages from inside long steps.

Plain functions say it with :func:`doing`; a run listens on the logger and shows it.
"""

from __future__ import annotations

import logging

DOING_LOGGER = "imr.doing"


def doing(text: str) -> None:
    """Say in a few words what begins now: a dataset, a file, a table.

    Args:
        text: One line, without a full stop: ``nchs_wonder_linked: reading D69.txt``.
    """
    logging.getLogger(DOING_LOGGER).info(text)
