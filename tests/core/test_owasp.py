"""The categories of the OWASP Top 10 that weaknesses belong to."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from vetline.cli.main import vetline
from vetline.core.asvs import asvs_requirements
from vetline.core.cwe import Cwe
from vetline.core.owasp import owasp_categories
from vetline.rules.catalogue import find_rule, rule_ids


@pytest.mark.parametrize(
    "cwe, codes",
    [
        (89, ["A03:2021", "A05:2025"]),
        (22, ["A01:2021", "A01:2025"]),
        (327, ["A02:2021", "A04:2025"]),
        (798, ["A07:2021", "A07:2025"]),
        (502, ["A08:2021", "A08:2025"]),
        (918, ["A10:2021", "A01:2025"]),
        (209, ["A04:2021", "A10:2025"]),
        (532, ["A09:2021", "A09:2025"]),
    ],
)
def test_a_weakness_is_in_the_categories_that_list_it(cwe: int, codes: list[str]) -> None:
    assert [category.code for category in owasp_categories(Cwe(cwe))] == codes


def test_a_weakness_that_no_list_has_is_where_the_wider_one_is() -> None:
    assert owasp_categories(Cwe(208)) == owasp_categories(Cwe(200))
    assert owasp_categories(Cwe(943)) == owasp_categories(Cwe(74))


def test_a_weakness_that_one_edition_leaves_out_has_one_category() -> None:
    assert [str(category) for category in owasp_categories(Cwe(252))] == ["A10:2025 Mishandling of Exceptional Conditions"]
    assert owasp_categories(Cwe(400)) == ()


def test_a_category_has_a_page_and_a_tag() -> None:
    older, newer = owasp_categories(Cwe(89))

    assert older.url == "https://owasp.org/Top10/A03_2021-Injection/"
    assert newer.url == "https://owasp.org/Top10/2025/A05_2025-Injection/"
    assert newer.tag == "external/owasp/a05-2025"


def test_the_explanation_of_a_rule_names_its_categories() -> None:
    text = CliRunner().invoke(vetline, ["rules", "B608"]).output
    data = json.loads(CliRunner().invoke(vetline, ["rules", "B608", "--format", "json"]).output)

    assert "OWASP A05:2025 Injection, https://owasp.org/Top10/2025/A05_2025-Injection/" in text
    assert [one["id"] for one in data["owasp"]] == ["A03:2021", "A05:2025"]


def test_most_rules_are_in_the_top_ten() -> None:
    rules = [rule for rule_id in rule_ids() if (rule := find_rule(rule_id)) is not None]
    without = [rule.id for rule in rules if not owasp_categories(rule.cwe)]

    assert len(without) < len(rules) / 10, "only exhaustion, and what OWASP leaves out"


def test_requirements_are_in_the_form_that_the_standard_asks_for() -> None:
    assert asvs_requirements(Cwe(89)) == ("v5.0.0-1.2.4",)
    assert asvs_requirements(Cwe(347)) == ("v5.0.0-9.1.1", "v5.0.0-9.1.2")
    assert asvs_requirements(Cwe(595)) == ()


WITHOUT_A_REQUIREMENT = {114, 369, 427, 454, 494, 501, 506, 595, 605, 676, 732, 838, 1327}


def test_nearly_all_rules_break_a_requirement() -> None:
    rules = [rule for rule_id in rule_ids() if (rule := find_rule(rule_id)) is not None]
    without = {rule.cwe.number for rule in rules if not asvs_requirements(rule.cwe)}

    assert without == WITHOUT_A_REQUIREMENT


def test_weaknesses_of_ai_applications_have_their_own_list() -> None:
    page = CliRunner().invoke(vetline, ["rules", "VET901"]).output

    assert "LLM05:2025 Improper output handling" in page
    assert "ASVS v5.0.0-1.3.2" in page
    assert "LLM0" not in CliRunner().invoke(vetline, ["rules", "VET101"]).output
