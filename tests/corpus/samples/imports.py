"""Imports in all forms, and what they make of the calls below them."""
from __future__ import annotations

import pickle, marshal as m, os.path as osp
import subprocess as sp, telnetlib
import xml.etree.cElementTree as ET
import xml.sax, xml.dom.minidom
from pickle import *
from cPickle import loads as load_it, dumps
from subprocess import (
    Popen,
    call as run_it,  # nosec B404
)
from . import pickle as own
from .marshal import loads
from .. import *
import Crypto.Cipher.ARC4
from Crypto.Hash import MD5 as Digest
from cryptography.hazmat.primitives.ciphers.algorithms import Blowfish

pickle.loads(x)
m.loads(x)
load_it(x)
loads(x)
own.loads(x)
run_it("ls", shell=True)
Popen(["ls"])
sp.Popen("ls *", shell=True)
ET.parse(x)
Digest.new()
Blowfish(key)
Crypto.Cipher.ARC4.new(key)


def lazily():
    import yaml as y
    from hashlib import md5 as h, sha1
    y.load(x)
    h(x)
    sha1(x, usedforsecurity=False)


y.load(x)  # Bandit knows no scopes
h(x)


class Importing:
    from os import system as s, popen

    s(command)
    popen(command)

    def method(self):
        import ftplib
        return ftplib.FTP(self)


s(command)
pickle = None
pickle.loads(x)
import json as pickle
pickle.loads(x)
from json import loads
loads(x)
__import__("pickle")
__import__(name)
import importlib
importlib.import_module("subprocess")
importlib.import_module(name)
importlib.__import__("telnetlib", globals())
from importlib import import_module
import_module("pickle")
try:
    import cPickle as p
except ImportError:
    import pickle as p
p.load(f)
if TYPE_CHECKING:
    from lxml import etree
etree.parse(f)
