"""The developer's editor: which file is in view, where the cursor is, and how the texts change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from vetline.cli.demo.stage import Scene
from vetline.cli.demo.steps import ScenarioError, offset_after
from vetline.core.edit import TextEdit
from vetline.core.location import Position, Range
from vetline.lsp.client import Client
from vetline.lsp.client_types import Action
from vetline.syntax.lines import Lines


class Editor:
    """Edits the files of ``project`` and tells the server; ``scene`` is kept up to date, and where the cursor is known."""

    def __init__(self, client: Client, project: Path, scene: Scene) -> None:
        self._client = client
        self._project = project
        self._scene = scene
        self._uris: dict[str, str] = {}

    @property
    def uri(self) -> str:
        """The URI of the file in view."""
        return self._uris[self._scene.file]

    @property
    def cursor(self) -> Position:
        """Where the next text goes.

        Raises:
            ScenarioError: nobody knows, because a fix has changed the text since the cursor was put somewhere.
        """
        if self._scene.cursor is None:
            raise ScenarioError("the cursor has to be put somewhere with GoTo first")
        return self._scene.cursor

    def open(self, file: str) -> None:
        """Read a file, tell the server, and show it."""
        path = self._project / file
        self._uris[file] = self._client.open(path, path.read_bytes().decode("utf-8"))
        self.show(file)

    def show(self, file: str) -> None:
        """Bring an open file into view."""
        if file not in self._uris:
            raise ScenarioError(f"{file} isn't open")
        if self._scene.file != file:
            self._scene.file, self._scene.cursor, self._scene.focus = file, None, 0
            self._scene.fresh = frozenset()
        self._refresh()

    def go_to(self, file: str, after: str) -> None:
        """Show ``file``, and put the cursor behind the text ``after``."""
        self.show(file)
        self._put_cursor(Lines(self._scene.text[: offset_after(self._scene.text, after, file)]).end)

    def accept(self, text: str, tool: str) -> TextEdit:
        """Insert what ``tool`` proposes at the cursor, and move the cursor behind it."""
        self._client.accepted(self.uri, tool)
        return self.insert(text)

    def insert(self, text: str) -> TextEdit:
        """Insert ``text`` at the cursor in one change, and return it; the cursor goes behind it."""
        at = self.cursor
        edit = TextEdit.insert(at, text)
        self._client.change(self.uri, [edit])
        self._put_cursor(end_of(at, text))
        self._refresh()
        self.mark([edit], at)
        return edit

    def remove(self, range_: Range) -> TextEdit:
        """Remove the text in ``range_`` in one change, and return it; the cursor goes to its start."""
        edit = TextEdit(range_, "")
        self._client.change(self.uri, [edit])
        self._put_cursor(range_.start)
        self._refresh()
        self._scene.fresh = frozenset()
        return edit

    async def carry_out(self, action: Action, at: Position) -> Sequence[TextEdit]:
        """Apply the edits of a code action, and return those in the file in view; what is near ``at`` stays in view.

        Raises:
            EditRefused: the edits are not for the texts as they are.
        """
        edits = (await self._client.apply(action)).get(self.uri, ())
        if edits:
            self._scene.cursor = None
            self._refresh()
            self.mark(edits, at)
        return edits

    def mark(self, edits: Iterable[TextEdit], at: Position) -> None:
        """Mark as fresh what ``edits`` have written, and bring into view what of it is nearest to ``at``."""
        nearest, fresh, moved = None, set[int](), 0
        for edit in sorted(edits, key=lambda edit: edit.range):
            first = edit.range.start.line + moved
            lines = range(
                first + edit.new_text.startswith("\n"),
                first + edit.new_text.rstrip("\n").count("\n") + 1,
            )
            fresh.update(lines)
            distance = abs(edit.range.start.line - at.line)
            if nearest is None or distance < nearest[0]:
                nearest = distance, lines
            moved += edit.new_text.count("\n") - (edit.range.end.line - edit.range.start.line)
        self._scene.fresh = frozenset(fresh)
        if nearest is not None and nearest[1]:
            self._scene.focus = nearest[1][-1]

    def save_all(self) -> dict[str, str]:
        """Write all open files to the disk, tell the server, and return their texts."""
        texts = {file: self._client.lines(uri).text for file, uri in self._uris.items()}
        for file, text in texts.items():
            (self._project / file).write_text(text, encoding="utf-8", newline="")
            self._client.save(self._uris[file])
        return texts

    def _put_cursor(self, position: Position) -> None:
        self._scene.cursor = position
        self._scene.focus = position.line

    def _refresh(self) -> None:
        self._scene.text = self._client.lines(self.uri).text


def end_of(at: Position, text: str) -> Position:
    """Return where ``text`` ends if it is inserted at ``at``."""
    rows = Lines(text)
    return Position(at.line + len(rows) - 1, len(rows[-1]) + (at.column if len(rows) == 1 else 0))
