"""The problems of configuration files as diagnostics in these files, and those of the editor's settings as a message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.config import Problem, ProblemKind
from vetline.lsp.convert import SOURCE, to_range, uri_of
from vetline.syntax.lines import Lines

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer
    from vetline.session.session import Problems


class ProblemReporter:
    """Tells the client what is wrong in the configuration, each thing once."""

    def __init__(self, server: VetlineServer) -> None:
        self._server = server
        self._reported: Problems = {}

    def report(self, problems: Problems) -> None:
        """Bring what the client shows up to date."""
        for path in problems.keys() | self._reported.keys():
            found = problems.get(path, ())
            if found == self._reported.get(path, ()):
                continue
            if path is None:
                self._warn(found)
            else:
                diagnostics = self._diagnostics(path, found)
                self._server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri_of(path), diagnostics))
        self._reported = problems

    def _diagnostics(self, path: Path, problems: Sequence[Problem]) -> list[lsp.Diagnostic]:
        try:
            lines = Lines(path.read_text(encoding="utf-8-sig", errors="replace"))
        except OSError:
            lines = Lines()
        return [
            lsp.Diagnostic(
                range=to_range(problem.range, lines, self._server.encoding),
                message=problem.message,
                severity=_severity(problem.kind),
                code=str(problem.kind),
                source=SOURCE,
            )
            for problem in problems
        ]

    def _warn(self, problems: Sequence[Problem]) -> None:
        if problems:
            text = "\n".join(f"{problem.key}: {problem.message}" for problem in problems)
            message = f"Vetline ignores a part of its settings:\n{text}"
            self._server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, message))


def _severity(kind: ProblemKind) -> lsp.DiagnosticSeverity:
    return lsp.DiagnosticSeverity.Warning if kind is ProblemKind.NO_EFFECT else lsp.DiagnosticSeverity.Error
