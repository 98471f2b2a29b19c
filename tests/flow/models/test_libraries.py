"""Code as it is written with many libraries, and what is seen to reach what in it."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from tests.fixes.snippets import engine
from vetline.engine.document import Document

EXAMPLES = """
# Flask: upload
from flask import Flask, request
import os
app = Flask(__name__)
@app.route("/upload", methods=["POST"])
def upload():
    file = request.files["file"]
    file.save(os.path.join("uploads", file.filename))  # path < upload
    return "ok"

# Flask: download
from flask import Blueprint, request, send_file
files = Blueprint("files", __name__)
@files.get("/download")
def download():
    return send_file("/srv/" + request.args.get("name"))  # path < remote

# Flask: safe name
from flask import Flask, request
from werkzeug.utils import secure_filename
app = Flask(__name__)
@app.post("/upload")
def upload():
    file = request.files["file"]
    file.save("uploads/" + secure_filename(file.filename))  # nothing
    return "ok"

# Flask: session and login
from flask import Flask, redirect, request, session
app = Flask(__name__)
@app.post("/login")
def login():
    session["name"] = request.form["name"]  # session < remote
    return redirect(request.args.get("next"))  # redirect < remote

# Flask: JSON is no page
from flask import Flask, jsonify, request
app = Flask(__name__)
@app.get("/echo")
def echo():
    return jsonify(text=request.args["text"])  # nothing

# Flask: class-based
from flask.views import MethodView
import subprocess
class Ping(MethodView):
    def get(self, host):
        return subprocess.check_output("ping " + host, shell=True)  # shell < remote, html < local

# Flask-WTF
from flask_wtf import FlaskForm
from wtforms import StringField, IntegerField
from flask import render_template_string
class SearchForm(FlaskForm):
    query = StringField("Query")
def search():
    form = SearchForm()
    return render_template_string("<h1>" + form.query.data + "</h1>")  # template < remote

# Flask-RESTful
from flask_restful import Resource, reqparse
import os
parser = reqparse.RequestParser()
class Report(Resource):
    def delete(self, name):
        os.remove("/reports/" + name)  # path < remote
    def post(self):
        os.system("build " + parser.parse_args()["target"])  # shell < remote

# Flask-SQLAlchemy
from flask import request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text
db = SQLAlchemy()
def search():
    name = request.args["name"]
    db.session.execute(text(f"SELECT * FROM users WHERE name = '{name}'"))  # sql < remote
    db.session.execute(text("SELECT * FROM users WHERE name = :name"), {"name": name})

# Flask-SQLAlchemy: models
from flask import request
from .models import User
def find():
    return User.query.filter_by(name=request.args["name"]).first()  # nothing

# Django: views
from django.http import HttpResponse
from django.shortcuts import redirect
def hello(request):
    return HttpResponse("<h1>" + request.GET.get("name") + "</h1>")  # html < remote
def after(request):
    return redirect(request.POST["next"])  # redirect < remote
def plain(request):
    return HttpResponse(request.GET["name"], content_type="text/plain")

