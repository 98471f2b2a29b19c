import base64
import configparser
import hashlib
import html
import json
import logging
import os
import pickle
import re
import sqlite3
import subprocess
from urllib.parse import urlparse, urljoin

import requests
from flask import Flask, request, redirect, render_template_string, session, make_response, send_file, abort, jsonify, url_for
from lxml import etree
import ldap
from markupsafe import escape
from werkzeug.utils import secure_filename

app = Flask(__name__)
logger = logging.getLogger(__name__)
BASE = "/srv/files"


def get_db():
    return sqlite3.connect("app.db")


@app.route("/b1")
def b1_list():
    parts = []
    parts.append("SELECT * FROM users WHERE name = '")
    parts.append(request.args.get("name", ""))
    parts.append("'")
    return jsonify(get_db().execute("".join(parts)).fetchall())  # expect: VET101


@app.route("/g1")
def g1_list():
    values = ["safe", request.args.get("name", "")]
    chosen = values[0]
    return jsonify(get_db().execute(f"SELECT * FROM users WHERE name = '{chosen}'").fetchall())


@app.route("/b2")
def b2_dict():
    options = {"mode": "list", "target": request.args["target"]}
    cmd = "ls " + options["target"]
    return subprocess.check_output(cmd, shell=True)  # expect: VET102


@app.route("/g2")
def g2_dict():
    options = {"mode": "list", "target": request.args["target"]}
    return subprocess.check_output("ls " + options["mode"], shell=True)


@app.route("/b3")
def b3_config():
    conf = configparser.ConfigParser()
    conf.add_section("main")
    conf.set("main", "keyA", "fixed")
    conf.set("main", "keyB", request.args.get("file", ""))
    name = conf.get("main", "keyB")
    return open(os.path.join(BASE, name)).read()  # expect: VET201


@app.route("/g3")
def g3_config():
    conf = configparser.ConfigParser()
    conf.add_section("main")
    conf.set("main", "keyA", "fixed")
    conf.set("main", "keyB", request.args.get("file", ""))
    name = conf.get("main", "keyA")
    return open(os.path.join(BASE, name)).read()


@app.route("/b4")
def b4_match():
    kind = request.args.get("kind", "a")
    match kind[:1]:
        case "a":
            bar = request.args.get("text", "")
        case _:
            bar = "none"
    return "<p>" + bar + "</p>"  # expect: VET120


@app.route("/g4")
def g4_match():
    text = request.args.get("text", "")
    match "ABC"[1]:
        case "A":
            bar = text
        case "B":
            bar = "bob"
        case _:
            bar = text
    return "<p>" + bar + "</p>"


class Helper:
    def process(self, value):
        return value.strip()

    def fixed(self, value):
        return "constant"


@app.route("/b5")
def b5_helper():
    return redirect(Helper().process(request.args["next"]))  # expect: VET125


@app.route("/g5")
def g5_helper():
    return redirect(Helper().fixed(request.args["next"]))


@app.route("/b6")
def b6_base64():
    raw = request.args["data"]
    text = base64.b64decode(base64.b64encode(raw.encode())).decode()
    return render_template_string("Hello " + text)  # expect: VET109, VET120


@app.route("/g6")
def g6_template():
    return render_template_string("Hello {{ name }}", name=request.args["name"])


@app.route("/b7")
def b7_cond():
    num = 86
    param = request.args.get("p", "")
    if 7 * 42 - num > 200:
        bar = "This_should_always_happen"
    else:
        bar = param
    if num < 0:
        bar = "no"
    url = param
    return requests.get(url, timeout=3).text  # expect: VET120, VET126


@app.route("/g7")
def g7_cond():
    num = 86
    param = request.args.get("p", "")
    bar = "https://example.com/" if 7 * 42 - num > 200 else param
    return jsonify(requests.get(bar, timeout=3).json())


@app.route("/b8")
def b8_slice():
    p = request.args.get("q", "")
    tree = etree.parse("users.xml")
    expr = "/users/user[name='" + p[:-1].replace("a", "b") + "']"
    return str(tree.xpath(expr))  # expect: VET107


@app.route("/g8")
def g8_xpath():
    tree = etree.parse("users.xml")
    return str(tree.xpath("/users/user[name=$n]", n=request.args.get("q", "")))


