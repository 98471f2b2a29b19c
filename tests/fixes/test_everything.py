"""Fix-all: every finding that a safe fix removes, until there are none left."""

from __future__ import annotations

import textwrap

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixes.snippets import edited, vetted
from vetline.core.config import Profile
from vetline.core.finding import Finding
from vetline.fixes.everything import FixedText, fix_all
from vetline.fixes.offer import offer
from vetline.syntax.parse import parses


def all_fixed(code: str, *ids: str, unsafe: bool = False, profile: Profile = Profile.BANDIT) -> FixedText:
    """Fix all findings, or those of some rules; usually of Bandit's, so that no new rule changes what is there to fix."""
    return fix_all(vetted(code, profile), lambda finding: not ids or finding.rule_id in ids, unsafe=unsafe)


def places(findings: tuple[Finding, ...]) -> list[tuple[str, int]]:
    return [(finding.rule_id, finding.range.start.line + 1) for finding in findings]


SESSION = textwrap.dedent(
    """\
    import random
    import requests
    import sqlite3
    import subprocess
    import yaml


    def load(path, url):
        with open(path) as file:
            config = yaml.load(file, Loader=yaml.Loader)  # ours
        page = requests.get(url)
        subprocess.run("ls -l", shell=True)
        return config, page


    def user(name):
        db = sqlite3.connect("users.db")
        return db.execute(f"SELECT * FROM users WHERE name = '{name}'").fetchone()


    def password(alphabet):
        return "".join(random.choice(alphabet) for _ in range(12))


    def jitter():
        return random.random()
    """
)
SESSION_FIXED = textwrap.dedent(
    """\
    import random
    import secrets
    import requests
    import sqlite3
    import subprocess
    import yaml


    def load(path, url):
        with open(path) as file:
            config = yaml.safe_load(file)  # ours
        page = requests.get(url, timeout=10)
        subprocess.run(["ls", "-l"])
        return config, page


    def user(name):
        db = sqlite3.connect("users.db")
        return db.execute("SELECT * FROM users WHERE name = ?", (name,)).fetchone()


    def password(alphabet):
        return "".join(secrets.choice(alphabet) for _ in range(12))


    def jitter():
        return random.random()
    """
)


def test_all_safe_fixes_are_applied_and_no_others() -> None:
    result = all_fixed(SESSION)

    assert result.text == SESSION_FIXED
    assert places(result.fixed) == [("B506", 10), ("B113", 11), ("B602", 12), ("B608", 18), ("B311", 22)]


def test_what_is_fixed_is_named_by_its_place_in_the_original() -> None:
    result = all_fixed("import requests\n\nfound = eval(text), requests.get(url), eval(text)\n", unsafe=True)

    assert places(result.fixed) == [("B307", 3), ("B113", 3), ("B307", 3)]
    assert [finding.range.start.column for finding in result.fixed] == [8, 20, 39]


def test_only_wanted_findings_are_fixed() -> None:
    result = all_fixed(SESSION, "B113")

    assert result.text == SESSION.replace("get(url)", "get(url, timeout=10)")
    assert places(result.fixed) == [("B113", 11)]


def test_fixes_to_review_are_applied_if_asked_for() -> None:
    result = all_fixed("value = eval(text)\nother = eval(text)\n", unsafe=True)

    assert result.text == "import ast\n\nvalue = ast.literal_eval(text)\nother = ast.literal_eval(text)\n"
    assert len(result.fixed) == 2


def test_nothing_to_fix() -> None:
    assert all_fixed("value = eval(text)\n") == FixedText("value = eval(text)\n", (), ())


def test_the_document_itself_stays_as_it_is() -> None:
    document = vetted(SESSION)
    before = document.findings()
    fix_all(document, lambda _: True)

    assert document.text == SESSION
    assert document.findings() == before


def test_one_fix_may_remove_several_findings() -> None:
    code = 'import sqlite3\n\ndb.execute("SELECT * FROM a WHERE b = \'" + b + "\' AND c = \'" + c + "\'")\n'
    result = all_fixed(code)

    assert result.text == 'import sqlite3\n\ndb.execute("SELECT * FROM a WHERE b = ? AND c = ?", (b, c))\n'
    assert {finding.rule_id for finding in result.fixed} == {"B608"}


