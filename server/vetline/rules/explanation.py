"""A rule's explanation as Markdown, for hovers, the terminal and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vetline.core.asvs import PAGE as ASVS_PAGE
from vetline.core.asvs import asvs_requirements
from vetline.core.cwe import Cwe
from vetline.core.finding import Finding, Origin
from vetline.core.owasp import LLM_PAGE, LlmRisk, owasp_categories
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
        rule = find_rule(finding.basis or finding.rule_id)
        facts = " · ".join([*_catalogued(finding.cwe, None if rule is None else rule.llm_risk), facts])
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
    facts = [*_catalogued(rule.cwe, rule.llm_risk), f"severity {rule.severity}", f"confidence {rule.confidence}"]
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


def _catalogued(cwe: Cwe, llm_risk: LlmRisk | None) -> Iterator[str]:
    """Yield what a weakness is called in MITRE's and OWASP's catalogues, with links."""
    yield f"[{cwe}: {cwe.name}]({cwe.url})"
    for category in owasp_categories(cwe):
        yield f"[OWASP {category}]({category.url})"
    if llm_risk is not None:
        yield f"[OWASP {llm_risk.code} {llm_risk.title}]({LLM_PAGE})"
    if requirements := asvs_requirements(cwe):
        yield f"[OWASP ASVS {', '.join(requirements)}]({ASVS_PAGE})"


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