# Django: raw SQL
from django.db import connection
from shop.models import Product
def search(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM p WHERE name = '%s'" % request.GET["q"])  # sql < remote
    Product.objects.raw("SELECT * FROM p WHERE name = '" + request.GET["q"] + "'")
    Product.objects.filter(name=request.GET["q"])

# Django: extra
from django.contrib.auth.models import User
def find(request):
    return User.objects.extra(where=["name = '" + request.GET["n"] + "'"])  # sql < remote

# Django: class-based view
from django.views import View
from django.utils.safestring import mark_safe
class Profile(View):
    def get(self, request, name):
        mark_safe("<b>" + self.request.GET["title"] + "</b>")  # html < remote
        open("/profiles/" + name)  # path < remote

# Django: escaped
from django.http import HttpResponse
from django.utils.html import escape, format_html
def hello(request):
    HttpResponse(format_html("<b>{}</b>", request.GET["name"]))  # nothing
    return HttpResponse("<b>" + escape(request.GET["name"]) + "</b>")

# Django: upload
def upload(request):
    file = request.FILES["file"]
    with open("/media/" + file.name, "wb") as target:  # path < upload
        for chunk in file.chunks():
            target.write(chunk)

# Django REST framework
from rest_framework.decorators import api_view
from rest_framework.response import Response
import subprocess
@api_view(["POST"])
def run(request):
    subprocess.run(request.data["command"], shell=True)  # shell < remote
    return Response({"echo": request.data})

# Django REST framework: viewset
from rest_framework import viewsets
import requests
class Proxy(viewsets.ViewSet):
    def retrieve(self, request, pk=None):
        return requests.get(request.query_params["url"]).json()  # url < remote

# FastAPI
from fastapi import FastAPI, Request
import sqlite3
app = FastAPI()
@app.get("/users")
async def users(name: str, limit: int = 10):
    connection = sqlite3.connect("app.db")
    return connection.execute(f"SELECT * FROM users WHERE name = '{name}' LIMIT {limit}").fetchall()  # sql < remote

# FastAPI: upload
from fastapi import FastAPI, UploadFile, File
import shutil
app = FastAPI()
@app.post("/upload")
async def upload(file: UploadFile = File(...)):
    with open(f"uploads/{file.filename}", "wb") as target:  # path < upload, path < remote
        shutil.copyfileobj(file.file, target)

# FastAPI: responses
from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
router = APIRouter()
@router.get("/file")
def file(path: str):
    return FileResponse(path)  # path < remote
@router.get("/page")
def page(name: str):
    return HTMLResponse(f"<h1>{name}</h1>")  # html < remote
@router.get("/go")
def go(to: str):
    return RedirectResponse(to)  # redirect < remote

# FastAPI: a session isn't input
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session
from sqlalchemy import select, text
from .database import get_db
from .models import User
app = FastAPI()
@app.get("/users/{user_id}")
def user(user_id: int, name: str, db: Session = Depends(get_db)):
    return db.execute(select(User).where(User.name == name)).scalars().first()  # nothing

# FastAPI: web socket
from fastapi import FastAPI, WebSocket
app = FastAPI()
@app.websocket("/ws")
async def talk(websocket: WebSocket):
    eval(await websocket.receive_text())  # code < remote

# Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
async def hello(request: Request):
    form = await request.form()
    return HTMLResponse("<b>" + form["name"] + "</b>")  # html < remote

# aiohttp: server
from aiohttp import web
routes = web.RouteTableDef()
@routes.get("/{name}")
async def hello(request):
    name = request.match_info["name"]
    return web.Response(text=f"<h1>{name}</h1>", content_type="text/html")  # html < remote
@routes.post("/go")
async def go(request):
    data = await request.post()
    raise web.HTTPFound(data["to"])  # redirect < remote
@routes.get("/plain")
async def plain(request):
    return web.Response(text=request.query["name"])

# aiohttp: client
import aiohttp
from aiohttp import web
async def proxy(request: web.Request):
    async with aiohttp.ClientSession() as session:
        async with session.get(request.query["url"]) as response:  # url < remote
            return web.Response(body=await response.read())

# Tornado
import tornado.web
class Hello(tornado.web.RequestHandler):
    def get(self, name):
        self.write("<h1>" + self.get_argument("greeting") + "</h1>")  # html < remote
        self.redirect(self.get_query_argument("next"))  # redirect < remote
        self.set_header("X-Name", name)  # header < remote

# Bottle
from bottle import redirect, request, route, static_file, template
@route("/hello/<name>")
def hello(name):
    return "<h1>" + name + "</h1>"  # html < remote
@route("/go")
def go():
    redirect(request.query.to)  # redirect < remote
@route("/t")
def page():
    return template(request.forms.get("template"))  # template < remote

# Pyramid
from pyramid.view import view_config
from pyramid.response import Response
from pyramid.httpexceptions import HTTPFound
@view_config(route_name="hello")
def hello(request):
    return Response("<b>" + request.params["name"] + "</b>")  # html < remote
@view_config(route_name="go")
def go(request):
    return HTTPFound(location=request.matchdict["to"])  # redirect < remote

# Sanic
from sanic import Sanic, response
app = Sanic("app")
@app.get("/hello")
async def hello(request):
    return response.html("<b>" + request.args.get("name") + "</b>")  # html < remote
@app.get("/file/<name>")
async def file(request, name):
    return await response.file("/srv/" + name)  # path < remote

# CherryPy
import cherrypy
class Root:
    @cherrypy.expose
    def index(self, name):
        return "<b>" + name + "</b>"  # html < remote
    @cherrypy.expose
    def go(self, to):
        raise cherrypy.HTTPRedirect(to)  # redirect < remote

# http.server
from http.server import BaseHTTPRequestHandler
import os
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.wfile.write(open("." + self.path, "rb").read())  # path < remote, html < file
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        os.system(body.decode())  # shell < remote

# Sockets
import socket, pickle
server = socket.socket()
connection, address = server.accept()
data = connection.recv(1024)
pickle.loads(data)  # deserialize < remote

# psycopg
import psycopg2
from flask import request
def find():
    connection = psycopg2.connect("dbname=shop")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM users WHERE id = " + request.args["id"])  # sql < remote
        cursor.execute("SELECT * FROM users WHERE id = %s", (request.args["id"],))

# psycopg: composed
import psycopg2
from psycopg2 import sql
from flask import request
def find(cursor):
    cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(request.args["table"])))  # nothing

