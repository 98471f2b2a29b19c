"""Whatever is in a file or in an editor's settings, reading it ends in a configuration and a list of problems."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from vetline.config import KEYS, SEVERITY, FileKind, Files, check_text, load
from vetline.core.config import Config
from vetline.syntax.lines import Lines

WORDS = st.sampled_from(
    ["vetline", "B602", "B", "high", "off", "", "a\nb", "x" * 99, "\x00", "é🦜", "skips", "\\", "~nobody/x", "["]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.dates() | st.times()
OUR_KEYS = st.sampled_from(
    [
        *(part for key in KEYS for part in key.split(".")),
        *(SEVERITY, "tool", "trace", "minSeverity"),
        *(
            "tests",
            "skips",
            "exclude_dirs",
            "profiles",
            "include",
            "assert_used",
            "shell_injection",
            "blacklist_calls",
            "level",
        ),
    ]
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(OUR_KEYS | WORDS, inner, max_size=4),
    max_leaves=10,
)
TABLES = st.dictionaries(OUR_KEYS | WORDS, ANYTHING, max_size=5)
FRAGMENTS = st.sampled_from(
    [
        *("[bandit]", "[tool.vetline]", "[tool.bandit]", "select", "=", ":", "[", "]", "{", "}", '"', "'''", '"""', ","),
        *("\n", "\r", "  ", "# ", "B602", "%", "%(a)s", "&a", "*a", "<<", "!!python/name:os.system", "---", "- ", "? ", "1"),
        *("\ufeff", "\x85", "\t"),
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=25).map("".join) | st.text(max_size=40)


def without_null(value: Any) -> Any:
    """TOML knows no null."""
    if isinstance(value, dict):
        return {key: without_null(item) for key, item in value.items() if item is not None}
    return [without_null(item) for item in value if item is not None] if isinstance(value, list) else value


def check_problems(path: Path, text: str, kind: FileKind) -> None:
    """Every problem stands inside the text, and says something on one line."""
    lines = Lines(text.removeprefix("\ufeff"))
    for problem in check_text(path, text, kind):
        assert lines.clamp(problem.range.start) == problem.range.start
        assert problem.range.start <= problem.range.end <= lines.end
        assert problem.message
        assert "\n" not in problem.message
        assert len(problem.message) < 1000


@pytest.mark.parametrize("kind", list(FileKind))
@given(text=TEXTS)
@settings(deadline=None, max_examples=150)
@example(text="a: &a [*a]")
@example(text="? [a, b]\n: 1")
@example(text="<<: {skips: [B101, B999]}\n")
@example(text="[bandit]\nskips = %(skips)s")
@example(text="[bandit]\n  a\n    b")
@example(text="tests: [.inf, 0x1_, 1:60, =]")
@example(text="- " * 3000)
@example(text="{" * 3000)
@example(text="a = {" * 3000)
def test_any_text(kind: FileKind, text: str) -> None:
    name = "b.toml" if kind in {FileKind.USER, FileKind.VETLINE, FileKind.PYPROJECT} else "b.yaml"
    check_problems(Path(name), text, kind)


@given(data=TABLES)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_toml_document(data: dict[str, Any]) -> None:
    table = without_null(data)
    check_problems(Path("vetline.toml"), tomlkit.dumps(table), FileKind.VETLINE)
    for name in ("vetline", "bandit"):
        check_problems(Path("pyproject.toml"), tomlkit.dumps({"tool": {name: table}}), FileKind.PYPROJECT)


@given(editor=TABLES, command_line=TABLES)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@example(editor={"bandit": {"config": "~nobody-by-that-name/x"}}, command_line={})
@example(editor={"vetline": []}, command_line={"bandit": {"config": "\x00"}})
def test_any_settings_of_a_program(editor: dict[str, Any], command_line: dict[str, Any]) -> None:
    assert isinstance(load(editor=editor, command_line=command_line, user=None).config, Config)


@given(contents=st.lists(st.binary(max_size=30) | TEXTS.map(str.encode), min_size=4, max_size=4))
@settings(deadline=None, max_examples=60)
def test_any_files(contents: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "good").mkdir()
        (folder / "good" / "vetline.toml").write_text('select = ["B6"]\n')
        for file, content in zip(("vetline.toml", "pyproject.toml", ".bandit", ".vetline.toml"), contents, strict=True):
            (folder / file).write_bytes(content)
        files = Files()
        assert isinstance(load(folder, files=files, user=folder / "vetline.toml").config, Config)
        assert load(folder / "good", files=files, user=None).config.select == ("B6",)
