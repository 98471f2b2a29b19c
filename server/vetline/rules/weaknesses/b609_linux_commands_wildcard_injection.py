"""The shell puts file names in place of `*`, and a name that begins with `-` becomes an option.

Bandit looks for `chown`, `chmod`, `tar` and `rsync` with a `*`, run through a shell.

## Why it matters
Whoever may put files into the directory gives options to the command.  `tar cf backup.tar *`, with a file named
`--checkpoint-action=exec=sh x.sh` beside one named `--checkpoint=1`, runs that script, as root if the backup does.
Assistants write such lines as one types them in a terminal, in a directory of one's own.

## How to fix it
Name the directory itself, and use no shell:

    subprocess.run(["/bin/chown", "-R", "www-data:www-data", "/srv/www"], check=True)

Or let Python do it:

    with tarfile.open("backup.tar.gz", "w:gz") as archive:
        archive.add("data")

If the pattern has to stay, begin it with `./`, so that no name begins with a dash.

## When it is fine
When the pattern begins with a directory (`/srv/www/*`) and others can't place symbolic links there.

## References
- [POSIX: utility syntax guidelines](https://pubs.opengroup.org/onlinepubs/9699919799/basedefs/V1_chap12.html)
- [Python: tarfile](https://docs.python.org/3/library/tarfile.html)
- [Bandit: B609](https://bandit.readthedocs.io/en/latest/plugins/b609_linux_commands_wildcard_injection.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

RULE = Rule(
    id="B609",
    name="linux-commands-wildcard-injection",
    cwe=Cwe(155),
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    message="A file named like an option becomes one through this `*`: name the directory, without a shell.",
    bad=(
        Example('import os\n\nos.system("tar cf backup.tar *")\n'),
        Example('import subprocess\n\nsubprocess.run("chown -R www-data *", shell=True, check=True)\n'),
    ),
    good=(
        'import tarfile\n\nwith tarfile.open("backup.tar", "w") as archive:\n    archive.add("data")\n',
        'import subprocess\n\nsubprocess.run(["/bin/chown", "-R", "www-data", "/srv/www"], check=True)\n',
    ),
    why_no_fix="Which files are meant, and in which directory the command will run, can't be seen here.",
)