# asyncpg
import asyncpg
from fastapi import FastAPI
app = FastAPI()
@app.get("/find")
async def find(name: str):
    pool = await asyncpg.create_pool("postgres://shop")
    async with pool.acquire() as connection:
        return await connection.fetch(f"SELECT * FROM users WHERE name = '{name}'")  # sql < remote

# MySQL
import mysql.connector
from flask import request
def find():
    db = mysql.connector.connect(host="localhost")
    cursor = db.cursor(dictionary=True)
    cursor.execute("SELECT * FROM users WHERE name = '%s'" % request.args["name"])  # sql < remote

# SQLAlchemy
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker
from flask import request
engine = create_engine("sqlite://")
Session = sessionmaker(bind=engine)
def find():
    name = request.args["name"]
    with engine.connect() as connection:
        connection.execute("DELETE FROM users WHERE name = '" + name + "'")  # sql < remote
    session = Session()
    session.execute(text("SELECT 1 WHERE 'x' = '" + name + "'"))

# peewee
from peewee import Model, SqliteDatabase
from flask import request
db = SqliteDatabase("app.db")
def find():
    db.execute_sql("SELECT * FROM t WHERE x = '" + request.args["x"] + "'")  # sql < remote

# MongoDB
from pymongo import MongoClient
from flask import request
db = MongoClient().shop
def find():
    return db.users.find_one({"$where": "this.name == '" + request.json["name"] + "'"})  # nosql < remote

# Redis
import redis
from flask import request
r = redis.Redis()
def run():
    r.eval("return redis.call('get', '" + request.args["key"] + "')", 0)  # nosql < remote

# LDAP
import ldap
from flask import request
def find():
    connection = ldap.initialize("ldap://localhost")
    connection.search_s("dc=shop", ldap.SCOPE_SUBTREE, "(uid=" + request.args["uid"] + ")")  # ldap < remote

# LDAP: escaped
import ldap3
from ldap3.utils.conv import escape_filter_chars
from flask import request
def find():
    connection = ldap3.Connection(ldap3.Server("localhost"))
    connection.search("dc=shop", "(uid=" + escape_filter_chars(request.args["uid"]) + ")")  # nothing

# httpx
import httpx
from fastapi import FastAPI
app = FastAPI()
@app.get("/proxy")
async def proxy(url: str):
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text  # url < remote

# urllib
from urllib.request import urlopen
from flask import request
def proxy():
    return urlopen(request.args["url"]).read()  # url < remote

# paramiko
import paramiko
from flask import request
def restart():
    client = paramiko.SSHClient()
    client.connect("host")
    client.exec_command("systemctl restart " + request.form["service"])  # shell < remote

# Fabric
from fabric import Connection
from flask import request
def deploy():
    Connection("host").run("git checkout " + request.form["branch"])  # shell < remote

# asyncio
import asyncio
from aiohttp import web
async def run(request: web.Request):
    await asyncio.create_subprocess_shell("convert " + request.query["file"])  # shell < remote

# Docker
import docker
from flask import request
def run():
    client = docker.from_env()
    client.containers.run("alpine", request.json["command"])  # command < remote

# jinja2
from jinja2 import Environment, Template
from flask import request
def page():
    Template(request.args["template"]).render()  # template < remote
    Environment().from_string("Hello " + request.args["name"])

# mako
from mako.template import Template
from flask import request
def page():
    return Template("Hello " + request.args["name"]).render()  # template < remote

# bleach
import bleach
from markupsafe import Markup
from flask import request
def page():
    return Markup(bleach.clean(request.form["comment"]))  # nothing

# markdown
import markdown
from flask import Flask, request
app = Flask(__name__)
@app.post("/preview")
def preview():
    return markdown.markdown(request.form["text"])  # html < remote

# lxml
from lxml import etree
from flask import request
def find():
    tree = etree.parse("users.xml")
    tree.xpath("//user[name='" + request.args["name"] + "']")  # xpath < remote
    etree.fromstring(request.data)  # xmlparse < remote

# PyYAML
import yaml
from flask import request
def load():
    yaml.load(request.data, Loader=yaml.Loader)  # deserialize < remote
    yaml.load(request.data, Loader=yaml.SafeLoader)
    yaml.safe_load(request.data)

# torch
import torch
from fastapi import FastAPI, UploadFile
app = FastAPI()
@app.post("/model")
async def model(file: UploadFile):
    return torch.load(file.file)  # deserialize < upload, deserialize < remote

