"""Texts that are put together: what is known of their parts, and which of the unknown parts can do harm."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import engine
from vetline.engine.document import Document
from vetline.flow.frame import SinkHit
from vetline.flow.values import Text


def sink_of(code: str) -> SinkHit:
    """Return the only sink that the last block of ``code`` reaches."""
    document = Document(code, engine(), "project/module.py")
    document.vet()
    assert document._following is not None
    flow = document._following.links.flow_of(document._entries[-1].id)
    assert flow is not None
    (hit,) = flow.sinks
    return hit


def shape(text: Text, kind: str) -> str:
    """Return a text with ``!`` for unknown parts that may do harm, and ``.`` for those that can't."""
    return "".join(
        piece if isinstance(piece, str) else "!" if not piece or any(t.harms(kind) for t in piece) else "." for piece in text
    )


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("f'{row.a} {len(x)} {row.b:d}'", "! . ."),
        ("'%d %s' % (row.a, row.b)", ". !"),
        ("'{} {:.2f}'.format(row.a, row.b)", "! ."),
        ("'in (' + ','.join(['?'] * len(x)) + ')'", "in (.)"),
        ("'in (' + ', '.join('?' for _ in x) + ')'", "in (.)"),
        ("'in (' + ('?,' * len(x))[:-1] + ')'", "in (.)"),
        ("'in (' + ','.join(row.c) + ')'", "in (!)"),
        ("'a ' + TABLE + ' ' + settings.TABLE", "a . ."),
        ("'a ' + shlex.quote(row.a)", "a ."),
        ("'a ' + escape_text(row.a)", "a ."),
        ("'a ' + html.escape(row.a)", "a !"),
        ("str(int(row.a)) + str(row.a)", ".!"),
        ("'a NAME b NAME'.replace('NAME', row.a)", "a ! b !"),
        ("'a NAME b'.replace('NAME', '%d' % row.a)", "a . b"),
        ("string.Template('a $b ${c}$$').substitute(b=row.a, c=len(x))", "a ! .$"),
        ("string.Template('a $b').safe_substitute(row)", "a !"),
        ("sys.executable + ' ' + os.path.dirname(os.path.abspath(__file__))", ". ."),
        ("'a ' + datetime.datetime.now().strftime('%Y') + row.b", "a .!"),
    ],
)
def test_an_unknown_part_of_a_text_is_told_from_a_harmless_one(expression: str, expected: str) -> None:
    hit = sink_of(
        f"import datetime, html, os, settings, shlex, string, sys\nrow = find()\nx = all()\nos.system({expression})\n"
    )

    assert hit.value.text is not None
    assert [shape(text, hit.kind) for text in hit.value.text] == [expected]


def test_of_too_many_texts_their_beginning_is_known() -> None:
    code = "import os\n\ndef f(a, b, c):\n    t = 'ls -l '\n"
    code += "".join(f"    if {name}:\n        t += '-{name} ' + {name}\n" for name in "abc") + "    os.system(t)\n"
    hit = sink_of(code)

    assert hit.value.text is not None
    assert {shape(text, hit.kind) for text in hit.value.text} == {"ls -l !"}
    assert len(hit.taints) == 3


def test_of_too_many_constants_no_part_may_do_harm() -> None:
    code = "import os\n\ndef f(a, b, c, d):\n    t = 'ls '\n"
    code += "".join(f"    if {name}:\n        t += '-{name} '\n" for name in "abcd") + "    os.system(t)\n"
    hit = sink_of(code)

    assert hit.value.text is not None
    assert not any("!" in shape(text, hit.kind) for text in hit.value.text)


def test_methods_of_a_constant_are_followed() -> None:
    hit = sink_of("import os\nos.system('ping {}'.format('-c'))\n")

    assert hit.value.constant == "ping -c"


def test_an_object_in_capitals_still_has_methods() -> None:
    hit = sink_of("DATABASE.execute('select ' + name)\n")

    assert hit.kind == "sql"
