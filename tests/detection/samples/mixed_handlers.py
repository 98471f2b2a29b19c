import ast
import base64
import json
import os
import pickle
import re
import shutil
import sqlite3
import subprocess
import tarfile
import zipfile
from functools import wraps
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlparse

import jinja2
import pymongo
import requests
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from fastapi import APIRouter, Body, Depends, File, Form, Header, UploadFile
from flask import Flask, jsonify, request

app = Flask(__name__)
router = APIRouter()
mongo = pymongo.MongoClient()["shop"]


class Repository:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)

    def find(self, table, **conditions):
        where = " AND ".join("%s = '%s'" % item for item in conditions.items())
        return self.connection.execute("SELECT * FROM %s WHERE %s" % (table, where)).fetchall()  # expect: VET101

    def find_safe(self, name):
        return self.connection.execute("SELECT * FROM items WHERE name = ?", (name,)).fetchall()


@app.get("/1")
def bad_repository():
    return jsonify(Repository("x.db").find("items", name=request.args["name"]))


@app.get("/2")
def good_repository():
    return jsonify(Repository("x.db").find_safe(request.args["name"]))


def with_body(function):
    @wraps(function)
    def inner(*args, **kwargs):
        return function(request.get_json(), *args, **kwargs)
    return inner


@app.post("/3")
@with_body
def bad_decorated(body):
    return subprocess.check_output("convert " + body["file"], shell=True)  # expect: VET102


@app.post("/4")
def bad_mongo():
    return jsonify(list(mongo.users.find({"$where": "this.name == '" + request.json["name"] + "'"})))  # expect: VET105


@app.post("/5")
def good_mongo():
    return jsonify(list(mongo.users.find({"name": str(request.json["name"])})))


@app.post("/6")
def bad_zip():
    request.files["archive"].save("/srv/in.zip")
    with zipfile.ZipFile("/srv/in.zip") as archive:
        for member in archive.namelist():
            with open(os.path.join("/srv/out", member), "wb") as target:  # expect: VET202
                target.write(archive.read(member))
    return "ok"


@app.post("/7")
def good_zip():
    root = os.path.realpath("/srv/out")
    with zipfile.ZipFile(request.files["archive"]) as archive:
        for member in archive.infolist():
            target = os.path.realpath(os.path.join(root, member.filename))
            if not target.startswith(root + os.sep):
                raise ValueError(member.filename)
            archive.extract(member, root)
    return "ok"


@app.post("/8")
def bad_calculator():
    expression = request.form["expression"]
    if not re.match(r"[0-9+\-*/ ]", expression):
        return "no", 400
    return str(eval(expression))  # expect: VET104, VET120


@app.post("/9")
def good_literal():
    return jsonify(ast.literal_eval(request.form["value"]))


@app.get("/10")
def bad_getattr():
    action = request.args["action"]
    return str(getattr(os, action)(request.args["arg"]))  # expect: VET113, VET120


@app.get("/11")
def bad_jinja():
    environment = jinja2.Environment()  # expect: VET711
    return environment.from_string(request.args["template"]).render()  # expect: VET109


@app.get("/12")
def good_jinja():
    environment = jinja2.Environment(autoescape=True)
    return environment.from_string("Hi {{ name }}").render(name=request.args["name"])


@app.get("/13")
def bad_loop():
    query = "SELECT * FROM logs WHERE 1=1"
    for key, value in request.args.items():
        query += f" AND {key} = '{value}'"
    with sqlite3.connect("x.db") as connection:
        return jsonify(connection.execute(query).fetchall())  # expect: VET101


@app.get("/14")
def good_loop():
    query, values = "SELECT * FROM logs WHERE 1=1", []
    for key, value in request.args.items():
        if key not in ("level", "source"):
            continue
        query += f" AND {key} = ?"
        values.append(value)
    with sqlite3.connect("x.db") as connection:
        return jsonify(connection.execute(query, values).fetchall())


@app.delete("/15/<name>")
def bad_delete(name):
    shutil.rmtree(os.path.join("/srv/projects", name))  # expect: VET201
    return "", 204


@app.get("/16")
def bad_ternary():
    kind = request.args.get("kind")
    command = "uptime" if kind is None else f"stat {kind}"
    return subprocess.getoutput(command)  # expect: VET102


@app.get("/17")
def bad_walrus():
    if (host := request.args.get("host")) is not None:
        return requests.get(f"http://{host}/status", timeout=2).text  # expect: VET120, VET126
    return ""


@app.get("/18")
def good_walrus():
    if (host := request.args.get("host")) in ("alpha", "beta"):
        return jsonify(requests.get(f"http://{host}/status", timeout=2).json())
    return ""


@app.get("/19")
def bad_nested_function():
    def build(value):
        return f"SELECT * FROM t WHERE v = '{value}'"
    return jsonify(sqlite3.connect("x.db").execute(build(request.args["v"])).fetchall())  # expect: VET101


@app.get("/20")
def bad_lambda():
    clean = lambda text: text.strip().lower()
    return os.popen("grep " + clean(request.args["q"]) + " /srv/log").read()  # expect: VET102


@app.get("/21")
def bad_try():
    try:
        name = request.args["name"]
    except KeyError:
        name = "default"
    finally:
        pass
    return open("/srv/data/" + name).read()  # expect: VET201


@app.get("/22")
def bad_unpack():
    first, *rest = request.args.getlist("v")
    return str(os.system(" ".join(["ls", *rest])))  # expect: VET102


@app.get("/23")
def good_overwritten():
    name = request.args["name"]
    name = "constant"
    return str(os.system("ls " + name))


@app.get("/24")
def bad_format_map():
    values = {"table": "users", "id": request.args["id"]}
    sql = "SELECT * FROM {table} WHERE id = {id}".format(**values)
    return jsonify(sqlite3.connect("x.db").execute(sql).fetchall())  # expect: VET101


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlparse(self.path).query)
        name = query.get("name", ["x"])[0]
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<p>{name}</p>".encode())  # expect: VET120

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        data = pickle.loads(self.rfile.read(min(size, 4096)))  # expect: VET301
        self.wfile.write(json.dumps(data).encode())  # expect: VET120


@csrf_exempt  # expect: VET705
def bad_raw(request):
    users = User.objects.raw("SELECT * FROM auth_user WHERE username = '%s'" % request.POST["u"])  # expect: VET101
    return JsonResponse({"n": len(list(users))})


def bad_extra(request):
    users = User.objects.extra(where=["username = '" + request.GET["u"] + "'"])  # expect: VET101
    return JsonResponse({"n": users.count()})


def good_q(request):
    users = User.objects.filter(Q(username=request.GET["u"]) | Q(email=request.GET["u"]))
    return JsonResponse({"n": users.count()})


@router.post("/upload")
async def bad_upload(file: UploadFile = File(...)):
    with open(f"/srv/in/{file.filename}", "wb") as target:  # expect: VET201, VET203
        shutil.copyfileobj(file.file, target)
    return {"name": file.filename}


@router.post("/run")
async def bad_body(payload: dict = Body(...)):
    return {"out": subprocess.run(payload["cmd"], shell=True, capture_output=True, text=True).stdout}  # expect: VET102


@router.get("/header")
async def bad_header(x_file: str = Header("a")):
    return {"text": open(os.path.join("/srv", x_file)).read()}  # expect: VET201


@router.post("/form")
async def good_form(count: int = Form(1, le=10)):
    return {"text": "x" * count}
