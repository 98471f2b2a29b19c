"""Suppressing a finding: one comment, which silences it for Bandit too, and silences nothing else."""

from __future__ import annotations

import textwrap
from collections import Counter

import pytest

from tests.fixes.snippets import bandit_ids, edited, vetted
from vetline.core.edit import Applicability
from vetline.fixes.suppress import REASONS, suppressions

CASES = {
    "a plain line": (
        "B307",
        """
        value = eval(text)
        """,
        """
        value = eval(text)  # nosec B307 # false positive
        """,
    ),
    "space at the end of the line": (
        "B307",
        "value = eval(text)   \n",
        "value = eval(text)  # nosec B307 # false positive\n",
    ),
    "a comment is there": (
        "B307",
        """
        value = eval(text)  # from the console
        """,
        """
        value = eval(text)  # from the console  # nosec B307 # false positive
        """,
    ),
    "noqa": (
        "B307",
        """
        value = eval(text)  # noqa: S307
        """,
        """
        value = eval(text)  # noqa: S307  # nosec B307 # false positive
        """,
    ),
    "type: ignore": (
        "B307",
        """
        value = eval(text)  # type: ignore[no-any-return]
        """,
        """
        value = eval(text)  # type: ignore[no-any-return]  # nosec B307 # false positive
        """,
    ),
    "another id is silenced": (
        "B307",
        """
        assert eval(text)  # nosec B101
        """,
        """
        assert eval(text)  # nosec B101, B307 # B307: false positive
        """,
    ),
    "another id is silenced, with a reason": (
        "B307",
        """
        assert eval(text)  # nosec: B101 # in a test
        """,
        """
        assert eval(text)  # nosec: B101, B307 # in a test # B307: false positive
        """,
    ),
    "other ids are silenced, behind another comment": (
        "B307",
        """
        import pickle

        assert eval(pickle.loads(x))  # noqa # nosec B101, B301
        """,
        """
        import pickle

        assert eval(pickle.loads(x))  # noqa # nosec B101, B301, B307 # B307: false positive
        """,
    ),
    "several findings on the line": (
        "B602",
        """
        import subprocess

        assert subprocess.run(command, shell=True)
        """,
        """
        import subprocess

        assert subprocess.run(command, shell=True)  # nosec B602 # false positive
        """,
    ),
    "a statement over several lines": (
        "B602",
        """
        import subprocess

        subprocess.run(
            command,  # ours
            shell=True,
            check=True,
        )
        """,
        """
        import subprocess

        subprocess.run(
            command,  # ours
            shell=True,  # nosec B602 # false positive
            check=True,
        )
        """,
    ),
    "the line ends inside a string": (
        "B608",
        '''
        query = f"""SELECT *
            FROM users WHERE name = '{name}'
        """
        ''',
        '''
        query = f"""SELECT *
            FROM users WHERE name = '{name}'
        """  # nosec B608 # false positive
        ''',
    ),
    "the line ends in a backslash": (
        "B307",
        """
        value = eval(text) + \\
            1
        """,
        None,
    ),
    "the call ends behind the backslash": (
        "B307",
        """
        value = \\
            eval(text)
        """,
        """
        value = \\
            eval(text)  # nosec B307 # false positive
        """,
    ),
    "a compound statement": (
        "B110",
        """
        try:
            work()
        except Exception:
            pass
        """,
        """
        try:
            work()
        except Exception:  # nosec B110 # false positive
            pass
        """,
    ),
    "a default password": (
        "B107",
        """
        def connect(
            host,
            password="secret",
        ):
            pass
        """,
        """
        def connect(  # nosec B107 # false positive
            host,
            password="secret",
        ):
            pass
        """,
    ),
    "a hash sign in a string is no comment": (
        "B307",
        """
        value = eval("#" + text)
        """,
        """
        value = eval("#" + text)  # nosec B307 # false positive
        """,
    ),
    "a syntax error in the same function": (
        "B307",
        """
        def f(text):
            x = = 1
            return eval(text)  # now
        """,
        """
        def f(text):
            x = = 1
            return eval(text)  # now  # nosec B307 # false positive
        """,
    ),
    "tabs and wide characters": (
        "B307",
        "if x:\n\ty = '😀', eval(text)\t# 😀\n",
        "if x:\n\ty = '😀', eval(text)\t# 😀  # nosec B307 # false positive\n",
    ),
    "CRLF": (
        "B307",
        "value = eval(text)\r\nother = 1\r\n",
        "value = eval(text)  # nosec B307 # false positive\r\nother = 1\r\n",
    ),
    "no line end": ("B307", "value = eval(text)", "value = eval(text)  # nosec B307 # false positive"),
}


def silenced(code: str, rule_id: str, reason: str = REASONS[0]) -> str | None:
    document = vetted(code)
    finding = next(finding for finding in document.findings() if finding.rule_id == rule_id)
    fix = next((fix for fix in suppressions(document, finding) if reason in fix.title), None)
    return None if fix is None else edited(code, fix.edits)


@pytest.mark.parametrize("rule_id, before, after", CASES.values(), ids=CASES.keys())
def test_a_comment_is_written(rule_id: str, before: str, after: str | None) -> None:
    before, after = textwrap.dedent(before).lstrip("\n"), after and textwrap.dedent(after).lstrip("\n")

    assert silenced(before, rule_id) == after


PARSED = {name: case for name, case in CASES.items() if "syntax error" not in name and case[2] is not None}


@pytest.mark.parametrize("rule_id, before, after", PARSED.values(), ids=PARSED.keys())
def test_bandit_itself_is_silenced_for_this_finding_alone(rule_id: str, before: str, after: str) -> None:
    before, after = textwrap.dedent(before).lstrip("\n"), textwrap.dedent(after).lstrip("\n")
    gone = Counter(bandit_ids(before))
    gone.subtract(bandit_ids(after))

    assert [place for place, count in gone.items() if count] == [place for place in bandit_ids(before) if place[1] == rule_id]


def test_each_reason_is_offered_for_review() -> None:
    document = vetted("value = eval(text)\n")
    offered = suppressions(document, document.findings()[0])

    assert [fix.title for fix in offered] == [f"Suppress B307 here: {reason}" for reason in REASONS]
    assert {fix.applicability for fix in offered} == {Applicability.REVIEW}


def test_every_finding_of_a_line_can_be_silenced_in_turn() -> None:
    code = "import subprocess\n\nassert eval(subprocess.run(command, shell=True))\n"
    for rule_id in ("B307", "B602", "B101"):
        result = silenced(code, rule_id, "risk accepted")
        assert result is not None
        code = result

    assert bandit_ids(code) == [(1, "B404")]
    assert code.endswith("# nosec B307, B602, B101 # risk accepted # B602: risk accepted # B101: risk accepted\n")


def test_a_finding_that_is_gone_is_not_suppressed() -> None:
    document = vetted("value = eval(text)\n")
    (finding,) = document.findings()
    document.edit(finding.range, "1")
    document.vet()

    assert suppressions(document, finding) == ()
