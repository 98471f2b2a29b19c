"""Code actions: quick fixes, fix-all, suppression, explanation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.core.edit import Fix, TextEdit
from vetline.core.finding import Finding
from vetline.fixes.everything import fix_all
from vetline.fixes.offer import offer
from vetline.fixes.suppress import suppressions
from vetline.lsp.convert import from_range, key_of, to_diagnostic, to_text_edits
from vetline.lsp.features.explain import EXPLAIN
from vetline.rules.catalogue import find_rule
from vetline.session.buffer import Buffer

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

FIX_ALL = "source.fixAll.vetline"


def register(server: VetlineServer) -> None:
    """Register the handlers."""

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True),
    )
    async def code_action(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        buffer = await server.session.vetted(params.text_document.uri)
        if buffer is None:
            return []
        only = params.context.only
        actions: list[lsp.CodeAction] = []
        if _wanted(lsp.CodeActionKind.QuickFix, only):
            for finding in _findings(server, buffer, params):
                actions += _on_finding(server, buffer, finding)
        if _wanted(FIX_ALL, only) and (action := _fix_all(server, buffer)):
            actions.append(action)
        return actions

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    async def code_action_resolve(action: lsp.CodeAction) -> lsp.CodeAction:
        uri = action.data.get("uri") if isinstance(action.data, dict) else None
        buffer = await server.session.vetted(uri) if isinstance(uri, str) else None
        if buffer is not None and action.kind == FIX_ALL and action.edit is None:
            action.edit = _workspace_edit(server, buffer, _all_edits(buffer))
        return action


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Tell whether the client asked for ``kind``, itself or by a kind above it."""
    return only is None or any(not wanted or kind == wanted or kind.startswith(f"{wanted}.") for wanted in only)


def _findings(server: VetlineServer, buffer: Buffer, params: lsp.CodeActionParams) -> list[Finding]:
    """Return the findings that are meant: those that the client names, and those in the range."""
    keys = {key_of(diagnostic) for diagnostic in params.context.diagnostics}
    range_ = from_range(params.range, buffer.document.lines, server.encoding)
    return [s.finding for s in buffer.shown() if s.finding.key in keys or s.finding.range.overlaps(range_)]


def _on_finding(server: VetlineServer, buffer: Buffer, finding: Finding) -> Iterator[lsp.CodeAction]:
    """Yield what can be done about one finding: fixes first, then silence, then an explanation."""
    diagnostic = _diagnostic(server, buffer, finding)
    fixes = offer(buffer.document, finding)
    for fix in fixes:
        action = _quick_fix(server, buffer, fix, diagnostic)
        action.is_preferred = fix.is_safe and fix is fixes[0]
        yield action
    for fix in suppressions(buffer.document, finding):
        yield _quick_fix(server, buffer, fix, diagnostic)
    if find_rule(finding.rule_id):
        title = f"Explain {finding.rule_id}"
        yield lsp.CodeAction(
            title=title,
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            command=lsp.Command(title, EXPLAIN, arguments=[finding.rule_id]),
        )


def _diagnostic(server: VetlineServer, buffer: Buffer, finding: Finding) -> lsp.Diagnostic:
    shown = next(shown for shown in buffer.shown() if shown.finding is finding)
    return to_diagnostic(shown, buffer.uri, buffer.document.lines, server.encoding)


def _quick_fix(server: VetlineServer, buffer: Buffer, fix: Fix, diagnostic: lsp.Diagnostic) -> lsp.CodeAction:
    return lsp.CodeAction(
        title=f"{fix.title} ({fix.note})" if fix.note else fix.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        edit=_workspace_edit(server, buffer, fix.edits),
    )


def _fix_all(server: VetlineServer, buffer: Buffer) -> lsp.CodeAction | None:
    """Return the action that applies all safe fixes, if there is one to apply.

    Its edit is left for ``codeAction/resolve`` where the client can do that; it takes as long as all fixes together.
    """
    if not any(_has_safe_fix(buffer, shown.finding) for shown in buffer.shown()):
        return None
    action = lsp.CodeAction(title="Fix all that Vetline can fix safely", kind=FIX_ALL, data={"uri": buffer.uri})
    if not _resolves_edit(server):
        action.edit = _workspace_edit(server, buffer, _all_edits(buffer))
    return action


def _has_safe_fix(buffer: Buffer, finding: Finding) -> bool:
    """Tell whether ``finding`` has a safe fix."""
    return any(fix.is_safe for fix in offer(buffer.document, finding))


def _all_edits(buffer: Buffer) -> Sequence[TextEdit]:
    return fix_all(buffer.document, lambda finding: bool(buffer.rulebook.policy.show([finding], buffer.path))).edits


def _resolves_edit(server: VetlineServer) -> bool:
    text_document = server.client_capabilities.text_document
    support = text_document and text_document.code_action and text_document.code_action.resolve_support
    return bool(support and "edit" in support.properties)


def _workspace_edit(server: VetlineServer, buffer: Buffer, edits: Sequence[TextEdit]) -> lsp.WorkspaceEdit:
    """Return the edits as the client can take them, bound to the version that they are for where it can."""
    converted = to_text_edits(edits, buffer.document.lines, server.encoding)
    workspace = server.client_capabilities.workspace
    if workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes:
        identifier = lsp.OptionalVersionedTextDocumentIdentifier(buffer.uri, buffer.version)
        return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(identifier, list(converted))])
    return lsp.WorkspaceEdit(changes={buffer.uri: converted})
