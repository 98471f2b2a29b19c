"""``vetline rules``"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from vetline.cli.explanation import as_markdown
from vetline.cli.group import Failure
from vetline.cli.options import no_color_option
from vetline.cli.terminal import use_color
from vetline.core.asvs import asvs_requirements
from vetline.core.owasp import LLM_PAGE, owasp_categories
from vetline.rules.base import Rule
from vetline.rules.catalogue import documentation, find_rule, rule_ids

if TYPE_CHECKING:
    from rich.console import Console

_FIX = {True: "fix", False: ""}


@click.command(short_help="List the rules, or explain one.")
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@no_color_option
def rules(rule_id: str | None, format_: str, no_color: bool) -> None:
    """List the rules, or explain the one with the given id (or name)."""
    if rule_id is not None:
        known = {name: rule for rule in _own() for name in (rule.id, rule.name)}
        rule = known.get(rule_id.upper()) or known.get(rule_id.lower())
        if rule is None:
            raise Failure(_unknown(rule_id, known))
        chosen = [rule]
    else:
        chosen = _own()
    if format_ == "json":
        described = [_json(rule) for rule in chosen]
        click.echo(json.dumps(described if rule_id is None else described[0], indent=2, ensure_ascii=False))
    elif rule_id is not None:
        _explain(chosen[0], _console(no_color=no_color))
    else:
        _list(chosen, _plugin_checks(), _console(no_color=no_color))


def _own() -> list[Rule]:
    return [rule for rule_id in rule_ids() if (rule := find_rule(rule_id)) is not None]


def _plugin_checks() -> Mapping[str, str]:
    """Return the names of installed Bandit plugins' checks that no rule explains, by id."""
    from vetline.config.rule_names import check_names

    known = set(rule_ids())
    return {rule_id: name for name, rule_id in sorted(check_names().items(), key=lambda item: item[1]) if rule_id not in known}


def _unknown(rule_id: str, known: Mapping[str, Rule]) -> str:
    plugins = _plugin_checks()
    if name := plugins.get(rule_id.upper()):
        return f"{rule_id.upper()} ({name}) is the check of a Bandit plugin; see that plugin's own documentation."
    from difflib import get_close_matches

    meant = get_close_matches(rule_id.upper(), known, n=1) or get_close_matches(rule_id.lower(), known, n=1)
    return f"There is no rule {rule_id!r}; {f'did you mean {meant[0]}?' if meant else '`vetline rules` lists them all.'}"


def _json(rule: Rule) -> Mapping[str, object]:
    text = documentation(rule.id)
    assert text is not None
    return {
        "id": rule.id,
        "name": rule.name,
        "summary": text.summary,
        "cwe": {"id": rule.cwe.number, "name": rule.cwe.name, "url": rule.cwe.url},
        "owasp": [{"id": one.code, "name": one.title, "url": one.url} for one in owasp_categories(rule.cwe)],
        "asvs": list(asvs_requirements(rule.cwe)),
        "llm": None if rule.llm_risk is None else {"id": rule.llm_risk.code, "title": rule.llm_risk.title, "url": LLM_PAGE},
        "severity": str(rule.severity),
        "confidence": str(rule.confidence),
        "has_fix": rule.fix is not None,
        "why_no_fix": rule.why_no_fix or None,
        "explanation": as_markdown(text),
    }


def _console(*, no_color: bool) -> Console:
    from rich.console import Console

    is_terminal = sys.stdout.isatty()
    color = use_color(sys.stdout, no_color=no_color)
    return Console(no_color=not color, highlight=False, width=None if is_terminal else 110, force_terminal=is_terminal)


def _explain(rule: Rule, console: Console) -> None:
    from rich.markdown import Markdown
    from rich.markup import escape

    text = documentation(rule.id)
    assert text is not None
    console.print(f"[bold]{rule.id} {escape(rule.name)}[/bold]")
    console.print(f"{rule.cwe} {escape(rule.cwe.name)}, {rule.cwe.url}")
    for category in owasp_categories(rule.cwe):
        console.print(f"OWASP {escape(str(category))}, {category.url}")
    if rule.llm_risk is not None:
        console.print(f"OWASP {rule.llm_risk.code} {rule.llm_risk.title}, {LLM_PAGE}")
    if requirements := asvs_requirements(rule.cwe):
        console.print(f"OWASP ASVS {', '.join(requirements)}")
    console.print(f"Usual severity {rule.severity}, confidence {rule.confidence}.\n")
    console.print(Markdown(as_markdown(text)))
    if rule.fix is not None:
        console.print("\nVetline has a fix: `vetline fix --diff` shows it, with --unsafe if it is one to review.")
    elif rule.why_no_fix:
        console.print(f"\nThere is no automatic fix. {escape(rule.why_no_fix)}")


def _list(chosen: list[Rule], plugins: Mapping[str, str], console: Console) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("Rule", "Name", "CWE", "Severity", "Fix"):
        table.add_column(heading, no_wrap=heading != "Name", overflow="fold")
    for rule in chosen:
        table.add_row(rule.id, rule.name, str(rule.cwe), str(rule.severity), _FIX[rule.fix is not None])
    for rule_id, name in plugins.items():
        table.add_row(rule_id, f"{name} (Bandit plugin)", "", "", "")
    console.print(table)
    console.print(f"{len(chosen) + len(plugins)} rules. `vetline rules ID` explains one.")
