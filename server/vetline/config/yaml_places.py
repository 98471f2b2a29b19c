"""Reads YAML with its positions.  PyYAML, which Bandit brings, is imported only when there is a YAML file to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vetline.config.documents import SyntaxFault, without_bom
from vetline.config.problems import START
from vetline.config.toml_places import KeyPath, Offsets
from vetline.core.location import Range

if TYPE_CHECKING:
    from yaml import Mark, Node


class YamlPlaces:
    """The places of a YAML document, from its composed tree."""

    def __init__(self, text: str, root: Node | None) -> None:
        self._text = text
        self._offsets = Offsets(text)
        self._root = root

    def key(self, path: KeyPath) -> Range:
        """Return where the last key of ``path`` stands."""
        return self._range(self._find(path)[0])

    def value(self, path: KeyPath) -> Range:
        """Return where the value of ``path`` stands; an empty one goes by its key."""
        key, value = self._find(path)
        found = self._range(value)
        return self._range(key) if found.is_empty else found

    def _range(self, node: Node | None) -> Range:
        if node is None:
            return START
        start, end = node.start_mark.index, node.end_mark.index
        end = start + len(self._text[start:end].rstrip())  # a block would end where the next token begins
        return self._offsets.range(start, end)

    def _find(self, path: KeyPath) -> tuple[Node | None, Node | None]:
        """Return the nodes of the key and the value at ``path``, or as near to it as there are any."""
        from yaml import MappingNode, SequenceNode

        key = value = self._root
        for step in path:
            found: tuple[Any, Any] | None = None
            if isinstance(value, MappingNode):
                found = next((pair for pair in reversed(value.value) if pair[0].value == step), None)
            elif isinstance(value, SequenceNode) and isinstance(step, int) and step < len(value.value):
                found = (value.value[step], value.value[step])
            if found is None:
                break
            key, value = found
        return key, value


def parse_yaml(text: str) -> tuple[Any, YamlPlaces] | SyntaxFault:
    """Parse a YAML document as Bandit does (``yaml.safe_load``); never raises."""
    import yaml

    text = without_bom(text)
    try:
        value = yaml.safe_load(text)
        return value, YamlPlaces(text, yaml.compose(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        problem = error.problem or error.context or "unreadable"
        return SyntaxFault(_range_of(text, error.problem_mark or error.context_mark), f"not valid YAML: {problem}")
    except yaml.reader.ReaderError as error:
        at = Offsets(text).range(error.position, error.position + 1)
        return SyntaxFault(at, f"not valid YAML: {error.reason}")
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        # What safe_load lets through from the constructors of its values: 2001-99-99, nesting without an end.
        return SyntaxFault(START, f"not readable as YAML: {error}")


def _range_of(text: str, mark: Mark | None) -> Range:
    return Offsets(text).range(mark.index, mark.index + 1) if mark else START
