"""The rules of a SARIF log: what each finding's rule is, and how to fix it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vetline.cli.explanation import as_markdown
from vetline.cli.formats import sarif_types as sarif
from vetline.core.cwe import Cwe
from vetline.core.finding import Finding
from vetline.core.owasp import owasp_categories
from vetline.core.severity import Confidence, Severity
from vetline.rules.catalogue import documentation, find_rule

_SECURITY_SEVERITY = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5", Severity.UNDEFINED: "1.0"}
"""In the middle of GitHub's bands for high (7.0 to 8.9), medium (4.0 to 6.9) and low (0.1 to 3.9)."""

_LEVELS: Mapping[Severity, sarif.SarifLevel] = {
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.UNDEFINED: "note",
}

_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low", Confidence.UNDEFINED: "low"}


class RuleTable:
    """The rules that a log refers to, in the order in which they come up."""

    def __init__(self) -> None:
        self.descriptors: list[sarif.ReportingDescriptor] = []
        self._index: dict[str, int] = {}

    def index(self, finding: Finding) -> int:
        """Return the index of a finding's rule, which is entered if it is new."""
        if finding.rule_id not in self._index:
            self._index[finding.rule_id] = len(self.descriptors)
            self.descriptors.append(_descriptor(finding))
        return self._index[finding.rule_id]


def _descriptor(finding: Finding) -> sarif.ReportingDescriptor:
    rule, text = find_rule(finding.rule_id), documentation(finding.rule_id)
    cwe = rule.cwe if rule else finding.cwe
    summary = text.summary if text else f"Reported by the Bandit plugin for {finding.rule_id}."
    severity = rule.severity if rule else finding.severity
    confidence = rule.confidence if rule else finding.confidence
    properties: Mapping[str, object] = {
        "tags": ["security", *_tags(cwe)],
        "security-severity": _SECURITY_SEVERITY[severity],
        "precision": _PRECISION[confidence],
    }
    descriptor: sarif.ReportingDescriptor = {
        "id": finding.rule_id,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": (text and text.body) or summary},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": dict(properties),
    }
    if rule:
        descriptor["name"] = rule.name
    if text:
        markdown = as_markdown(text)
        descriptor["help"] = {"text": markdown, "markdown": markdown}
    if cwe:
        descriptor["helpUri"] = cwe.url
    return descriptor


def _tags(cwe: Cwe | None) -> Iterator[str]:
    """Yield what SARIF readers group findings by: the weakness class, and the categories of the OWASP Top 10."""
    if cwe is not None:
        yield cwe.tag
        yield from (category.tag for category in owasp_categories(cwe))
