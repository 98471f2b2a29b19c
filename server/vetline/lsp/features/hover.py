"""Hover on a finding: what it is, why it matters, how to fix it, how to silence it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.core.location import Range
from vetline.lsp.convert import from_position, to_range
from vetline.rules.explanation import explanation, plain

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

_AT_MOST = 3
"""More findings in one hover are more than anyone reads."""


def register(server: VetlineServer) -> None:
    """Register the handler."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        buffer = await server.session.vetted(params.text_document.uri)
        if buffer is None:
            return None
        lines = buffer.document.lines
        position = from_position(params.position, lines, server.encoding)
        findings = [shown.finding for shown in buffer.shown_in(Range(position, position))][:_AT_MOST]
        if not findings:
            return None
        parts = dict.fromkeys(explanation(finding) for finding in findings)
        text = "\n\n---\n\n".join(parts)
        markdown = _takes_markdown(server)
        kind = lsp.MarkupKind.Markdown if markdown else lsp.MarkupKind.PlainText
        return lsp.Hover(
            lsp.MarkupContent(kind, text if markdown else plain(text)),
            to_range(findings[0].range, lines, server.encoding),
        )


def _takes_markdown(server: VetlineServer) -> bool:
    text_document = server.client_capabilities.text_document
    formats = text_document.hover.content_format if text_document and text_document.hover else None
    return not formats or lsp.MarkupKind.Markdown in formats