def test_where_a_rule_and_a_check_speak_of_the_same_thing_one_fix_removes_both() -> None:
    result = all_fixed(SESSION, unsafe=False, profile=Profile.DEFAULT)

    assert {("VET301", 10), ("B506", 10), ("VET101", 18), ("B608", 18)} <= set(places(result.fixed))
    assert result.text == SESSION_FIXED


def test_findings_inside_one_another_are_fixed_one_after_the_other() -> None:
    code = "import requests\n\npage = requests.get(requests.get(url).text)\n"

    assert all_fixed(code).text == code.replace("get(url)", "get(url, timeout=10)").replace(".text)", ".text, timeout=10)")


def test_overlapping_fixes_are_made_anew() -> None:
    code = "import requests\n\npage = requests.get(u, verify=False)\n"

    assert all_fixed(code, unsafe=True).text == "import requests\n\npage = requests.get(u, timeout=10)\n"


def test_edits_are_minimal() -> None:
    result = all_fixed("import requests\n\na = 1\nb = requests.get(u)\nc = 3\nd = requests.get(u)\n")

    assert [(edit.range.start.line, edit.new_text) for edit in result.edits] == [(3, ", timeout=10"), (5, ", timeout=10")]


def test_line_ends_are_never_cut_in_two() -> None:
    result = all_fixed("import yaml\r\nvalue = eval(text)\r\nyaml.load(x)\r\n", unsafe=True)

    assert result.text == "import ast\r\n\r\nimport yaml\r\nvalue = ast.literal_eval(text)\r\nyaml.safe_load(x)\r\n"


def test_a_syntax_error_elsewhere() -> None:
    code = "import requests\n\ndef broken(:\n    x = requests.get(u\n\nrequests.get(u)\n"

    assert all_fixed(code).text.endswith("requests.get(u, timeout=10)\n")


LINES = st.sampled_from(
    [
        "import requests",
        "import yaml",
        "import random, subprocess",
        "from hashlib import md5",
        "import sqlite3",
        '"""Doc."""',
        "# comment",
        "",
        "value = eval(text)",
        "requests.get(url); requests.get(url)",
        "requests.get(\n    url,  # where\n    verify=False\n)",
        "yaml.load(text, yaml.Loader)",
        "token = random.choice(tokens); secret = random.choice(tokens)",
        "def f(ast):\n    return eval(ast)",
        "class A:\n    def m(self):\n        subprocess.run(f'ls {self}', shell=True)\n\n    x = requests.get(u)",
        "subprocess.call('ls -l', shell=True, cwd='😀')",
        "cache_key = md5(url).hexdigest()",
        "cursor.execute(f\"SELECT * FROM t WHERE a = '{a}'\")",
        "query = 'SELECT * FROM t WHERE a = %d' % a\nconn.execute(query)",
        "if x:\n\tyaml.load(y)",
        "def broken(:",
        "x = (1,",
        "'''",
    ]
)
FILES = st.builds(
    lambda lines, newline, last: (newline.join(lines) + last).replace("\n", newline),
    st.lists(LINES, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n"]),
)


@given(FILES, st.booleans(), st.sampled_from(Profile))
@settings(max_examples=150, deadline=None)
def test_fixing_all_keeps_its_promises(code: str, unsafe: bool, profile: Profile) -> None:
    document = vetted(code, profile)
    result = fix_all(document, lambda _: True, unsafe=unsafe)

    assert edited(code, result.edits) == result.text, "the edits lead to the text"
    assert all_fixed(result.text, unsafe=unsafe, profile=profile).edits == (), "twice is once"
    assert not parses(code) or parses(result.text)
    left = vetted(result.text, profile)
    rest = [fix for finding in left.findings() for fix in offer(left, finding)]
    assert not any(fix.is_safe or unsafe for fix in rest), "nothing is left over"
    mild = {"B603", "B607"}
    before = sorted(f.rule_id for f in document.findings() if f.rule_id not in mild)
    after = sorted(f.rule_id for f in left.findings() if f.rule_id not in mild)
    gone = sorted(f.rule_id for f in result.fixed if f.rule_id not in mild)
    assert sorted([*after, *gone]) == before, "each finding is either left or named as fixed"
