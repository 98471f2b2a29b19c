"""A rule's explanation as one text."""

from __future__ import annotations

from vetline.rules.base import Documentation


def as_markdown(text: Documentation) -> str:
    """Return a rule's documentation as Markdown, its headings at the second level."""
    sections = (f"## {heading}\n\n{body}" for heading, body in text.sections.items())
    return "\n\n".join(filter(None, (text.summary, text.body, *sections)))
