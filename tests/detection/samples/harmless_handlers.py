import csv
import hashlib
import hmac
import io
import json
import logging
import os
import re
import secrets
import shlex
import sqlite3
import subprocess
import tempfile
import uuid
from datetime import datetime
from enum import Enum
from pathlib import Path
from urllib.parse import quote, urlparse

import bcrypt
import bleach
import jwt
import nh3
import requests
from flask import Blueprint, Flask, Response, abort, current_app, flash, g, jsonify, make_response, redirect, render_template, request, send_from_directory, session, url_for
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, text
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.utils import safe_join, secure_filename

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SECRET_KEY"]
db = SQLAlchemy(app)
log = logging.getLogger(__name__)
UPLOADS = Path("/srv/uploads")
COLUMNS = {"name": "name", "date": "created_at"}


class Sort(Enum):
    NAME = "name"
    DATE = "created_at"


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    password = db.Column(db.String)


@app.get("/1")
def enum_sort():
    sort = Sort(request.args.get("sort", "name"))
    return jsonify([list(r) for r in db.session.execute(text(f"SELECT * FROM users ORDER BY {sort.value}"))])


@app.get("/2")
def dict_sort():
    column = COLUMNS.get(request.args.get("sort"), "name")
    return jsonify([list(r) for r in db.session.execute(text(f"SELECT * FROM users ORDER BY {column}"))])


@app.get("/3")
def in_list():
    ids = [int(i) for i in request.args.getlist("id")]
    marks = ",".join("?" for _ in ids)
    con = sqlite3.connect("x.db")
    return jsonify(con.execute(f"SELECT * FROM users WHERE id IN ({marks})", ids).fetchall())


@app.get("/4")
def dynamic_where():
    clauses, params = [], []
    if "name" in request.args:
        clauses.append("name = ?")
        params.append(request.args["name"])
    if "age" in request.args:
        clauses.append("age > ?")
        params.append(request.args["age"])
    sql = "SELECT * FROM users"
    if clauses:
        sql += " WHERE " + " AND ".join(clauses)
    con = sqlite3.connect("x.db")
    return jsonify(con.execute(sql, params).fetchall())


@app.get("/5/<uuid:key>")
def by_uuid(key):
    path = UPLOADS / f"{key}.pdf"
    return Response(path.read_bytes(), mimetype="application/pdf")


@app.get("/6")
def matched_name():
    name = request.args.get("name", "")
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", name):
        abort(400)
    return Response((UPLOADS / name).read_text(), mimetype="text/plain")


@app.get("/7")
def joined():
    path = safe_join(str(UPLOADS), request.args["name"])
    if path is None:
        abort(404)
    return Response(open(path).read(), mimetype="text/plain")


@app.get("/8")
def sent():
    return send_from_directory(UPLOADS, request.args["name"])


@app.post("/9")
def upload():
    file = request.files["file"]
    name = secure_filename(file.filename)
    if "." not in name or name.rsplit(".", 1)[1].lower() not in {"png", "jpg"}:
        abort(400)
    file.save(os.path.join(app.config["UPLOAD_FOLDER"], f"{uuid.uuid4().hex}_{name}"))
    return redirect(url_for("sent", name=name))


@app.post("/10")
def login():
    user = db.session.execute(select(User).filter_by(name=request.form["name"])).scalar_one_or_none()
    if user is None or not check_password_hash(user.password, request.form["password"]):
        flash("Invalid credentials")
        return redirect(url_for("login"))
    session.clear()
    session["user_id"] = user.id
    return redirect(url_for("index"))


@app.post("/11")
def register():
    user = User(name=request.form["name"], password=generate_password_hash(request.form["password"]))
    db.session.add(user)
    db.session.commit()
    return redirect(url_for("login"))


@app.post("/12")
def webhook():
    given = request.headers.get("X-Signature", "")
    wanted = hmac.new(os.environ["HOOK_KEY"].encode(), request.data, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given, wanted):
        abort(403)
    event = json.loads(request.data)
    log.info("hook %s", event.get("id", 0))
    return "", 204


