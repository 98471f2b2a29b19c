"""Settings: initialization options, ``workspace/configuration``, folders, and configuration files that change."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from vetline.config import WATCH_GLOBS, Problem, ProblemKind
from vetline.lsp.convert import SOURCE, path_of, to_range, uri_of
from vetline.lsp.features.diagnostics import refresh
from vetline.syntax.lines import Lines

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

log = logging.getLogger(__name__)

SECTION = "vetline"


def register(server: VetlineServer) -> None:
    """Register the handlers."""

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        server.session.configure(_folders(server), _settings(params.initialization_options))

    @server.feature(lsp.INITIALIZED)
    async def initialized(_: lsp.InitializedParams) -> None:
        server.on_initialized()
        _watch_files(server)
        await _pull(server)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: lsp.DidChangeConfigurationParams) -> None:
        if not await _pull(server) and isinstance(params.settings, dict):
            _configure(server, _settings(params.settings))

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_workspace_folders(_: lsp.DidChangeWorkspaceFoldersParams) -> None:
        server.session.configure(_folders(server))
        refresh(server)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: lsp.DidChangeWatchedFilesParams) -> None:
        paths = [path for change in params.changes if (path := path_of(change.uri))]
        concerned = [server.session.file_changed(path) for path in paths]
        if any(concerned):
            refresh(server)


def report_problems(server: VetlineServer, problems: Mapping[Path | None, Sequence[Problem]]) -> None:
    """Show the problems of configuration files in these files, and those of the editor's settings as a message."""
    reported = set()
    for path, found in problems.items():
        if path is None:
            _warn(server, found)
            continue
        uri = uri_of(path)
        reported.add(uri)
        diagnostics = _diagnostics(server, path, found)
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, diagnostics))
    for uri in server.problem_files - reported:
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))
    server.problem_files = reported


def _diagnostics(server: VetlineServer, path: Path, problems: Sequence[Problem]) -> list[lsp.Diagnostic]:
    try:
        lines = Lines(path.read_text(encoding="utf-8-sig", errors="replace"))
    except OSError:
        lines = Lines()
    return [
        lsp.Diagnostic(
            range=to_range(problem.range, lines, server.encoding),
            message=problem.message,
            severity=lsp.DiagnosticSeverity.Warning if problem.kind is ProblemKind.NO_EFFECT else lsp.DiagnosticSeverity.Error,
            code=str(problem.kind),
            source=SOURCE,
        )
        for problem in problems
    ]


def _warn(server: VetlineServer, problems: Sequence[Problem]) -> None:
    """Say once what is wrong in the editor's settings."""
    text = "\n".join(f"{problem.key}: {problem.message}" for problem in problems)
    if text != server.last_warning:
        server.last_warning = text
        message = f"Vetline ignores a part of its settings:\n{text}"
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, message))


def _configure(server: VetlineServer, settings: Mapping[str, object]) -> None:
    server.session.configure(editor=settings)
    refresh(server)


async def _pull(server: VetlineServer) -> bool:
    """Ask the client for its settings; tell whether it can answer."""
    workspace = server.client_capabilities.workspace
    if not (workspace and workspace.configuration):
        return False
    items = [lsp.ConfigurationItem(section=SECTION)]
    try:
        answers = await server.workspace_configuration_async(lsp.ConfigurationParams(items))
    except Exception:  # whatever the client's trouble is, the settings that we have stay
        log.warning("The client did not answer with its settings", exc_info=True)
        return False
    if answers and isinstance(answers[0], dict):
        _configure(server, answers[0])
    return True


def _settings(options: Any) -> Mapping[str, object]:
    """Return settings that came as ``{"vetline": {…}}``, as ``{"settings": {…}}``, or plainly."""
    if not isinstance(options, dict):
        return {}
    for key in (SECTION, "settings"):
        if isinstance(options.get(key), dict):
            return _settings(options[key])
    return options


def _folders(server: VetlineServer) -> list[Path]:
    uris = [folder.uri for folder in server.workspace.folders.values()]
    if not uris and server.workspace.root_uri:
        uris = [server.workspace.root_uri]
    return [path for uri in uris if (path := path_of(uri))]


def _watch_files(server: VetlineServer) -> None:
    """Ask to be told when a configuration file changes."""
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace else None
    if not (watching and watching.dynamic_registration):
        return
    options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(glob) for glob in WATCH_GLOBS])
    registration = lsp.Registration("vetline-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    server.client_register_capability(lsp.RegistrationParams([registration]))
