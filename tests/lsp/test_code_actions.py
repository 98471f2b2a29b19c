"""Code actions on findings: quick fixes, silence, explanation; which are offered where, and in what form."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lsprotocol import types as lsp

from tests.lsp.conftest import StartEditor
from tests.lsp.editor import Editor, capabilities, codes

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIX = "Add a timeout of 10 seconds"
FIX_ALL = "Fix all that Vetline can fix safely"
EXPLAIN = "Explain B113"
SILENCE = [f"Suppress B113 here: {reason}" for reason in ("false positive", "risk accepted", "test data only")]

TEXT = """\
import requests

a = requests.get(one)
b = requests.get(two)
assert a
"""


def titles(actions: list[lsp.CodeAction]) -> list[str]:
    return [action.title for action in actions]


class TestWhere:
    async def test_a_finding_offers_its_fix_then_silence_then_an_explanation(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)

        actions = await editor.actions(uri, "requests.get(one)")

        assert titles(actions) == [FIX, *SILENCE, EXPLAIN, FIX_ALL]
        assert [a.kind for a in actions] == [lsp.CodeActionKind.QuickFix] * 5 + ["source.fixAll.vetline"]

    async def test_the_cursor_may_be_at_either_end_of_a_finding(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        (start, end) = (lsp.Position(2, 4), lsp.Position(2, 21))

        assert FIX in titles(await editor.actions(uri, lsp.Range(start, start)))
        assert FIX in titles(await editor.actions(uri, lsp.Range(end, end)))
        beside = lsp.Position(2, 3)
        assert titles(await editor.actions(uri, lsp.Range(beside, beside))) == [FIX_ALL]

    async def test_each_finding_in_a_selection_has_its_actions(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)

        actions = await editor.actions(uri, editor.whole(uri), only=["quickfix"])

        assert titles(actions)[:2] == [FIX, FIX]
        assert [editor.marked(uri, action.diagnostics[0]) for action in actions[:2] if action.diagnostics] == [
            "requests.get(one)",
            "requests.get(two)",
        ]
        assert titles(actions).count("Explain B101") == 1

    async def test_preferred_fixes_stand_first_then_the_others_then_silence_then_explanations(
        self, editor: Editor, uri: str
    ) -> None:
        editor.open(uri, TEXT.replace("assert", "eval(x)\nassert").replace("a = requests", "eval(y)\na = requests"))

        actions = await editor.actions(uri, editor.whole(uri), only=["quickfix"])

        kinds = [
            "preferred"
            if action.is_preferred
            else action.title.partition(" ")[0]
            if action.title.startswith(("Suppress", "Explain"))
            else "fix"
            for action in actions
        ]
        assert kinds == sorted(kinds, key=["preferred", "fix", "Suppress", "Explain"].index)
        assert kinds.count("preferred") == 2
        assert kinds.count("fix") >= 2
        assert kinds.count("Suppress") >= kinds.count("Explain") == 5

    async def test_a_finding_that_the_client_names_counts_wherever_the_cursor_is(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        first, _, _ = await editor.diagnostics(uri)
        end = lsp.Position(5, 0)

        actions = await editor.actions(uri, lsp.Range(end, end), [first], only=["quickfix"])

        assert titles(actions) == [FIX, *SILENCE, EXPLAIN]
        assert "requests.get(one, timeout=10)" in editor.applied(uri, actions[0])

    async def test_at_a_finding_only_that_one_counts_whatever_the_client_names(self, editor: Editor, uri: str) -> None:
        """eglot 1.9 names all findings of the document."""
        editor.open(uri, TEXT)
        everything = await editor.diagnostics(uri)

        actions = await editor.actions(uri, "requests.get(two)", everything, only=["quickfix"])

        assert titles(actions) == [FIX, *SILENCE, EXPLAIN]
        assert "requests.get(two, timeout=10)" in editor.applied(uri, actions[0])

    async def test_a_diagnostic_of_another_tool_is_none_of_ours(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        await editor.diagnostics(uri)
        where = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 6))
        strange: tuple[Any, ...] = (None, {}, {"key": 7}, [], "key", {"key": "none"})
        foreign = [lsp.Diagnostic(where, "?", data=data) for data in strange]

        assert await editor.actions(uri, where, foreign, only=["quickfix"]) == []

    async def test_a_diagnostic_of_an_older_text_has_no_action(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        old = await editor.diagnostics(uri)
        editor.replace(uri, "requests.get(one)", "1")
        editor.replace(uri, "requests.get(two)", "2")
        editor.replace(uri, "assert a", "")
        await editor.diagnostics(uri)

        assert await editor.actions(uri, editor.whole(uri), old) == []

    async def test_a_document_that_is_not_open_has_none(self, editor: Editor, uri: str) -> None:
        editor.texts[uri] = TEXT

        assert await editor.actions(uri, editor.whole(uri)) == []

    async def test_a_range_behind_the_text_has_no_quick_fix(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        behind = lsp.Position(100, 100)

        assert titles(await editor.actions(uri, lsp.Range(behind, behind))) == [FIX_ALL]

    async def test_actions_are_those_of_the_newest_text_while_it_is_being_vetted(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        editor.insert(uri, "a = ", "x = 1\n")

        actions = await editor.actions(uri, "requests.get(one)", only=["quickfix"])

        assert editor.applied(uri, actions[0]) == editor.texts[uri].replace("(one)", "(one, timeout=10)")


class TestOnly:
    @pytest.mark.parametrize(
        "only, expected",
        [
            (None, [FIX, *SILENCE, EXPLAIN, FIX_ALL]),
            ([], [FIX, *SILENCE, EXPLAIN, FIX_ALL]),
            ([""], [FIX, *SILENCE, EXPLAIN, FIX_ALL]),
            (["quickfix"], [FIX, *SILENCE, EXPLAIN]),
            (["source"], [FIX_ALL]),
            (["source.fixAll"], [FIX_ALL]),
            (["source.fixAll.vetline"], [FIX_ALL]),
            (["refactor", "source.fixAll"], [FIX_ALL]),
            (["quickfix", "source"], [FIX, *SILENCE, EXPLAIN, FIX_ALL]),
            (["quickfix.other"], []),
            (["source.fixAll.other"], []),
            (["source.fix"], []),
            (["source.organizeImports"], []),
            (["quick"], []),
        ],
    )
    async def test_a_kind_stands_for_those_below_it(
        self, editor: Editor, uri: str, only: list[str] | None, expected: list[str]
    ) -> None:
        editor.open(uri, TEXT)

        assert titles(await editor.actions(uri, "requests.get(one)", only=only)) == expected


class TestForm:
    async def test_a_safe_fix_alone_is_preferred(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT + "import pickle\n")

        actions = await editor.actions(uri, editor.whole(uri))

        assert {action.title for action in actions if action.is_preferred} == {FIX}

    async def test_an_action_names_the_diagnostic_that_it_is_for_as_it_was_published(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        first, _, _ = await editor.diagnostics(uri)

        actions = await editor.actions(uri, "requests.get(one)", only=["quickfix"])

        assert all(list(action.diagnostics or ()) == [first] for action in actions)

    async def test_edits_are_for_one_version(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT, version=6)
        editor.insert(uri, "assert", "x = 1\n")

        for action in await editor.actions(uri, "requests.get(one)", only=["quickfix"]):
            if action.edit:
                assert action.edit.changes is None
                (change,) = action.edit.document_changes or ()
                assert isinstance(change, lsp.TextDocumentEdit)
                assert change.text_document == lsp.OptionalVersionedTextDocumentIdentifier(uri, 7)

    async def test_a_client_without_versioned_edits_gets_plain_ones(self, start_editor: StartEditor, uri: str) -> None:
        editor = await start_editor()
        await editor.initialize(capabilities(versions=False, resolves=False))
        editor.open(uri, TEXT)

        actions = await editor.actions(uri, "requests.get(one)")

        assert all(action.edit.document_changes is None for action in actions if action.edit)
        assert editor.applied(uri, actions[0]) == TEXT.replace("(one)", "(one, timeout=10)")
        assert editor.applied(uri, actions[-1]) == TEXT.replace("(one)", "(one, timeout=10)").replace(
            "(two)", "(two, timeout=10)"
        )

    async def test_a_fix_that_is_applied_is_gone_with_its_finding(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        fix = (await editor.actions(uri, "requests.get(one)"))[0]

        editor.set_text(uri, editor.applied(uri, fix))

        diagnostics = await editor.diagnostics(uri)
        assert [editor.marked(uri, d) for d in diagnostics] == ["requests.get(two)", "assert a"]

    async def test_fixes_work_in_a_text_that_is_broken_elsewhere(self, editor: Editor, uri: str) -> None:
        broken = "def broken(:\n    x = (\n\n\n" + TEXT + "class Also broken:\n    def f(self\n"
        editor.open(uri, broken)

        fix = (await editor.actions(uri, "requests.get(two)"))[0]

        assert editor.applied(uri, fix) == broken.replace("(two)", "(two, timeout=10)")

    async def test_an_untouched_line_end_stays(self, editor: Editor, uri: str) -> None:
        text = TEXT.replace("(one)", "(\n    one,\n)  # why\n").replace("\n", "\r\n")
        editor.open(uri, text)

        fix = (await editor.actions(uri, "one,"))[0]

        assert editor.applied(uri, fix) == text.replace("one,", "one,\r\n    timeout=10,")


class TestFixAll:
    async def test_it_is_worked_out_when_the_client_asks_for_it(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        (action,) = await editor.actions(uri, editor.whole(uri), only=["source.fixAll"])
        assert action.edit is None

        resolved = await editor.client.code_action_resolve_async(action)

        assert (resolved.title, resolved.kind) == (FIX_ALL, "source.fixAll.vetline")
        assert editor.applied(uri, resolved) == TEXT.replace("(one)", "(one, timeout=10)").replace("(two)", "(two, timeout=10)")

    async def test_when_it_is_worked_out_the_newest_text_counts(self, editor: Editor, uri: str) -> None:
        editor.open(uri, TEXT)
        (action,) = await editor.actions(uri, editor.whole(uri), only=["source.fixAll"])
        editor.insert(uri, "assert", "requests.put(three)\n")

        resolved = await editor.client.code_action_resolve_async(action)

        assert "requests.put(three, timeout=10)" in editor.applied(uri, resolved)
        assert resolved.edit
        (change,) = resolved.edit.document_changes or ()
        assert isinstance(change, lsp.TextDocumentEdit)
        assert change.text_document.version == 2

    async def test_a_client_that_cannot_ask_gets_the_edit_at_once(self, start_editor: StartEditor, uri: str) -> None:
        editor = await start_editor()
        await editor.initialize(capabilities(resolves=False))
        editor.open(uri, TEXT)

        (action,) = await editor.actions(uri, editor.whole(uri), only=["source.fixAll"])

        assert editor.applied(uri, action) == TEXT.replace("(one)", "(one, timeout=10)").replace("(two)", "(two, timeout=10)")

    async def test_it_is_offered_only_where_it_does_something(self, editor: Editor, uri: str) -> None:
        editor.open(uri, "assert x\nimport pickle\n")

        assert await editor.actions(uri, editor.whole(uri), only=["source"]) == []

    async def test_what_is_not_shown_is_not_fixed(self, settable: Editor, uri: str) -> None:
        settable.set({"vetline": {"ignore": ["B113"]}})
        settable.open(uri, TEXT)

        assert await settable.actions(uri, settable.whole(uri), only=["source"]) == []

    @pytest.mark.parametrize("data", [None, {}, {"uri": 7}, {"uri": "file:///never/opened.py"}])
    async def test_an_action_that_is_not_ours_stays_as_it_is(self, editor: Editor, data: object) -> None:
        action = lsp.CodeAction("Something else", kind="source.fixAll.vetline", data=data)

        assert await editor.client.code_action_resolve_async(action) == action


class TestSilence:
    @pytest.mark.parametrize(
        "line, expected",
        [
            ("requests.get(url)", "requests.get(url)  # nosec B113 # false positive"),
            ("requests.get(url)   ", "requests.get(url)  # nosec B113 # false positive"),
            ("requests.get(url)  # why", "requests.get(url)  # why  # nosec B113 # false positive"),
            ("requests.get(\n    url,\n)", "requests.get(  # nosec B113 # false positive\n    url,\n)"),
            ('x = requests.get(f"""\n{url}\n""")', None),
        ],
        ids=["a line", "blanks at its end", "a comment", "several lines", "a string over lines"],
    )
    async def test_the_finding_is_gone_and_the_code_stays(
        self, editor: Editor, uri: str, line: str, expected: str | None
    ) -> None:
        text = f"import requests\n\n{line}\n"
        editor.open(uri, text)
        (diagnostic,) = await editor.diagnostics(uri)

        action = next(a for a in await editor.actions(uri, diagnostic.range) if a.title == SILENCE[0])

        silenced = editor.applied(uri, action)
        if expected is not None:
            assert silenced == f"import requests\n\n{expected}\n"
        editor.set_text(uri, silenced)
        assert await editor.diagnostics(uri) == []
        compile(silenced, "", "exec")

    async def test_where_no_comment_can_stand_none_is_offered(self, editor: Editor, uri: str) -> None:
        editor.open(uri, "import requests\n\nx = requests.get(url) \\\n    .text\n")

        assert titles(await editor.actions(uri, "requests.get(url)")) == [FIX, EXPLAIN, FIX_ALL]

    async def test_an_existing_suppression_is_extended(self, editor: Editor, uri: str) -> None:
        editor.open(uri, "import requests\n\nrequests.get(eval(url))  # nosec B307 # checked above\n")
        (diagnostic,) = await editor.diagnostics(uri)

        action = next(a for a in await editor.actions(uri, diagnostic.range) if a.title == SILENCE[1])

        silenced = editor.applied(uri, action)
        assert "# checked above" in silenced
        editor.set_text(uri, silenced)
        assert await editor.diagnostics(uri) == []


class TestMany:
    async def test_a_selection_with_hundreds_of_findings_is_answered_soon(self, editor: Editor, uri: str) -> None:
        """Each action is proved by an analysis of its own: only so many findings have their actions listed."""
        functions = "".join(f"def f{n}(url):\n    return requests.get(url)\n\n\n" for n in range(200))
        editor.open(uri, "import requests\n\n\n" + functions)
        assert len(codes(await editor.diagnostics(uri))) == 200

        actions = await editor.actions(uri, editor.whole(uri))

        assert titles(actions).count(FIX) == 20
        assert titles(actions)[-1] == FIX_ALL

    async def test_a_request_that_is_overtaken_by_an_edit_is_told_so(self, editor: Editor, uri: str) -> None:
        functions = "".join(f"def f{n}(url):\n    return requests.get(url)\n\n\n" for n in range(300))
        editor.open(uri, "import requests\n\n\n" + functions + "#end")
        await editor.diagnostics(uri)
        asked = asyncio.ensure_future(editor.actions(uri, editor.whole(uri)))
        await asyncio.sleep(0)

        editor.insert(uri, "#end", "eval(x)\n")

        with pytest.raises(Exception, match="changed meanwhile"):
            await asked
