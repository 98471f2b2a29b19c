"""The ledger as a JSON document, to keep or to merge with those of others."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vetline.core.severity import Severity
from vetline.provenance.acceptances import Acceptance, Event
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger.records import Entry, Happening, How

FORMAT = "vetline-ledger"
VERSION = 1
"""Goes up when a program that reads the document has to be changed."""

Json = Mapping[str, object]


class NoExport(Exception):
    """A document is no export of a ledger; the text says why."""


@dataclass(frozen=True, slots=True)
class Export:
    """What was exported by one person; ``author`` is empty if they didn't say who they are."""

    entries: tuple[Entry, ...]
    author: str = ""


def as_json(entries: Iterable[Entry], *, with_paths: bool, author: str = "") -> Json:
    """Return a document that holds ``entries``; without paths, projects go by a hash, and files aren't told."""
    document: dict[str, object] = {"format": FORMAT, "version": VERSION, "exported_at": _as_text(time.time())}
    if author:
        document["author"] = author
    return {**document, "acceptances": [_entry_as_json(entry, with_paths=with_paths) for entry in entries]}


def _entry_as_json(entry: Entry, *, with_paths: bool) -> Json:
    accepted = entry.acceptance
    names = {"project": entry.project, "file": entry.file} if with_paths else {}
    return {
        "id": accepted.id,
        "at": _as_text(accepted.at),
        "project_key": entry.project_key,
        **names,
        "tool": accepted.tool,
        "kind": str(accepted.kind),
        "exact": accepted.is_exact,
        "confidence": accepted.confidence,
        "lines": accepted.lines,
        "characters": accepted.characters,
        "replaced": entry.replaced,
        "events": [
            {
                "at": _as_text(one.at),
                "event": str(one.event),
                "finding": one.finding,
                "rule": one.rule,
                "severity": str(one.severity),
                "how": str(one.how),
            }
            for one in entry.happenings
        ],
    }


def read_export(text: str) -> Export:
    """Read an exported document.

    Raises:
        NoExport: it is none, or one of a newer version.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoExport("it is not valid JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise NoExport("it is no export of a ledger; `vetline ledger export` makes one")
    if not isinstance(document.get("version"), int) or document["version"] > VERSION:
        raise NoExport("it was made by a newer version of Vetline; update this one")
    try:
        entries = tuple(_entry(one) for one in document["acceptances"])
        return Export(entries, str(document.get("author", "")))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise NoExport("an acceptance in it isn't as it should be; export it again") from error


def _entry(one: Mapping[str, Any]) -> Entry:
    accepted = Acceptance(
        _as_time(one["at"]),
        Kind(one["kind"]),
        str(one["tool"]),
        bool(one["exact"]),
        float(one["confidence"]),
        int(one["lines"]),
        int(one["characters"]),
        str(one["id"]),
    )
    happenings = tuple(
        Happening(
            Event(each["event"]),
            str(each["finding"]),
            str(each["rule"]),
            Severity[each["severity"].upper()],
            How(each["how"]),
            _as_time(each["at"]),
        )
        for each in one["events"]
    )
    names = str(one.get("project", "")), str(one.get("file", ""))
    return Entry(accepted, str(one["project_key"]), *names, bool(one["replaced"]), happenings)


def _as_text(at: float) -> str:
    """Return a time as in ISO 8601, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _as_time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