# pandas
import pandas as pd
from flask import request
def report():
    frame = pd.read_csv(request.args["path"])  # path < remote, url < remote
    frame.query(request.args["filter"])  # code < remote

# zipfile
import zipfile, os
def unpack(path):
    with zipfile.ZipFile("upload.zip") as archive:
        for name in archive.namelist():
            with open(os.path.join("out", name), "wb") as target:  # path < archive
                target.write(archive.read(name))

# tarfile
import tarfile
from flask import request
def unpack():
    with tarfile.open(fileobj=request.files["file"]) as archive:
        archive.extractall("out")  # unpack < upload
        archive.extractall("out", filter="data")

# Mail
import smtplib
from email.mime.text import MIMEText
from email.mime.multipart import MIMEMultipart
from flask import request
def send():
    message = MIMEMultipart()
    message["Subject"] = request.form["subject"]  # email < remote
    message.attach(MIMEText("<p>" + request.form["text"] + "</p>", "html"))  # html < remote, sendout < remote

# csv
import csv
from flask import request
def export(target):
    csv.writer(target).writerow([request.form["name"]])  # csv < remote

# Logging
import logging
from flask import request
logger = logging.getLogger(__name__)
def login():
    logger.info("login of %s", request.form["name"])  # log < remote

# boto3
import boto3
from flask import request
table = boto3.resource("dynamodb").Table("users")
def find():
    return table.scan(FilterExpression="name = " + request.args["name"])  # nosql < remote

# Cloud function
import os
def lambda_handler(event, context):
    os.system("convert " + event["queryStringParameters"]["file"])  # shell < remote

# Click
import click, os
@click.command()
@click.argument("name")
def remove(name):
    os.system("rm " + name)  # shell < local

# argparse
import argparse, subprocess
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    args = parser.parse_args()
    subprocess.call("wc " + args.file, shell=True)  # shell < local

# Streamlit
import streamlit as st
name = st.text_input("Name")
st.markdown(f"<h1>{name}</h1>", unsafe_allow_html=True)  # html < remote
st.markdown(name)

# OpenAI
from openai import OpenAI
client = OpenAI()
def run(question):
    reply = client.chat.completions.create(model="gpt", messages=[{"role": "user", "content": question}])
    exec(reply.choices[0].message.content)  # code < model

# Anthropic
import anthropic, subprocess
client = anthropic.Anthropic()
def run(question):
    message = client.messages.create(model="claude", max_tokens=9, messages=[{"role": "user", "content": question}])
    subprocess.run(message.content[0].text, shell=True)  # shell < model

# LangChain
from langchain_openai import ChatOpenAI
import sqlite3
def ask(question):
    query = ChatOpenAI().invoke("Write SQL for: " + question).content
    return sqlite3.connect("app.db").execute(query)  # sql < model

# Tools of an agent
from langchain_core.tools import tool
import subprocess
@tool
def shell(command: str) -> str:
    return subprocess.check_output(command, shell=True)  # shell < model

# MCP
from mcp.server.fastmcp import FastMCP
mcp = FastMCP("files")
@mcp.tool()
def read(path: str) -> str:
    return open(path).read()  # path < model

# Telegram
from telegram import Update
import os
async def run(update: Update, context):
    os.system(update.message.text)  # shell < remote

# Message queue
from kafka import KafkaConsumer
import pickle
for message in KafkaConsumer("jobs"):
    pickle.loads(message.value)  # deserialize < remote
"""


def examples() -> dict[str, str]:
    parts = re.split(r"^# (.*)\n", dedent(EXAMPLES), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def expected_of(code: str) -> set[str]:
    """Return what the comments at the ends of lines say."""
    said = {part.strip() for comment in re.findall(r"  # (.*)$", code, re.MULTILINE) for part in comment.split(",")}
    return said - {"nothing"}


def reached(code: str) -> set[str]:
    """Return the kinds of sinks that something from outside reaches, each with where that comes from: ``html < remote``."""
    document = Document(code, engine(), "project/module.py")
    document.vet()
    assert document._following is not None
    flows = [document._following.links.flow_of(entry.id) for entry in document._entries]
    hits = [hit for flow in flows if flow is not None for hit in flow.sinks]
    labels = {(hit.kind, taint.origin.label) for hit in hits for taint in hit.taints}
    return {f"{kind} < {label}" for kind, label in labels if label != "parameter"}


@pytest.mark.parametrize("name", examples())
def test_what_reaches_what(name: str) -> None:
    code = examples()[name]
    assert reached(code) == expected_of(code)
