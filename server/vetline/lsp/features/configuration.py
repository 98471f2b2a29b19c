"""Settings: what the client says at the start, ``workspace/configuration``, ``didChangeConfiguration``, and folders."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from vetline.config import KEYS, SEVERITY
from vetline.config.settings import kebab_case
from vetline.lsp.convert import path_of
from vetline.lsp.features.diagnostics import refresh
from vetline.session.rulebooks import EditorSettings

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

log = logging.getLogger(__name__)

SECTION = "vetline"


def register(server: VetlineServer) -> None:
    """Register the handlers."""

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: lsp.DidChangeConfigurationParams) -> None:
        await update_settings(server, _pushed(params.settings))

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def did_change_workspace_folders(_: lsp.DidChangeWorkspaceFoldersParams) -> None:
        _configure(server, workspace_folders(server), None)
        await update_settings(server, None)


def initial_settings(options: Any) -> EditorSettings:
    """Return settings that came as ``{"vetline": {…}}``, as ``{"settings": {…}}``, or plainly."""
    return EditorSettings(_section(options) or {})


def has_settings(server: VetlineServer) -> bool:
    """Tell whether the client can be asked for its settings."""
    workspace = server.client_capabilities.workspace
    return bool(workspace and workspace.configuration)


def follow_settings(server: VetlineServer) -> None:
    """Ask to be told when our settings change; a client such as VS Code's says nothing otherwise."""
    workspace = server.client_capabilities.workspace
    changing = workspace.did_change_configuration if workspace else None
    if changing is not None and changing.dynamic_registration:
        options = lsp.DidChangeConfigurationRegistrationOptions(section=SECTION)
        registration = lsp.Registration("vetline-settings", lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
        server.client_register_capability(lsp.RegistrationParams([registration]))


async def update_settings(server: VetlineServer, pushed: Mapping[str, object] | None) -> None:
    """Vet by what the client answers when it is asked for its settings, else by what it ``pushed`` (None: nothing).

    Where it has nothing to say, what it said at the start counts.
    """
    try:
        pulled = await _pull(server) if has_settings(server) else None
    except Exception:  # whatever the client's trouble is, the settings that we have stay
        log.warning("The client did not answer with its settings", exc_info=True)
        return
    if has_settings(server) or pushed is not None:
        _configure(server, None, pulled or (EditorSettings(pushed) if pushed else server.initial_settings))


async def _pull(server: VetlineServer) -> EditorSettings | None:
    """Ask the client for its settings, and for those of each folder; None if it has none."""
    folders = {folder: uri for uri in server.workspace.folders if (folder := path_of(uri))}
    scopes = [None, *folders.values()]
    items = [lsp.ConfigurationItem(scope_uri=uri, section=SECTION) for uri in scopes]
    answers = await server.workspace_configuration_async(lsp.ConfigurationParams(items))
    found = [answer if isinstance(answer, dict) else {} for answer in answers]
    if len(found) != len(scopes) or not any(found):
        return None
    by_folder = {folder: own for folder, own in zip(folders, found[1:], strict=True) if own}
    return EditorSettings(found[0] or server.initial_settings.common, by_folder)


def workspace_folders(server: VetlineServer) -> list[Path]:
    """Return the folders that are open in the client."""
    workspace = server.client_capabilities.workspace
    uris = [*server.workspace.folders]
    if not uris and server.workspace.root_uri and not (workspace and workspace.workspace_folders):
        uris = [server.workspace.root_uri]
    return [path for uri in uris if (path := path_of(uri))]


def _configure(server: VetlineServer, folders: Sequence[Path] | None, settings: EditorSettings | None) -> None:
    if server.session.configure(folders, settings):
        refresh(server)


def _section(options: Any) -> Mapping[str, object] | None:
    """Return what is at the bottom of ``{"settings": {"vetline": {…}}}``, whichever of the two is there."""
    if not isinstance(options, dict):
        return None
    for key in (SECTION, "settings"):
        if key in options:
            return _section(options[key])
    return options


def _pushed(settings: Any) -> Mapping[str, object] | None:
    """Return our part of pushed settings; None if they are those of other servers, which some clients send to all."""
    section = _section(settings)
    known = {SEVERITY, *(name.partition(".")[0] for name in KEYS)}
    is_ours = section is not settings or not section or any(kebab_case(key) in known for key in section)
    return section if is_ours else None
