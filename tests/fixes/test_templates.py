"""A string with values in it is read alike however it is written, and each of its characters is found in the source."""

from __future__ import annotations

import ast

import pytest

from vetline.core.location import Range
from vetline.syntax.blocks import BlockKind
from vetline.syntax.lines import Lines
from vetline.syntax.template_reader import read_template
from vetline.syntax.templates import HOLE, Hole, Template, fstring_source, literal_source
from vetline.syntax.tree import parse_block


class Snippet:
    """The source of one expression."""

    def __init__(self, expression: str) -> None:
        text = f"value = ({expression})\n"
        self._tree = parse_block(BlockKind.STATEMENT, 0, text)
        self._lines = Lines(text)
        statement = self._tree.body[0]
        assert isinstance(statement, ast.Assign)
        self.node = statement.value

    def range_of(self, node: ast.AST) -> Range:
        return self._tree.range_of(node)

    def text_of(self, node: ast.AST) -> str:
        return self._lines.slice(self.range_of(node))


def template_of(expression: str) -> Template | None:
    snippet = Snippet(expression)
    return read_template(snippet.node, snippet)


READ = {
    '"plain"': ("plain", []),
    "f'{a}'": ("_", ["a"]),
    "f'a {b.c[0]} d'": ("a _ d", ["b.c[0]"]),
    "f'{a}{b}'": ("__", ["a", "b"]),
    "f'{ a + b }'": ("_", ["a + b"]),
    "f'{{{a}}}'": ("{_}", ["a"]),
    "f'{a!r:>{width}}'": ("_", ["a!r:>{width}"]),
    "f'\\N{EM DASH}{a}'": ("—_", ["a"]),
    "rf'\\d{a}'": ("\\d_", ["a"]),
    "'a' f'{b}' \"c\"": ("a_c", ["b"]),
    "'a'  # one\n f'{b}'": ("a_", ["b"]),
    "f'''{\n a }\r\n'''": ("_\n", ["a"]),
    "f\"{a['b']}\"": ("_", ["a['b']"]),
    'f"{a["b"]}"': ("_", ['a["b"]']),
    "f'é😀{a}'": ("é😀_", ["a"]),
    "'a %s b' % c": ("a _ b", ["c"]),
    "'%s%% %r %d' % (a, b, c)": ("_% _ _", ["a", "b!r", "c:d"]),
    "'%(a)s %(b)05d' % {'a': x, 'b': y}": ("_ _", ["x", "y:05d"]),
    "('a ' '%s') % b": ("a _", ["b"]),
    "'a {} {}'.format(b, c)": ("a _ _", ["b", "c"]),
    "'{0} {1} {0}'.format(a, b)": ("_ _ _", ["a", "b", "a"]),
    "'{x!r} {{}} {y:>3}'.format(x=a, y=b)": ("_ {} _", ["a!r", "b:>3"]),
    "'a ' + b": ("a _", ["b"]),
    "a + ' b ' + c": ("_ b _", ["a", "c"]),
    "'a' + str(b) + f'{c}' 'd'": ("a__d", ["str(b)", "c"]),
    "'a' + (b if c else d)": ("a_", ["b if c else d"]),
    "'a' + b * 2": ("a_", ["b * 2"]),
    "'\\x41\\u00e9\\'\\\n\\q'": ("Aé'\\q", []),
}

UNCLEAR = [
    "b'a'",
    "f'{a=}'",
    "f'{a  # comment\n}'",
    "'%s' % (*a,)",
    "'%s %s' % pair",
    "'%(a)s' % values",
    "'%*d' % (a, b)",
    "'%s' % (a, b)",
    "'100%' % ()",
    "f'{a} %s' % b",
    "'{}'.format(*a)",
    "'{}'.format(**a)",
    "'{a.b}'.format(a=a)",
    "'{'.format(a)",
    "'{}'.format(a, b)",
    "f'{a} {{}}'.format(b)",
    "a.format(b)",
    "'a' + ('b' + c)",
    "'a' + -b + +c",
    "a + b",
    "'a' * 2",
    "'a'.join(b)",
    "'a\\0b'",
]


def shown(hole: Hole) -> str:
    return hole.source + (f"!{hole.conversion}" if hole.conversion else "") + (f":{hole.spec}" if hole.spec else "")


@pytest.mark.parametrize("expression", READ)
def test_a_string_is_read(expression: str) -> None:
    text, holes = READ[expression]
    template = template_of(expression)

    assert template is not None
    assert template.text.replace(HOLE, "_") == text
    assert [shown(hole) for hole in template.holes] == holes


@pytest.mark.parametrize("expression", UNCLEAR)
def test_what_is_not_certain_is_not_read(expression: str) -> None:
    assert template_of(expression) is None


def test_each_character_has_its_source() -> None:
    template = template_of("f'a\\n{{' \"é{b}\" + c")
    assert template is not None

    assert [template.source[slice(*span)] for span in template.spans] == ["a", "\\n", "{{", "é", "{", "b", "}", "c"]


def test_a_call_or_operator_is_the_rest() -> None:
    for expression in ("'{}'.format(a)", "('%s')  % a", "('%s'\n) % (\n a)"):
        template = template_of(expression)
        assert template is not None
        assert len(template.rests) == 1
        assert (template.source[: template.rests[0][0]] + template.source[template.rests[0][1] :]).strip("()\n") in (
            "'{}'",
            "'%s'",
        )


def test_a_value_is_an_expression_of_its_own() -> None:
    hole = Hole("os.path.join(a,\n b)")
    value = hole.expression()

    assert isinstance(value, ast.Call)
    assert hole.text_of(value.args[1]) == "b"
    assert Hole("a b").expression() is None


@pytest.mark.parametrize("text", ["", "plain", "it's", 'say "so"', "back\\slash", "line\nline\r\ttab", "é😀"])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_literals_stand_for_their_text(text: str, quote: str) -> None:
    source = literal_source(text, quote)

    assert ast.literal_eval(source) == text
    assert source[0] == quote


@pytest.mark.parametrize(
    "pieces, source",
    [
        (["%", Hole("a"), "%"], 'f"%{a}%"'),
        (["{", Hole("a", "r", ">3"), "}"], 'f"{{{a!r:>3}}}"'),
        ([Hole('a["b"]'), "it's"], "f'{a[\"b\"]}it\\'s'"),
        ([Hole("{1: 2}[a]")], 'f"{ {1: 2}[a]}"'),
        ([Hole("a['b'][\"c\"]")], None),
        ([Hole("a.split('\\n')")], None),
    ],
)
def test_fstrings_that_any_python_reads(pieces: list[str | Hole], source: str | None) -> None:
    assert fstring_source(pieces, '"') == source
