"""A rule's explanation as Markdown, for hovers, the terminal and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vetline.core.cwe import Cwe
from vetline.core.finding import Finding, Origin
from vetline.core.owasp import owasp_categories
from vetline.rules.base import FINE, HOW, REFERENCES, WHY, Example
from vetline.rules.catalogue import documentation, find_rule

_EMPHASIS = re.compile(r"\*\*(.+?)\*\*|`([^`\n]+)`")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_HEADING = re.compile(r"^#+ ", re.MULTILINE)


def explanation(finding: Finding) -> str:
    """Return what a developer wants to know of ``finding``: what, why, how to fix, how to silence."""
    parts = [f"**{finding.rule_id}**: {finding.message}"]
    document = documentation(finding.basis or finding.rule_id)
    if document is not None:
        parts += [f"**{WHY}**", document.sections[WHY], f"**{HOW}**", document.sections[HOW]]
        if FINE in document.sections:
            parts += [f"**{FINE}**", document.sections[FINE]]
    parts.append(silencing(finding.rule_id, finding.origin, finding.also))
    facts = f"Severity {finding.severity}, confidence {finding.confidence}"
    if finding.cwe is not None:
        facts = " · ".join([f"[{finding.cwe}: {finding.cwe.name}]({finding.cwe.url})", *_owasp(finding.cwe), facts])
    parts.append(facts)
    return "\n\n".join(parts)


def rule_page(rule_id: str) -> str | None:
    """Return all that is said of a rule, as a Markdown page; None if we have no such rule."""
    rule, document = find_rule(rule_id), documentation(rule_id)
    if rule is None or document is None:
        return None
    parts = [f"# {rule.id}: {rule.name}", document.summary]
    if document.body:
        parts.append(document.body)
    facts = [f"[{rule.cwe}: {rule.cwe.name}]({rule.cwe.url})", *_owasp(rule.cwe)]
    facts += [f"severity {rule.severity}", f"confidence {rule.confidence}"]
    parts.append(" · ".join(facts))
    for heading, text in document.sections.items():
        if heading != REFERENCES:
            parts += [f"## {heading}", text]
    parts += ["## Examples", "Reported:", *(part for example in rule.bad for part in _example(example))]
    parts += ["Not reported:", *(_code(code) for code in rule.good)]
    if rule.why_no_fix:
        parts += ["## Why there is no quick fix", rule.why_no_fix]
    parts += ["## How to silence it", silencing(rule.id, rule.origin)]
    if REFERENCES in document.sections:
        parts += [f"## {REFERENCES}", document.sections[REFERENCES]]
    return "\n\n".join(parts) + "\n"


def _owasp(cwe: Cwe) -> Iterator[str]:
    """Yield links to the categories of the OWASP Top 10 that a weakness belongs to."""
    return (f"[OWASP {category}]({category.url})" for category in owasp_categories(cwe))


def silencing(rule_id: str, origin: Origin, also: Sequence[str] = ()) -> str:
    """Return how to silence a rule, with the checks of Bandit's that ``also`` report the same."""
    comment = f"# nosec {rule_id} # reason" if origin is Origin.BANDIT else f"# vetline: ignore[{rule_id}] reason"
    ids = ", ".join(f'"{one}"' for one in (rule_id, *also))
    return f"Silence it here with `{comment}`, or everywhere with `ignore = [{ids}]` under `[tool.vetline]`."


def plain(markdown: str) -> str:
    """Return Markdown as plain text, for clients that show nothing else."""
    text = _HEADING.sub("", _LINK.sub(r"\1 (\2)", markdown))
    return _EMPHASIS.sub(lambda match: match.group(1) or match.group(2), text)


def _example(example: Example) -> Iterator[str]:
    yield _code(example.code)
    for name, text in example.beside.items():
        yield f"where `{name}` has"
        yield _code(text)


def _code(code: str) -> str:
    return f"```python\n{code.rstrip()}\n```"
