"""Request files as CDC WONDER takes them from programs, for the nation alone."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import click

from assets.archive.wanted import Want
from pipelines.commands.speaking import ToldError, say
from pipelines.terminal import quoted

_WAIT = 15


def as_xml(parameters: Mapping[str, Sequence[str]]) -> bytes:
    """Return a request document: one parameter per name, in the order of the names."""
    root = ET.Element("request-parameters")
    root.text = "\n"
    for name in sorted(parameters):
        parameter = ET.SubElement(root, "parameter")
        parameter.tail = "\n"
        ET.SubElement(parameter, "name").text = name
        for value in parameters[name]:
            ET.SubElement(parameter, "value").text = value
    document: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return document + b"\n"


def write(wants: Sequence[Want], path: str) -> list[Path]:
    """Write the requests of what is wanted, and say how to send them.

    Args:
        wants: What is wanted; those without a request are named as such.
        path: A file for one request, or a folder: one that is there, or a path with a slash at its
            end.

    Raises:
        ToldError: There is none to write.
        click.UsageError: Several for one file, a file that is there, or a folder that cannot be
            written.
    """
    sendable = [want for want in wants if want.request]
    if not sendable:
        raise ToldError(_why_none(wants), 1)
    target = Path(path)
    is_folder = target.is_dir() or path.endswith(os.sep)
    if len(sendable) > 1 and not is_folder:
        raise click.UsageError(
            f"{len(sendable)} requests do not fit one file {str(target)!r}; expected one W-ID, or "
            f"a folder: {str(target)}{os.sep}"
        )
    written = []
    for want in sendable:
        file = target / f"{want.want_id}.xml" if is_folder else target
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as handle:
                handle.write(as_xml(want.request))
        except FileExistsError as error:
            raise click.UsageError(
                f"{file} is there already, and is left as it is; expected another name."
            ) from error
        except OSError as error:
            raise click.UsageError(f"{file} cannot be written: {error.strerror}.") from error
        written.append(file)
        _tell(want, file)
    _tell_rest(wants, sendable)
    return written


def _tell(want: Want, file: Path) -> None:
    answer = file.with_name(f"{want.want_id}-answer.xml")
    say(f"{file}: {want.line}", err=True)
    if want.caution:
        say(f"  {want.caution}", err=True)
    sent = quoted("curl", "--fail-with-body", "--output", str(answer))
    form = quoted("--data", "accept_datause_restrictions=true", "--data-urlencode")
    say(f"  {sent} {form} {quoted(f'request_xml@{file}')} {want.address}", err=True)
    say(f"  imr ingest {quoted(str(answer))} --dataset {want.dataset_id}", err=True)


def _tell_rest(wants: Sequence[Want], sendable: Sequence[Want]) -> None:
    if len(sendable) > 1:
        say(
            f"Leave {_WAIT} seconds after each answer before the next request: CDC WONDER refuses "
            "sooner ones.",
            err=True,
        )
    by_hand = [w for w in wants if not w.request]
    if by_hand:
        say(f"{len(by_hand)} of {len(wants)} have no request: imr wanted says how else.", err=True)


def _why_none(wants: Sequence[Want]) -> str:
    if not wants:
        return "There is no request to write: nothing is wanted."
    return (
        f"There is no request to write for {', '.join(w.want_id for w in wants[:3])}"
        f"{' …' if len(wants) > 3 else ''}: CDC WONDER answers requests of programs for the United "
        "States alone, not for states or counties, and for years that its form lists. Without "
        "--request the boxes to choose by hand are printed."
    )
