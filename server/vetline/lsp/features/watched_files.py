"""Files that change on disk: ``workspace/didChangeWatchedFiles``, and what the client is asked to watch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.config import WATCH_GLOBS, watch
from vetline.lsp.convert import path_of, uri_of
from vetline.lsp.features.configuration import workspace_folders
from vetline.lsp.features.diagnostics import refresh

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

_CODE = "**/*.py"
"""Other modules matter to the deep tier; and an open file that somebody else writes is an agent's work."""
_METHOD = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES


def register(server: VetlineServer) -> None:
    """Register the handler."""

    @server.feature(_METHOD)
    def did_change_watched_files(params: lsp.DidChangeWatchedFilesParams) -> None:
        if server.session.files_changed([path for change in params.changes if (path := path_of(change.uri))]):
            refresh(server)


class FileWatch:
    """What the client watches for us.

    Files outside the workspace, such as the user's own, can be named to clients that know relative patterns.  For clients
    that watch nothing, the files are looked at whenever a document is saved.
    """

    def __init__(self, server: VetlineServer) -> None:
        self._server = server
        self._registrations = 0
        self._watched: set[Path] = set()

    def update(self) -> None:
        """Ask to be told of what isn't watched yet."""
        workspace = self._server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching is None or not watching.dynamic_registration:
            return
        watchers = [] if self._registrations else [lsp.FileSystemWatcher(glob) for glob in (*WATCH_GLOBS, _CODE)]
        if watching.relative_pattern_support:
            missed = self._outside() - self._watched
            self._watched |= missed
            watchers += [lsp.FileSystemWatcher(lsp.RelativePattern(uri_of(p.parent), p.name)) for p in sorted(missed)]
        if watchers:
            self._registrations += 1
            options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = lsp.Registration(f"vetline-files-{self._registrations}", _METHOD, options)
            self._server.client_register_capability(lsp.RegistrationParams([registration]))

    def _outside(self) -> set[Path]:
        """Return the files that the globs don't reach from any workspace folder."""
        depends_on = self._server.session.configuration_files()
        folders: list[Path | None] = [*workspace_folders(self._server)] or [None]
        return set.intersection(*(set(watch(folder, depends_on).files) for folder in folders))
