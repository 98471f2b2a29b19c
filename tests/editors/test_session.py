"""What a developer does in an editor, in every editor that we can drive: look, fix, explain, silence, type, leave."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller

import pytest

from tests.editors.conftest import SAMPLES, Edit
from tests.editors.editor import Editor, Seen, eventually
from tests.editors.server import Servers, running

pytestmark = pytest.mark.editor

IMPORT = Seen(4, "import subprocess", "B404", "hint")
REQUEST = Seen(13, 'requests.post(f"{WAREHOUSE}/orders", json=order)', "VET404", "information")
SHELL = Seen(14, 'f"lp -d {printer} label.pdf"', "VET102", "warning")
RANDOM = Seen(19, 'random.choice("ACDEFGHJKLMNPQRT")', "VET508", "warning")
YAML = Seen(24, "yaml.load(file, Loader=yaml.Loader)", "VET301", "warning")
ORDERS = (IMPORT, REQUEST, SHELL, RANDOM, YAML)


def original(sample: str) -> bytes:
    return (SAMPLES / sample).read_bytes()


def test_every_finding_is_shown_at_its_place(edit: Edit) -> None:
    editor = edit("orders.py")

    editor.await_findings(*ORDERS)


def test_a_quick_fix_changes_what_it_says_and_nothing_else(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)

    editor.go_to("requests.post")
    editor.apply("Add a timeout of 10 seconds")

    editor.await_findings(IMPORT, SHELL, RANDOM, YAML)
    assert editor.save() == original("orders.py").replace(b"json=order)", b"json=order, timeout=10)")


def test_a_fix_that_is_undone_brings_the_finding_back(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)
    editor.go_to("requests.post")
    editor.apply("Add a timeout of 10 seconds")
    editor.await_findings(IMPORT, SHELL, RANDOM, YAML)

    editor.undo()

    editor.await_findings(*ORDERS)
    assert editor.save() == original("orders.py")


def test_a_finding_offers_its_fix_then_silence_then_an_explanation(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)

    editor.go_to("requests.post")

    assert editor.actions() == [
        "Add a timeout of 10 seconds",
        "Suppress VET404 here: false positive",
        "Suppress VET404 here: risk accepted",
        "Suppress VET404 here: test data only",
        "Explain VET404",
        "Fix all that Vetline can fix safely",
    ]


def test_where_nothing_is_wrong_no_fix_of_a_finding_is_offered(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)

    editor.go_to("WAREHOUSE =")

    assert editor.actions() == ["Fix all that Vetline can fix safely"]


def test_fix_all_makes_every_safe_fix_and_no_other(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)

    editor.fix_all()

    editor.await_findings(IMPORT.at_line(6))
    assert editor.save().decode() == (
        original("orders.py")
        .decode()
        .replace("import random\n", "import random\nimport secrets\nimport shlex\n")
        .replace("json=order)", "json=order, timeout=10)")
        .replace("{printer}", "{shlex.quote(str(printer))}")
        .replace("random.choice", "secrets.choice")
        .replace("yaml.load(file, Loader=yaml.Loader)", "yaml.safe_load(file)")
    )


def test_hovering_explains_a_finding(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)

    editor.go_to('f"lp')
    text = editor.hover()

    for part in ("VET102", "Why it matters", "How to fix it", "ignore[VET102]", "CWE-78"):
        assert part in text


def test_a_finding_is_silenced_with_a_reason(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)

    editor.go_to('f"lp')
    editor.apply("Suppress VET102 here: risk accepted")

    editor.await_findings(IMPORT, REQUEST, RANDOM, YAML)
    assert editor.save() == original("orders.py").replace(
        b"shell=True)", b"shell=True)  # vetline: ignore[VET102] risk accepted"
    )


def test_what_is_typed_is_vetted(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)

    editor.add_line('requests.get(f"{WAREHOUSE}/stock<1>")')

    editor.await_findings(*ORDERS, Seen(25, 'requests.get(f"{WAREHOUSE}/stock<1>")', "VET404", "information"))


def test_a_syntax_error_hides_nothing_else_and_fixes_work_beside_it(edit: Edit) -> None:
    editor = edit("unfinished.py")
    request = Seen(6, "requests.get(url)", "VET404", "information")
    load = Seen(17, "yaml.load(file, Loader=yaml.Loader)", "VET301", "warning")
    editor.await_findings(request, load)

    editor.go_to("requests.get")
    editor.apply("Add a timeout of 10 seconds")

    editor.await_findings(load)
    assert editor.save() == original("unfinished.py").replace(b"get(url)", b"get(url, timeout=10)")


def test_line_ends_of_windows_and_emoji_neither_move_a_finding_nor_a_fix(edit: Edit) -> None:
    editor = edit("windows.py")
    request = Seen(5, 'requests.get("https://shop.example/🐍")', "VET404", "information")
    digest = Seen(9, "hashlib.md5(data)", "VET501", "information")
    editor.await_findings(request, digest)

    editor.go_to("requests.get")
    editor.apply("Add a timeout of 10 seconds")
    editor.await_findings(digest)
    editor.go_to("hashlib.md5")
    editor.apply("Suppress VET501 here: false positive")

    editor.await_findings()
    fixed = original("windows.py").decode().replace('🐍")', '🐍", timeout=10)')
    assert editor.save().decode() == fixed.replace("# 😀 an ETag", "# 😀 an ETag  # vetline: ignore[VET501] false positive")


def test_a_whole_session_passes_without_a_word_of_trouble(edit: Edit) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)
    editor.go_to("requests.post")
    editor.hover()
    editor.apply("Add a timeout of 10 seconds")
    editor.await_findings(IMPORT, SHELL, RANDOM, YAML)
    editor.add_line('api_key = eval(input("key: "))')
    editor.await_findings(IMPORT, SHELL, RANDOM, YAML, Seen(25, 'eval(input("key: "))', "B307", "warning"))
    editor.save()

    assert editor.complaints() == []


def test_the_server_ends_when_the_editor_stops_it(edit: Edit, servers: Servers, client: str) -> None:
    editor = edit("orders.py")
    editor.await_findings(*ORDERS)

    editor.stop_server()

    assert running(servers.processes, patience=2) == []
    # Both clients of Emacs kill the server as soon as they have said "exit".
    assert servers.exit_codes in ([[0], []] if client.startswith("emacs") else [[0]])


@pytest.mark.parametrize("leave", [methodcaller("quit"), methodcaller("kill")], ids=["quits", "is killed"])
def test_no_process_is_left_behind_when_the_editor(edit: Edit, servers: Servers, leave: Callable[[Editor], None]) -> None:
    editor = edit("shop.py")
    editor.await_findings(Seen(9, 'requests.get(f"{WAREHOUSE}/sale")', "VET404", "information"))
    # The file imports another of its project, so the server has a process of its own look deeper.
    eventually(lambda: len(servers.family()), 2)
    family = servers.family()

    leave(editor)

    assert running(family, patience=5) == []
