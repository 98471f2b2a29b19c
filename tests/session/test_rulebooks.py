"""Which configuration a buffer is vetted by, and when another one takes its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from vetline.session.rulebooks import EditorSettings, Rulebooks


@pytest.fixture
def rulebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rulebooks:
    """Rulebooks of a session with the folders ``one`` and ``two``, in which each has a ``vetline.toml``."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    for name in ("one", "two"):
        (tmp_path / name / "package").mkdir(parents=True)
        (tmp_path / name / "vetline.toml").write_text(f'ignore = ["B10{len(name)}"]\n')
    books = Rulebooks()
    books.workspaces = (tmp_path / "one", tmp_path / "two")
    return books


def ignored(books: Rulebooks, path: Path | None) -> tuple[str, ...]:
    return books.of(path).policy.config.ignore


def test_a_folder_shares_a_rulebook_and_folders_that_agree_on_bandit_an_engine(rulebooks: Rulebooks, tmp_path: Path) -> None:
    one = rulebooks.of(tmp_path / "one" / "app.py")

    assert rulebooks.of(tmp_path / "one" / "other.py") is one
    assert rulebooks.of(tmp_path / "two" / "app.py") is not one
    assert rulebooks.of(tmp_path / "two" / "app.py").engine is one.engine


def test_another_configuration_of_bandit_has_another_engine(rulebooks: Rulebooks, tmp_path: Path) -> None:
    (tmp_path / "two" / "pyproject.toml").write_text('[tool.bandit]\nskips = ["B113"]\n')

    assert rulebooks.of(tmp_path / "two" / "app.py").engine is not rulebooks.of(tmp_path / "one" / "app.py").engine


def test_another_profile_has_another_engine(rulebooks: Rulebooks, tmp_path: Path) -> None:
    (tmp_path / "two" / "vetline.toml").write_text('profile = "bandit"\n')

    for one, two in (("one", "two"), ("two", "one")):
        engines = [rulebooks.of(tmp_path / name / "app.py").engine for name in (one, two)]
        assert [bool(engine.checks.rules) for engine in engines] == [one == "one", two == "one"]
        rulebooks.forget()


def test_a_buffer_without_a_file_belongs_to_the_first_folder(rulebooks: Rulebooks) -> None:
    assert ignored(rulebooks, None) == ("B103",)

    rulebooks.workspaces = ()
    rulebooks.forget()
    assert ignored(rulebooks, None) == ()


def test_nothing_changes_while_nothing_is_forgotten(rulebooks: Rulebooks, tmp_path: Path) -> None:
    path = tmp_path / "one" / "app.py"
    rulebooks.of(path)
    (tmp_path / "one" / "vetline.toml").write_text("")

    assert ignored(rulebooks, path) == ("B103",)


def test_what_is_forgotten_and_found_as_it_was_is_the_same_object(rulebooks: Rulebooks, tmp_path: Path) -> None:
    path = tmp_path / "one" / "package" / "app.py"
    before = rulebooks.of(path)
    (tmp_path / "one" / "vetline.toml").write_text('# moved down a line\nignore = ["B103"]\n')

    rulebooks.forget()

    assert rulebooks.of(path) is before


def test_what_is_forgotten_and_found_changed_is_another(rulebooks: Rulebooks, tmp_path: Path) -> None:
    path = tmp_path / "one" / "package" / "app.py"
    before = rulebooks.of(path)
    (tmp_path / "one" / "package" / ".vetline.toml").write_text('ignore = ["B999", "B101"]\n')

    rulebooks.forget()

    assert rulebooks.of(path) is not before
    assert rulebooks.of(path).engine is before.engine
    assert ignored(rulebooks, path) == ("B101",)


def test_a_file_that_looks_as_before_is_read_again_when_it_is_said_to_have_changed(
    rulebooks: Rulebooks, tmp_path: Path
) -> None:
    import os

    file = tmp_path / "one" / "vetline.toml"
    path = tmp_path / "one" / "app.py"
    rulebooks.of(path)
    status = file.stat()
    file.write_text(file.read_text().replace("B103", "B105"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert rulebooks.expire([file])
    rulebooks.forget()

    assert ignored(rulebooks, path) == ("B105",)


def test_only_files_that_were_looked_for_matter(rulebooks: Rulebooks, tmp_path: Path) -> None:
    rulebooks.of(tmp_path / "one" / "package" / "app.py")

    assert rulebooks.expire([tmp_path / "app.py", tmp_path / "one" / "package" / "pyproject.toml"])
    assert not rulebooks.expire([tmp_path / "one" / "app.py", tmp_path / "two" / "vetline.toml", tmp_path / "vetline.toml"])
    assert tmp_path / "one" / "vetline.toml" in rulebooks.depends_on()
    assert tmp_path / "two" / "vetline.toml" not in rulebooks.depends_on()


class TestEditorSettings:
    def test_a_folders_own_take_the_place_of_the_common_ones(self, rulebooks: Rulebooks, tmp_path: Path) -> None:
        rulebooks.settings = EditorSettings({"ignore": ["B4"]}, {tmp_path / "two": {"select": ["B1"]}})

        assert ignored(rulebooks, tmp_path / "one" / "app.py") == ("B4",)
        assert ignored(rulebooks, tmp_path / "two" / "app.py") == ("B103",)
        assert rulebooks.of(tmp_path / "two" / "app.py").policy.config.select == ("B1",)
        assert ignored(rulebooks, tmp_path / "elsewhere" / "app.py") == ("B4",)

    def test_in_folders_within_each_other_the_inner_one_counts(self, rulebooks: Rulebooks, tmp_path: Path) -> None:
        inner = tmp_path / "one" / "package"
        rulebooks.workspaces = (tmp_path / "one", inner)
        rulebooks.settings = EditorSettings({}, {tmp_path / "one": {"ignore": ["B4"]}, inner: {"ignore": ["B5"]}})

        assert ignored(rulebooks, inner / "app.py") == ("B5",)
        assert ignored(rulebooks, tmp_path / "one" / "app.py") == ("B4",)


class TestProblems:
    def test_those_of_the_folders_are_known_before_a_buffer_is_open(self, rulebooks: Rulebooks, tmp_path: Path) -> None:
        (tmp_path / "two" / "vetline.toml").write_text("ignor = []\n")
        assert rulebooks.problems() == {}

        rulebooks.look_around()

        assert [(path, len(found)) for path, found in rulebooks.problems().items()] == [(tmp_path / "two" / "vetline.toml", 1)]

    def test_a_file_that_many_folders_depend_on_has_each_problem_once(self, rulebooks: Rulebooks, tmp_path: Path) -> None:
        (tmp_path / "one" / "vetline.toml").write_text("ignor = []\nselec = []\n")
        rulebooks.settings = EditorSettings({"ignor": []})
        for path in ("one/app.py", "one/package/app.py", "two/app.py"):
            rulebooks.of(tmp_path / path)

        assert {path: len(found) for path, found in rulebooks.problems().items()} == {
            tmp_path / "one" / "vetline.toml": 2,
            None: 1,
        }
