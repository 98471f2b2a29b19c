import asyncio
import base64
import hashlib
import json
import logging
import os
import random
import subprocess
import urllib.parse
import xml.etree.ElementTree as ET

import aiohttp
import httpx
import tornado.ioloop
import tornado.web
import yaml
from aiohttp import web
from django.core.cache import cache
from django.db import connection
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template import Context, Template
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views import View
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import FileResponse as FastFile
from fastapi.responses import HTMLResponse, RedirectResponse
from pathlib import Path
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

log = logging.getLogger("app")
UPLOADS = Path("/srv/uploads")
api = FastAPI()


def get_session():
    yield Session()


# Django ---------------------------------------------------------------
def d1(request):
    name = request.GET.get("name")
    filters = {"name": name}
    clause = " AND ".join(f"{k} = '{v}'" for k, v in filters.items())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM shop WHERE {clause}")  # expect: VET101
        return JsonResponse({"rows": cursor.fetchall()})


def d1_ok(request):
    name = request.GET.get("name")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shop WHERE name = %s", [name])
        return JsonResponse({"rows": cursor.fetchall()})


def d2(request):
    return HttpResponse("<b>%s</b>" % request.POST["title"])  # expect: VET120


def d2_ok(request):
    return HttpResponse(format_html("<b>{}</b>", request.POST["title"]))


def d3(request):
    nxt = request.GET.get("next", "/")
    return HttpResponseRedirect(nxt)  # expect: VET125


def d3_ok(request):
    nxt = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(nxt, allowed_hosts={request.get_host()}):
        nxt = "/"
    return HttpResponseRedirect(nxt)


class Download(View):
    def get(self, request, name):
        target = UPLOADS / name
        return FileResponse(open(target, "rb"))  # expect: VET201


class DownloadOk(View):
    def get(self, request, name):
        target = (UPLOADS / name).resolve()
        if not target.is_relative_to(UPLOADS):
            return HttpResponse(status=404)
        return FileResponse(open(target, "rb"))


def d4(request):
    template = Template("Hello " + request.GET["who"])  # expect: VET109
    return HttpResponse(template.render(Context({})))


def d4_ok(request):
    template = Template("Hello {{ who }}")
    return HttpResponse(template.render(Context({"who": request.GET["who"]})))


def d5(request):
    data = yaml.load(request.body, Loader=yaml.Loader)  # expect: VET301
    return JsonResponse(data)


def d5_ok(request):
    data = yaml.safe_load(request.body)
    return JsonResponse(data)


def d6(request):
    comment = mark_safe(request.POST.get("comment", ""))  # expect: VET120
    return render(request, "comment.html", {"comment": comment})


class Runner:
    def __init__(self, host):
        self.host = host

    def run(self):
        return subprocess.run(f"ping -c 1 {self.host}", shell=True, capture_output=True)  # expect: VET102


def d7(request):
    return HttpResponse(Runner(request.GET["host"]).run().stdout, content_type="text/plain")  # expect: VET102


def d8(request):
    host = request.GET["host"]
    if not all(c.isalnum() or c in ".-" for c in host):
        return HttpResponse(status=400)
    return HttpResponse(subprocess.run(["ping", "-c", "1", "--", host], capture_output=True).stdout, content_type="text/plain")


# FastAPI --------------------------------------------------------------
class Item(BaseModel):
    name: str
    size: int


@api.get("/items")
def f1(q: str, db: Session = Depends(get_session)):
    return db.execute(text(f"SELECT * FROM items WHERE name LIKE '%{q}%'")).all()  # expect: VET101


@api.get("/items-ok")
def f1_ok(q: str, db: Session = Depends(get_session)):
    return db.execute(text("SELECT * FROM items WHERE name LIKE :q"), {"q": f"%{q}%"}).all()


@api.get("/hello", response_class=HTMLResponse)
async def f2(name: str = "x"):
    return f"<p>{name}</p>"  # expect: VET120


@api.get("/hello-ok")
async def f2_ok(name: str = "x"):
    return {"message": f"hello {name}"}


