"""Diagnostics that are pushed: when they come, for which version, and for which documents."""

from __future__ import annotations

import asyncio

import pytest

from tests.lsp.editor import QUIET, Editor, codes

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEAD = "import requests\n\n"
COMPLETION = "def fetch(url):\n    return requests.get(url)\n\n\n"


def functions(count: int) -> str:
    return "".join(f"def f{n}(url):\n    return requests.get(url + {n!r})\n\n\n" for n in range(count))


class TestFollowing:
    async def test_an_open_document_is_vetted(self, editor: Editor, uri: str) -> None:
        editor.open(uri, HEAD + COMPLETION, version=41)

        diagnostics = await editor.diagnostics(uri)

        assert [(d.code, editor.marked(uri, d)) for d in diagnostics] == [("B113", "requests.get(url)")]
        assert [p.version for p in editor.published(uri)] == [41]

    async def test_a_document_without_findings_is_told_to_have_none(self, editor: Editor, uri: str) -> None:
        editor.open(uri, "x = 1\n")

        assert await editor.diagnostics(uri) == []

    async def test_closing_takes_diagnostics_back(self, editor: Editor, uri: str) -> None:
        editor.open(uri, HEAD + COMPLETION)
        await editor.diagnostics(uri)

        editor.close(uri)

        last = await editor.publication(uri, after=1)
        assert (list(last.diagnostics), last.version) == ([], None)

    async def test_a_document_can_be_opened_again_with_another_text(self, editor: Editor, uri: str) -> None:
        editor.open(uri, HEAD + COMPLETION, version=7)
        await editor.diagnostics(uri)
        editor.close(uri)

        editor.open(uri, "eval(x)\n", version=1)

        assert codes(await editor.diagnostics(uri)) == ["B307"]

    async def test_a_change_behind_the_close_is_ignored(self, editor: Editor, uri: str) -> None:
        editor.open(uri, HEAD)
        await editor.diagnostics(uri)
        editor.close(uri)
        await editor.publication(uri, after=1)
        editor.texts[uri] = HEAD

        editor.insert(uri, "import", COMPLETION)

        await asyncio.sleep(QUIET)
        assert len(editor.published(uri)) == 2

    async def test_two_documents_do_not_mix(self, editor: Editor, uri: str) -> None:
        one, two = uri.replace(".py", "_1.py"), uri.replace(".py", "_2.py")
        editor.open(one, HEAD + COMPLETION)
        editor.open(two, "eval(x)\n")
        editor.insert(one, "def", "exec(x)\n\n\n")
        editor.insert(two, "eval", "import pickle\n")

        assert codes(await editor.diagnostics(one)) == ["B102", "B113"]
        assert codes(await editor.diagnostics(two)) == ["B403", "B307"]

    async def test_the_whole_text_may_be_sent_each_time(self, editor: Editor, uri: str) -> None:
        editor.open(uri, HEAD + COMPLETION)
        await editor.diagnostics(uri)

        editor.set_text(uri, HEAD + COMPLETION + "eval(x)\n")

        assert codes(await editor.diagnostics(uri)) == ["B113", "B307"]

    async def test_a_message_without_changes_gives_the_text_a_new_version(self, editor: Editor, uri: str) -> None:
        editor.open(uri, HEAD + COMPLETION)
        await editor.diagnostics(uri)

        editor._send(uri, editor.texts[uri])

        assert codes(await editor.diagnostics(uri)) == ["B113"]

    async def test_a_syntax_error_hides_nothing_elsewhere(self, editor: Editor, uri: str) -> None:
        editor.open(uri, HEAD + COMPLETION + "eval(x)\n")
        await editor.diagnostics(uri)

        editor.insert(uri, "def fetch", "def broken(:\n    x = (\n    for\n\n\n")

        assert codes(await editor.diagnostics(uri)) == ["B113", "B307"]


