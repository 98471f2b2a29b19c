"""A command is split only if the shell would do nothing else with it."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixes.snippets import edited, fixes_of
from vetline.core.edit import Applicability
from vetline.rules.shell import split_command

CODE = "import os, shlex, subprocess, sys\n\n\ndef f(x, name: str, count: int, path: Path):\n    subprocess.run({})\n"

SAFE = {
    '"ls -l /srv"': '["ls", "-l", "/srv"]',
    "'ls'": "['ls']",
    '"  ls\\t -l "': '["ls", "-l"]',
    '"git commit -m \'two words\' --author=\\"A B\\""': '["git", "commit", "-m", "two words", "--author=A B"]',
    "'grep \"a*\" log.txt'": "['grep', 'a*', 'log.txt']",
    "\"grep 'a|b' ''\"": '["grep", "a|b", ""]',
    '"git show HEAD^ a=b x~1 date@{0}"': None,
    '"git show HEAD^ a=b x~1"': '["git", "show", "HEAD^", "a=b", "x~1"]',
    "f'convert \"{name}\" out.png'": "['convert', name, 'out.png']",
    "f'convert {shlex.quote(x)} {shlex.quote(name)}.png'": "['convert', x, f'{name}.png']",
    "f'head -n {count} {count:05d}'": "['head', '-n', str(count), f'{count:05d}']",
    "f'{sys.executable} -m pip list'": "[sys.executable, '-m', 'pip', 'list']",
    "f'cat \"{path}\"'": "['cat', str(path)]",
    "f'cat \"dir/{path}\"'": "['cat', f'dir/{path}']",
    "'cat \"%s\"' % name": "['cat', name]",
    '\'cat "{}" "{p}"\'.format(name, p=path)': "['cat', name, str(path)]",
    "'cat \"' + x + '\"'": "['cat', x]",
}

REVIEW = {
    "f'convert {x} {name}'": "['convert', str(x), name]",
    "'git log ' + x": "['git', 'log', x]",
    "'ls %s/*' % x": None,
    "'ls %s' % os.path.join(x, 'a')": "['ls', os.path.join(x, 'a')]",
    "f'ssh {name}@{x} uptime'": "['ssh', f'{name}@{x}', 'uptime']",
    "f'git log --author={x}'": "['git', 'log', f'--author={x}']",
    "f'tar xf {path}'": "['tar', 'xf', str(path)]",
    "'npm install'": "['npm', 'install']",
    "'mkdir out'": "['mkdir', 'out']",
    "'ffmpeg -version'": "['ffmpeg', '-version']",
}

LEFT_ALONE = [
    '"ls | wc -l"',
    '"ls > out.txt"',
    '"make && make install"',
    '"sleep 1 &"',
    '"ls; rm x"',
    '"rm *.tmp"',
    '"ls a?b"',
    '"ls [ab]"',
    '"cp a.{txt,md} b"',
    '"echo $HOME"',
    '"echo `date`"',
    "'echo \"$HOME\"'",
    "'echo \"a\\\\b\"'",
    '"ls ~/x"',
    '"ls --dir=~/x"',
    '"dir %TEMP%"',
    '"ls # all"',
    '"A=1 ls"',
    '"ls \'open"',
    '"ls\\nrm x"',
    "'copy C:\\\\a D:'",
    '"cd /srv"',
    '"export A"',
    '"source env.sh"',
    '"dir"',
    '""',
    '"  "',
    "x",
    "[x, 'a']",
    "'ls ' 'a' if x else 'b'",
    "f'{x} -l'",
    "f'git log {options}'",
    "f'git {self.args}'",
    "f'ls {x, 1}'",
    "f'ls {(y := x)}'",
    "b'ls -l'",
    "('ls '  # list\n     f'{x}')",
]


def fixed_command(command: str, more: str = "shell=True") -> tuple[str, Applicability] | None:
    code = CODE.format(f"{command}, {more}")
    for fix in fixes_of(code, "B602"):
        result = edited(code, fix.edits)
        start = CODE.index("{}")
        return result[start:-2], fix.applicability
    return None


@pytest.mark.parametrize("command", SAFE)
def test_a_command_whose_words_are_certain(command: str) -> None:
    assert fixed_command(command) == (SAFE[command] and (SAFE[command], Applicability.SAFE))


@pytest.mark.parametrize("command", REVIEW)
def test_a_command_that_a_person_has_to_look_at(command: str) -> None:
    assert fixed_command(command) == (REVIEW[command] and (REVIEW[command], Applicability.REVIEW))


@pytest.mark.parametrize("command", LEFT_ALONE)
def test_a_command_that_needs_its_shell(command: str) -> None:
    assert fixed_command(command) is None


@pytest.mark.parametrize(
    "more, left",
    [
        ("shell=True, check=True", ", check=True"),
        ("-1, shell=True, cwd=x", ", -1, cwd=x"),
        ("shell=1", ""),
    ],
)
def test_other_arguments_stay(more: str, left: str) -> None:
    assert fixed_command('"ls -l"', more) == (f'["ls", "-l"]{left}', Applicability.SAFE)


@pytest.mark.parametrize(
    "more",
    ["shell=x", "shell=True, executable='/bin/bash'", "shell=True, **x", "0, '/bin/sh', shell=True"],
)
def test_arguments_that_change_what_is_run(more: str) -> None:
    assert fixed_command('"ls -l"', more) is None


@pytest.mark.parametrize(
    "handlers, applicability",
    [
        ("except subprocess.CalledProcessError: pass", Applicability.REVIEW),
        ("except (ValueError, CalledProcessError): pass", Applicability.REVIEW),
        ("except (subprocess.CalledProcessError, OSError): pass", Applicability.SAFE),
        ("except Exception: pass", Applicability.SAFE),
        ("finally: pass", Applicability.SAFE),
    ],
)
def test_a_missing_program_is_another_error_without_the_shell(handlers: str, applicability: Applicability) -> None:
    code = f"import subprocess\ntry:\n    subprocess.check_call('make all', shell=True)\n{handlers}\n"

    assert [fix.applicability for fix in fixes_of(code, "B602")] == [applicability]


@pytest.mark.parametrize(
    "between, is_fixed",
    [
        ("", True),
        ("x = 1", True),  # the list is made where the string was
        ("print(command)", False),
        ("command += 'x'", False),
        ("if x: command = 'ls'", False),
        ("def g(): return command", False),
    ],
)
def test_a_command_in_a_variable(between: str, is_fixed: bool) -> None:
    body = f"    command = f'ls \"{{x}}\"'\n    {between}\n    subprocess.run(command, shell=True)\n"
    code = f"import subprocess\n\ndef f(x):\n{body}"
    result = code.replace("f'ls \"{x}\"'", "['ls', str(x)]").replace(", shell=True", "") if is_fixed else None
    fixes = fixes_of(code, "B602")

    assert (edited(code, fixes[0].edits) if fixes else None) == result


def test_line_breaks_of_a_long_command_stay() -> None:
    code = "import subprocess\n\nsubprocess.run(\n{}\n)\n"
    before = code.format("    'ffmpeg -i in.mp4 '\n    '-vf scale=640:-1 '\n    'out.mp4',\n    shell=True,")
    after = code.format("    ['ffmpeg', '-i', 'in.mp4',\n     '-vf', 'scale=640:-1',\n     'out.mp4'],")
    (fix,) = fixes_of(before, "B602")

    assert edited(before, fix.edits) == after


@given(st.text(alphabet="ab ='\"-/.:~#^,@+%\t$\\;*", min_size=1, max_size=12))
@settings(max_examples=500, deadline=None)
def test_words_are_those_of_a_posix_shell(command: str) -> None:
    words = split_command(command)

    if words is not None:
        assert [word.literal for word in words] == shlex.split(command)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("command", ["%s a 'b  c' \"d'e\"", "%s  --x=1 y=2 ''", "%s a~b HEAD^ x#y a:b @c +d 'p*q' '$z'"])
def test_a_real_shell_passes_the_same_words(command: str) -> None:
    program = "import sys; print(sys.argv[1:])"
    command = command % f"'{sys.executable}' -c '{program}'"
    words = split_command(command)

    assert words is not None
    by_shell = subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout
    assert subprocess.run([str(w.literal) for w in words], capture_output=True, text=True, check=True).stdout == by_shell
