"""The configuration: where it is looked for, what it may say, and what is wrong in it.

:func:`load` makes the effective :class:`~vetline.core.config.Config` of all sources.  ``docs/configuration.md`` is the
reference for users.
"""

from __future__ import annotations

from vetline.config.discovery import WATCH_GLOBS, Watch, user_file, watch
from vetline.config.files import Files
from vetline.config.keys import KEYS, SEVERITY, Key
from vetline.config.loading import Loaded, load
from vetline.config.problems import Layer, Origin, Problem, ProblemKind
from vetline.config.readings import FileKind, check_text
from vetline.config.settings import Setting, Settings, as_toml

__all__ = [
    "KEYS",
    "SEVERITY",
    "WATCH_GLOBS",
    "FileKind",
    "Files",
    "Key",
    "Layer",
    "Loaded",
    "Origin",
    "Problem",
    "ProblemKind",
    "Setting",
    "Settings",
    "Watch",
    "as_toml",
    "check_text",
    "load",
    "user_file",
    "watch",
]
