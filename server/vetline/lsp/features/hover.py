"""Hover on a finding: what it is, why it matters, how to fix it, how to silence it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from vetline.lsp.convert import to_range
from vetline.lsp.requests import vetted_place
from vetline.rules.explanation import explanation, plain

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

_AT_MOST = 3
"""More findings in one hover are more than anyone reads."""


def register(server: VetlineServer) -> None:
    """Register the handler."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        place = await vetted_place(server, params.text_document.uri, lsp.Range(params.position, params.position))
        if place is None:
            return None
        buffer, here = place
        findings = [shown.finding for shown in buffer.shown_in(here)][:_AT_MOST]
        if not findings:
            return None
        parts = dict.fromkeys(explanation(finding) for finding in findings)
        text = "\n\n---\n\n".join(parts)
        markdown = _takes_markdown(server)
        kind = lsp.MarkupKind.Markdown if markdown else lsp.MarkupKind.PlainText
        return lsp.Hover(
            lsp.MarkupContent(kind, text if markdown else plain(text)),
            to_range(findings[0].range, buffer.document.lines, server.encoding),
        )


def _takes_markdown(server: VetlineServer) -> bool:
    text_document = server.client_capabilities.text_document
    formats = text_document.hover.content_format if text_document and text_document.hover else None
    return not formats or formats[0] == lsp.MarkupKind.Markdown  # the client's favourite comes first
