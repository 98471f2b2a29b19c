"""What a scripted client is told, as plain values, and how it introduces itself to the server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lsprotocol import types as lsp

from vetline import __version__
from vetline.core.cwe import Cwe
from vetline.core.location import Range
from vetline.core.severity import Level
from vetline.lsp.convert import from_range, uri_of
from vetline.syntax.encoding import PositionEncoding
from vetline.syntax.lines import Lines

NAME = "vetline-client"
QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.vetline"

_LEVELS = {
    lsp.DiagnosticSeverity.Error: Level.ERROR,
    lsp.DiagnosticSeverity.Warning: Level.WARNING,
    lsp.DiagnosticSeverity.Information: Level.INFORMATION,
    lsp.DiagnosticSeverity.Hint: Level.HINT,
}


class EditRefused(Exception):
    """A code action wants to change what it can't have been made for, such as another version of a text."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the evidence for a finding: in which file, by its name, in which line, from 1, and what happens there."""

    file: str
    line: int
    message: str

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding as the server publishes it; ``range`` counts code points."""

    code: str
    range: Range
    message: str
    level: Level
    cwe: Cwe | None
    wire: lsp.Diagnostic = field(repr=False, compare=False)
    """What came over the wire; a request for code actions sends it back."""
    also: tuple[str, ...] = ()
    """The ids of Bandit's checks that it stands for, too."""
    steps: tuple[Step, ...] = ()
    """The way from where something comes in to where it does harm."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The diagnostics of one version of one text."""

    version: int
    diagnostics: tuple[Diagnostic, ...]
    latency: float
    """Seconds from sending that version to receiving this."""


@dataclass(frozen=True, slots=True)
class Action:
    """A code action; ``preferred`` if the server says that it is the one to take."""

    title: str
    kind: str
    preferred: bool
    changes_text: bool
    """False for an action that only runs a command."""
    wire: lsp.CodeAction = field(repr=False, compare=False)


def plain_diagnostic(wire: lsp.Diagnostic, lines: Lines, encoding: PositionEncoding) -> Diagnostic:
    """Convert a diagnostic of the text ``lines``."""
    data = wire.data if isinstance(wire.data, dict) else {}
    number = data.get("cwe")
    return Diagnostic(
        code=str(wire.code or ""),
        range=from_range(wire.range, lines, encoding),
        message=wire.message,
        level=_LEVELS[wire.severity or lsp.DiagnosticSeverity.Error],
        cwe=Cwe(number) if isinstance(number, int) else None,
        wire=wire,
        also=tuple(data.get("also", ())),
        steps=tuple(
            Step(unquote(step.location.uri.rpartition("/")[2]), step.location.range.start.line + 1, step.message)
            for step in wire.related_information or ()
        ),
    )


def plain_action(wire: lsp.CodeAction) -> Action:
    """Convert a code action."""
    kind = str(getattr(wire.kind, "value", wire.kind) or "")
    return Action(wire.title, kind, bool(wire.is_preferred), wire.edit is not None or wire.command is None, wire)


def introduction(root: Path, encoding: PositionEncoding) -> lsp.InitializeParams:
    """Return what an editor of today says of itself, as far as it matters to Vetline."""
    text_document = lsp.TextDocumentClientCapabilities(
        publish_diagnostics=lsp.PublishDiagnosticsClientCapabilities(
            version_support=True, code_description_support=True, data_support=True, related_information=True
        ),
        code_action=lsp.CodeActionClientCapabilities(
            code_action_literal_support=lsp.ClientCodeActionLiteralOptions(
                lsp.ClientCodeActionKindOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.SourceFixAll])
            ),
            is_preferred_support=True,
            data_support=True,
            resolve_support=lsp.ClientCodeActionResolveOptions(["edit"]),
        ),
    )
    workspace_edit = lsp.WorkspaceEditClientCapabilities(document_changes=True)
    return lsp.InitializeParams(
        process_id=os.getpid(),
        client_info=lsp.ClientInfo(NAME, __version__),
        root_uri=uri_of(root),
        initialization_options={"ledger": False},  # what is played here was accepted by nobody
        workspace_folders=[lsp.WorkspaceFolder(uri_of(root), root.name)],
        capabilities=lsp.ClientCapabilities(
            workspace=lsp.WorkspaceClientCapabilities(workspace_edit=workspace_edit),
            text_document=text_document,
            general=lsp.GeneralClientCapabilities(position_encodings=[lsp.PositionEncodingKind(encoding.value)]),
        ),
    )
