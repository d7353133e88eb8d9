"""A tree of lines: with branches on a terminal, with indentation in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import wrap

_NARROWEST = 20


@dataclass
class Node:
    """One line with the lines below it.

    Attributes:
        text: The line.
        below: What belongs to it, in order.
    """

    text: str
    below: list[Node] = field(default_factory=list)

    def add(self, text: str) -> Node:
        """Add a line below and return it."""
        self.below.append(Node(text))
        return self.below[-1]

    def indented(self, depth: int = 0) -> Iterator[str]:
        """Yield one line per node, two blanks per level."""
        yield "  " * depth + self.text
        for node in self.below:
            yield from node.indented(depth + 1)

    def branched(self, width: int, lead: str = "") -> Iterator[str]:
        """Yield the lines below with branches, folded to a width."""
        for place, node in enumerate(self.below):
            is_last = place == len(self.below) - 1
            deeper = lead + ("   " if is_last else "│  ")
            trunk = deeper + ("│  " if node.below else "")
            yield from _folded(node.text, width, lead + ("└─ " if is_last else "├─ "), trunk)
            yield from node.branched(width, deeper)

    def lines(self, width: int) -> Iterator[str]:
        """Yield the lines for a terminal of a width, or for a pipe where it is 0."""
        if not width:
            yield from self.indented()
            return
        yield from _folded(self.text, width, "", "")
        yield from self.branched(width)


def _folded(text: str, width: int, first: str, more: str) -> Iterator[str]:
    room = max(width - max(len(first), len(more)), _NARROWEST)
    for place, line in enumerate(wrap(text, room, break_on_hyphens=False) or [""]):
        yield (more if place else first) + line