@app.route("/b9")
def b9_json():
    blob = json.dumps({"u": request.form["user"], "k": 1})
    again = json.loads(blob)
    con = ldap.initialize("ldaps://x")
    return str(con.search_s("dc=x", ldap.SCOPE_SUBTREE, f"(uid={again['u']})"))  # expect: VET106, VET120


@app.route("/g9")
def g9_ldap():
    from ldap.filter import escape_filter_chars
    con = ldap.initialize("ldaps://x")
    name = escape_filter_chars(request.form["user"])
    return jsonify(con.search_s("dc=x", ldap.SCOPE_SUBTREE, f"(uid={name})"))


@app.route("/b10", methods=["POST"])
def b10_pickle():
    return str(pickle.loads(base64.urlsafe_b64decode(request.cookies["state"])))  # expect: VET120, VET301


@app.route("/g10", methods=["POST"])
def g10_json():
    return jsonify(json.loads(base64.urlsafe_b64decode(request.cookies["state"])))


@app.route("/b11")
def b11_trust():
    session["role"] = request.args.get("role")  # expect: VET713
    return "ok"


@app.route("/g11")
def g11_trust():
    session["role"] = "user"
    return "ok"


@app.route("/b12")
def b12_cookie():
    response = make_response("ok")
    response.set_cookie("session_id", request.args.get("sid", ""), secure=False, httponly=False)  # expect: VET706
    return response


@app.route("/g12")
def g12_cookie():
    response = make_response("ok")
    response.set_cookie("seen", "1", secure=True, httponly=True, samesite="Lax")
    return response


@app.route("/b13")
def b13_log():
    logger.warning("Login failed for %s" % request.form["user"])
    return "no"


@app.route("/g13")
def g13_log():
    logger.warning("Login failed for %s", request.form["user"].replace("\r", "").replace("\n", ""))
    return "no"


@app.route("/b14")
def b14_download():
    path = os.path.join(BASE, request.args["name"])
    return send_file(path)  # expect: VET201


@app.route("/g14")
def g14_download():
    path = os.path.realpath(os.path.join(BASE, request.args["name"]))
    if os.path.commonpath([path, BASE]) != BASE:
        abort(404)
    return send_file(path)


@app.route("/g14b")
def g14b_download():
    return send_file(os.path.join(BASE, secure_filename(request.args["name"])))


def is_safe(target):
    ref = urlparse(request.host_url)
    test = urlparse(urljoin(request.host_url, target))
    return test.scheme in ("http", "https") and ref.netloc == test.netloc


@app.route("/g15")
def g15_redirect():
    target = request.args.get("next") or "/"
    if not is_safe(target):
        return abort(400)
    return redirect(target)


@app.route("/b15")
def b15_hash():
    return hashlib.md5(request.form["password"].encode()).hexdigest()  # expect: VET502


@app.route("/b16")
def b16_fstring():
    order = request.args.get("sort", "id")
    rows = get_db().execute("SELECT id FROM items ORDER BY %s" % order)  # expect: VET101
    return jsonify(rows.fetchall())


@app.route("/g16")
def g16_allowed():
    order = request.args.get("sort", "id")
    if order not in {"id", "name"}:
        order = "id"
    rows = get_db().execute("SELECT id FROM items ORDER BY %s" % order)
    return jsonify(rows.fetchall())


@app.route("/b17")
def b17_queue():
    stack = ["a", "b"]
    stack.append(request.args["x"])
    stack.pop(0)
    bar = stack[1]
    return os.popen("echo " + bar).read()  # expect: VET102


@app.route("/g17")
def g17_queue():
    stack = ["a", "b"]
    stack.append(request.args["x"])
    stack.pop(0)
    bar = stack[0]
    return os.popen("echo " + bar).read()


@app.route("/b18/<path:name>")
def b18_hello(name):
    return f"<h1>Hello {name}!</h1>"  # expect: VET120


@app.route("/g18/<path:name>")
def g18_hello(name):
    return f"<h1>Hello {escape(name)}!</h1>"


@app.route("/b19")
def b19_header_loop():
    param = ""
    for key in request.headers.keys():
        if key.startswith("X-"):
            param = key
            break
    return subprocess.run(["sh", "-c", "ping " + param]).stdout  # expect: VET102


@app.route("/b20")
def b20_values():
    values = request.args.getlist("v")
    param = values[0] if values else ""
    bar = param
    if param:
        lst = [param, "moresafe"]
        bar = lst[0]
    return str(eval(bar))  # expect: VET104, VET120
