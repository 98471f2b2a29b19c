"""The set-up that we print for editors: what no test drives has at least to be well-formed, and to start our server."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.snippets import snippet, snippets

READERS = {"toml": tomllib.loads, "json": json.loads}


def words(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():
                yield key
                yield from words(inner)
        case list():
            for inner in value:
                yield from words(inner)


@pytest.mark.parametrize("language, code", [each for each in snippets("docs/editors.md") if each[0] in READERS])
def test_configuration_files_are_well_formed_and_start_the_server(language: str, code: str) -> None:
    said = set(words(READERS[language](code)))

    assert "serve" in said
    assert any(word.endswith("vetline") for word in said)


@pytest.mark.parametrize(
    "in_readme, in_manual, language",
    [
        ("**Neovim 0.11**", "## Neovim 0.11 or newer", "lua"),
        ("**Emacs** with eglot", "## Emacs with eglot", "elisp"),
    ],
)
def test_the_readme_and_the_manual_say_the_same(in_readme: str, in_manual: str, language: str) -> None:
    assert snippet("README.md", in_readme, language) == snippet("docs/editors.md", in_manual, language)


def test_a_snippet_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError, match="no elisp block"):
        snippet("docs/editors.md", "## VS Code", "elisp")
    with pytest.raises(LookupError, match="doesn't say"):
        snippet("docs/editors.md", "## Notepad", "lua")