class TestWhen:
    async def test_typing_is_answered_once_when_it_pauses(self, editor: Editor, uri: str) -> None:
        editor.open(uri, HEAD + "\n#end")
        await editor.diagnostics(uri)

        for character in "requests.get(url)":
            editor.insert(uri, "\n#end", character)
            await asyncio.sleep(0.01)

        assert codes(await editor.diagnostics(uri)) == ["B113"]
        await asyncio.sleep(QUIET)
        assert [p.version for p in editor.published(uri)] == [1, 1 + len("requests.get(url)")]

    async def test_a_completion_is_answered_without_a_pause(self, settable: Editor, uri: str) -> None:
        editor = settable
        editor.set({"vetline": {"typingDelayMs": 9_999}})
        editor.open(uri, HEAD + "\n#end")
        await editor.diagnostics(uri)

        editor.insert(uri, "#end", COMPLETION)

        async with asyncio.timeout(5):
            assert codes(await editor.diagnostics(uri)) == ["B113"]

    async def test_undoing_a_completion_is_answered_without_a_pause(self, settable: Editor, uri: str) -> None:
        editor = settable
        editor.set({"vetline": {"typingDelayMs": 9_999}})
        editor.open(uri, HEAD + COMPLETION)
        await editor.diagnostics(uri)

        editor.replace(uri, COMPLETION, "")

        async with asyncio.timeout(5):
            assert await editor.diagnostics(uri) == []

    async def test_a_completion_behind_typing_takes_what_was_typed_along(self, settable: Editor, uri: str) -> None:
        editor = settable
        editor.set({"vetline": {"typingDelayMs": 9_999}})
        editor.open(uri, HEAD + "eval#end")
        await editor.diagnostics(uri)
        for character in "(x)":
            editor.insert(uri, "#end", character)

        editor.insert(uri, "#end", f"\n\n\n{COMPLETION}")

        async with asyncio.timeout(5):
            assert codes(await editor.diagnostics(uri)) == ["B307", "B113"]
        assert [p.version for p in editor.published(uri)] == [1, 5]

    async def test_no_version_is_published_that_was_overtaken(self, editor: Editor, uri: str) -> None:
        """Edits come while a large text is vetted; each publication must be right for its version, and none goes back."""
        text = HEAD + functions(1500) + "#end\n"
        editor.open(uri, text)
        texts = {1: text}
        for n in range(40):
            if n % 2:
                editor.insert(uri, "#end", "eval(x)\n")
            else:
                editor.insert(uri, "def f700(", "exec(x)\n\n\n")
            texts[editor.versions[uri]] = editor.texts[uri]
            await asyncio.sleep(0.003)

        await editor.diagnostics(uri)

        published = editor.published(uri)
        versions = [p.version or 0 for p in published]
        assert versions == sorted(set(versions))
        assert versions[-1] == 41
        for params in published:
            assert params.version is not None
            expected = texts[params.version].count("requests.get") + texts[params.version].count("(x)")
            assert len(params.diagnostics) == expected

    async def test_a_request_is_answered_while_a_large_text_is_vetted(self, editor: Editor, uri: str) -> None:
        small = uri.replace(".py", "_small.py")
        editor.open(small, HEAD + COMPLETION)
        await editor.diagnostics(small)
        editor.open(uri, HEAD + functions(3000))

        hover = await editor.hover(small, "requests.get")

        assert hover is not None
        assert editor.published(uri) == []
        assert len(await editor.diagnostics(uri)) == 3000
        editor.close(uri)


class TestWhich:
    @pytest.mark.parametrize("language", ["toml", "markdown", "jupyter", "pythonx"])
    async def test_other_languages_are_left_alone(self, editor: Editor, uri: str, language: str) -> None:
        editor.open(uri, HEAD + COMPLETION, language=language)
        editor.insert(uri, "def", "eval(x)\n")
        editor.save(uri)
        assert await editor.actions(uri, "requests.get(url)") == []
        assert await editor.hover(uri, "requests.get") is None
        editor.close(uri)

        await asyncio.sleep(QUIET / 2)
        assert editor.published(uri) == []

    @pytest.mark.parametrize("language", ["python", "Python", ""])
    async def test_python_may_be_written_otherwise_or_go_without_saying(self, editor: Editor, uri: str, language: str) -> None:
        editor.open(uri, HEAD + COMPLETION, language=language)

        assert codes(await editor.diagnostics(uri)) == ["B113"]

    @pytest.mark.parametrize(
        "document",
        [
            "untitled:Untitled-1",
            "untitled:/workspace/new.py",
            "vscode-notebook-cell:/workspace/notes.ipynb#W0sZmlsZQ%3D%3D",
            "git:/workspace/app.py?%7B%22path%22%3A%22%2Fworkspace%2Fapp.py%22%2C%22ref%22%3A%22~%22%7D",
            "vscode-vfs://github/someone/something/app.py",
            "file:///workspace/with%20space/%C3%A9t%C3%A9/100%25.py",
            "file:///workspace/with space/été/[brackets] #1.py",
            "file:///workspace/semi;colon&and=more,+~.py",
            "file://server/share/app.py",
            "file:///c%3A/workspace/app.py",
            "file:///workspace/nul%00byte.py",
            "file:///workspace/not-utf-8-%FF.py",
            "file:///",
            "file:relative.py",
            "zipfile:///workspace/archive.zip::app.py",
            "no uri at all",
            "",
        ],
    )
    async def test_a_document_may_have_any_uri(self, editor: Editor, document: str) -> None:
        editor.open(document, HEAD + COMPLETION)
        assert codes(await editor.diagnostics(document)) == ["B113"]

        fix = (await editor.actions(document, "requests.get(url)"))[0]

        assert editor.applied(document, fix) == HEAD + COMPLETION.replace("url)\n\n", "url, timeout=10)\n\n")
        editor.close(document)
        await editor.publication(document, after=1)