@app.post("/13")
def comment():
    body = nh3.clean(request.form["body"])
    return f"<div>{body}</div>"


@app.get("/14")
def ping():
    host = request.args["host"]
    try:
        import ipaddress
        address = ipaddress.ip_address(host)
    except ValueError:
        abort(400)
    out = subprocess.run(["ping", "-c", "1", str(address)], capture_output=True, text=True, timeout=5)
    return Response(out.stdout, mimetype="text/plain")


@app.get("/15")
def repo():
    url = f"https://api.github.com/repos/{quote(request.args['owner'], safe='')}/x"
    return jsonify(requests.get(url, timeout=5).json())


@app.get("/16")
def export():
    out = io.StringIO()
    writer = csv.writer(out)
    for user in db.session.execute(select(User)).scalars():
        writer.writerow([user.id, "'" + user.name if user.name[:1] in "=+-@" else user.name])
    response = make_response(out.getvalue())
    response.headers["Content-Type"] = "text/csv"
    response.headers["Content-Disposition"] = "attachment; filename=users.csv"
    return response


@app.get("/17")
def token():
    return jsonify(token=jwt.encode({"sub": g.user.id}, current_app.config["SECRET_KEY"], algorithm="HS256"))


@app.get("/18")
def claims():
    try:
        data = jwt.decode(request.cookies["jwt"], current_app.config["SECRET_KEY"], algorithms=["HS256"])
    except jwt.InvalidTokenError:
        abort(401)
    return jsonify(user=data["sub"])


@app.get("/19")
def next_page():
    target = request.args.get("next", "")
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        target = url_for("index")
    return redirect(target)


@app.get("/20")
def report():
    year = request.args.get("year", type=int)
    with open(f"/srv/reports/{year}.json") as f:
        return jsonify(json.load(f))


@app.get("/21")
def search():
    q = request.args.get("q", "")
    return render_template("search.html", q=q, results=User.query.filter(User.name.ilike(f"%{q}%")).all())


@app.get("/22")
def convert():
    with tempfile.NamedTemporaryFile(suffix=".png") as target:
        subprocess.run(["convert", "in.svg", target.name], check=True, timeout=30)
        return Response(target.read(), mimetype="image/png")


@app.get("/23")
def lang():
    code = request.args.get("lang", "en")
    if code not in current_app.config["LANGUAGES"]:
        code = "en"
    response = redirect(url_for("index"))
    response.set_cookie("lang", code, secure=True, httponly=True, samesite="Lax")
    return response


@app.errorhandler(Exception)
def failed(error):
    log.exception("unhandled")
    return jsonify(error="internal error"), 500


def backup(name: str) -> None:
    stamp = datetime.now().strftime("%Y%m%d")
    subprocess.run(["tar", "czf", f"/srv/backup/{stamp}.tgz", "/srv/data"], check=True)


def reset_token(user):
    return secrets.token_urlsafe(32)


@app.get("/24")
def count():
    table = {"u": "users", "o": "orders"}[request.args["t"]]
    return jsonify(db.session.execute(text("SELECT count(*) FROM " + table)).scalar())


@app.get("/25")
def page():
    n = max(1, min(int(request.args.get("page", 1)), 100))
    return jsonify([list(r) for r in db.session.execute(text(f"SELECT * FROM users LIMIT 20 OFFSET {n * 20}"))])


@app.get("/26")
def proxy():
    parsed = urlparse(request.args["url"])
    if parsed.scheme not in ("http", "https") or parsed.hostname not in {"a.example.com", "b.example.com"}:
        abort(400)
    return jsonify(requests.get(parsed.geturl(), timeout=4, allow_redirects=False).json())


@app.get("/27")
def plain():
    return "Hello " + request.args.get("name", ""), 200, {"Content-Type": "text/plain"}


@app.get("/28")
def lines():
    name = request.args["name"]
    if not name.isalnum():
        return "bad", 400
    done = subprocess.run(f"wc -l /srv/data/{shlex.quote(name)}", shell=True, capture_output=True, text=True)
    return jsonify(lines=done.stdout)


if __name__ == "__main__":
    app.run(host="127.0.0.1", debug=False)
