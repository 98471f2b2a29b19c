"""Web frameworks, templates, queries and connections."""
import flask, requests, httpx, jinja2, ssl, yaml, hashlib, tarfile, torch, random, urllib.request, urllib
from flask import Flask
from jinja2 import Environment, select_autoescape
from mako.template import Template
from mako import template
from django.db.models.expressions import RawSQL
from django.contrib.auth.models import User
from markupsafe import Markup, escape
import flask_debugtoolbar
app = Flask(__name__)
app.run(debug=True)
app.run(host="0.0.0.0",
        debug=True)
app.run(debug=1); app.run(debug=DEBUG); other.run(debug=True)
requests.get(url); requests.post(url, timeout=None); requests.get(url, timeout=5); requests.request("GET", url, verify=False)
requests.get(url,
             verify=False,
             timeout=None); requests.Session().get(url, verify=False); session.get(url, verify=False)
httpx.get(url); httpx.Client(verify=False, timeout=None); httpx.AsyncClient(); httpx.stream("GET", url, verify=0)
with httpx.Client(timeout=None) as client: client.get(url, verify=False)
Environment(); Environment(autoescape=True); Environment(autoescape=False); jinja2.Environment(autoescape=x)
Environment(loader=x, autoescape=select_autoescape(["html"])); Environment(
    loader=x,
    autoescape=False,
    extensions=[]); Environment(autoescape=lambda name: True); Environment(autoescape=jinja2.select_autoescape())
Template("x"); template.Template(x); mako.template.Template("x")
Markup(x); Markup("x"); Markup(f"{x}"); Markup("%s") % x; Markup(escape(x)); flask.Markup("a" + x); Markup("a".format(x))
ssl.wrap_socket(); ssl.wrap_socket(ssl_version=ssl.PROTOCOL_SSLv3); ssl.SSLContext(ssl.PROTOCOL_TLSv1)
ssl.wrap_socket(s,
                ssl_version=ssl.PROTOCOL_TLSv1_1); SSL.Context(method=SSL.SSLv2_METHOD); f(ssl_version=ssl.PROTOCOL_SSLv2)
ssl._create_unverified_context(); ssl._create_default_https_context; ssl.create_default_context()
def connect(version=ssl.PROTOCOL_SSLv2, other=SSL.SSLv3_METHOD, fine=ssl.PROTOCOL_TLS): pass
yaml.load(x); yaml.load(x, Loader=yaml.SafeLoader); yaml.load(x, yaml.CSafeLoader); yaml.load(x, Loader=Loader); yaml.safe_load(x)
hashlib.md5(x); hashlib.new("md5", x); hashlib.new(name="SHA1"); hashlib.sha1(x, usedforsecurity=False); hashlib.sha256(x); hashlib.md4()
crypt.crypt(x, crypt.METHOD_MD5); crypt.mksalt(crypt.METHOD_CRYPT)
t = tarfile.open(x); t.extractall(); tarfile.open(x).extractall(path="y"); t.extractall(members=m); t.extractall(members=[]); t.extractall(filter="data"); t.extractall(members=f(t))
torch.load(x); torch.load(x, weights_only=True); torch.load(
    x,
    map_location="cpu"); torch.hub.load(x)
random.random(); random.choice(x); random.SystemRandom().random(); random.Random(); random.randbytes(3)
urllib.request.urlopen(url); urllib.urlopen("http://x"); urllib.request.urlretrieve("file:///x"); urllib.request.Request("https://x")
cursor.execute("SELECT * FROM t WHERE a = '%s'" % x)
cursor.execute("SELECT a FROM t WHERE b = " + x + " AND c = 'd'"); cursor.execute(f"DELETE FROM {t}"); q = "UPDATE t SET a = {}".format(x)
q = ("SELECT a "
     f"FROM {t} "
     "WHERE b = 'c'"); q = "INSERT INTO t VALUES (%s)" % (x,); q = "with a as (select 1) select * from {}".format(x)
q = "SELECT a FROM b WHERE c = d".replace("d", x); execute("select %s from b" % x); log("selecting from %s" % x); q = x + "SELECT a FROM b"
q = f"""
SELECT a
FROM {t}
"""; cursor.executemany("SELECT a FROM t WHERE b=" + f"{x}"); cursor.execute(x.format("SELECT a FROM b"))
User.objects.extra(where=["a = '%s'" % x]); User.objects.extra(select={"a": x}); User.objects.extra(
    tables=[x], where="b"); User.objects.filter(a=1).extra(select={"a": "b"}, where=["c"], order_by=["d"]); x.extra(**y)
RawSQL("select a", []); RawSQL(x, []); RawSQL(f"{x}", []); RawSQL(sql="a %s" % x, params=[]); User.objects.annotate(v=RawSQL(
    "a" + x, ()))
logging.config.listen(9999); logging.config.listen(9999, verify=x)
UsmUserData("x"); UsmUserData("x", "y"); CommunityData("public", mpModel=0); CommunityData("x", mpModel=1); pysnmp.hlapi.CommunityData("public", mpModel=0)
from pysnmp.hlapi import CommunityData, UsmUserData
CommunityData("public", mpModel=0); CommunityData("x", mpModel=1); UsmUserData("x"); UsmUserData("x", "y"); UsmUserData("x", "y", "z")
from transformers import AutoModel
from datasets import load_dataset
from huggingface_hub import snapshot_download, hf_hub_download
AutoModel.from_pretrained("a/b"); AutoModel.from_pretrained("a/b", revision="main"); AutoModel.from_pretrained(
    "a/b", revision="5d0f2e8a7f1a7f2e8a7f1a7f2e8a7f1a7f2e8a7f"); load_dataset("x"); load_dataset("./local"); snapshot_download("a/b"); hf_hub_download("a/b", revision=x)