@api.get("/fetch")
async def f3(url: str):
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text  # expect: VET126


ALLOWED = {"api.example.com"}


@api.get("/fetch-ok")
async def f3_ok(url: str):
    parsed = urllib.parse.urlparse(url)
    if parsed.scheme != "https" or parsed.hostname not in ALLOWED:
        raise HTTPException(400)
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).text


@api.post("/item")
async def f4(item: Item):
    os.system("touch /tmp/" + item.name)  # expect: VET102
    return item


@api.post("/item-ok")
async def f4_ok(item: Item):
    os.system(f"head -c {item.size} /dev/zero > /srv/zero")
    return item


@api.get("/file/{name:path}")
def f5(name: str):
    return FastFile(f"/srv/files/{name}")  # expect: VET201


@api.get("/go")
def f6(to: str):
    return RedirectResponse(url=to)  # expect: VET125


@api.get("/go-ok")
def f6_ok(to: str):
    pages = {"home": "/", "help": "/help"}
    return RedirectResponse(url=pages.get(to, "/"))


@api.post("/login")
async def f7(request: Request):
    body = await request.json()
    log.info("login of " + body["user"])
    return {"token": hashlib.sha256(str(random.random()).encode()).hexdigest()}  # expect: VET508


# aiohttp ----------------------------------------------------------------
routes = web.RouteTableDef()


@routes.get("/a1")
async def a1(request):
    name = request.query["name"]
    return web.Response(text=f"<h1>{name}</h1>", content_type="text/html")  # expect: VET120


@routes.get("/a1ok")
async def a1_ok(request):
    name = request.query["name"]
    return web.Response(text=f"hello {name}")


@routes.get("/a2/{cmd}")
async def a2(request):
    process = await asyncio.create_subprocess_shell("git log " + request.match_info["cmd"])  # expect: VET102
    return web.json_response({"code": await process.wait()})


@routes.get("/a2ok/{cmd}")
async def a2_ok(request):
    process = await asyncio.create_subprocess_exec("git", "log", "--", request.match_info["cmd"])
    return web.json_response({"code": await process.wait()})


@routes.post("/a3")
async def a3(request):
    data = await request.post()
    upload = data["file"]
    (UPLOADS / upload.filename).write_bytes(upload.file.read())  # expect: VET201, VET203
    raise web.HTTPFound("/")


@routes.get("/a4")
async def a4(request):
    raise web.HTTPFound(request.query.get("next", "/"))  # expect: VET125


@routes.get("/a5")
async def a5(request):
    async with aiohttp.ClientSession() as session:
        async with session.get("http://internal/" + request.query["path"]) as resp:
            return web.json_response(await resp.json())


# Tornado -----------------------------------------------------------------
class T1(tornado.web.RequestHandler):
    def get(self):
        self.write("<p>" + self.get_argument("q") + "</p>")  # expect: VET120


class T1Ok(tornado.web.RequestHandler):
    def get(self):
        self.write({"q": self.get_argument("q")})


class T2(tornado.web.RequestHandler):
    def get(self):
        self.redirect(self.get_query_argument("next", "/"))  # expect: VET125


class T3(tornado.web.RequestHandler):
    def post(self):
        tree = ET.fromstring(self.request.body)  # expect: VET302
        user = self.get_body_argument("user")
        found = tree.findall(".//user[@name='%s']" % user)  # expect: VET107
        self.write({"n": len(found)})


class T4(tornado.web.RequestHandler):
    async def get(self):
        key = base64.b64decode(self.get_argument("k")).decode("utf-8")
        path = os.path.join("/var/data", key.replace("..", ""))
        with open(path) as f:  # expect: VET201
            self.finish(f.read())


class T5(tornado.web.RequestHandler):
    def get(self):
        self.set_cookie("session", self.get_argument("sid"))  # expect: VET706


class T5Ok(tornado.web.RequestHandler):
    def get(self):
        self.set_secure_cookie("session", "abc", secure=True, httponly=True)
