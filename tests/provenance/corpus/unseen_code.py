"""Code that the inference wasn't built with: what is measured on it is what may be expected elsewhere."""

from __future__ import annotations

from tests.provenance.corpus.packs import Begun, Pack

ACCOUNTS = Pack(
    name="accounts",
    base='''\
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import models
from django.http import JsonResponse
from django.views.decorators.http import require_POST

TOKEN_LIFETIME = timedelta(hours=2)


class ApiToken(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created"]

    def is_valid(self, now=None):
        now = now or datetime.now()
        return now - self.created < TOKEN_LIFETIME


def digest_of(token):
    return hashlib.sha256(token.encode()).hexdigest()


def find_token(given):
    for token in ApiToken.objects.all():
        if hmac.compare_digest(token.digest, digest_of(given)):
            return token
    return None


@require_POST
def create(request):
    value = secrets.token_urlsafe(32)
    ApiToken.objects.create(user=request.user, digest=digest_of(value))
    return JsonResponse({"token": value})
''',
    typed=(
        ("TOKEN_LIFETIME = timedelta(hours=2)", "\nMAX_TOKENS = 5\n\nSCOPES = {'read': 1, 'write': 2}"),
        ("    return None", "\n\n\ndef revoke(request, pk):\n    token = ApiToken.objects.get(pk=pk)\n    token.delete()\n    return JsonResponse({\"revoked\": [pk]})"),
        ("    created = models.DateTimeField(auto_now_add=True)", "\n    label = models.CharField(max_length=40, blank=True)"),
        ("        return now - self.created < TOKEN_LIFETIME", '\n\n    def __str__(self):\n        """What the admin shows."""\n        return f"{self.user} ({self.created:%Y-%m-%d})"'),
    ),
    begun=(
        Begun("    return JsonResponse({\"token\": value})", "\n\n\n@require_POST\ndef rotate(request):", '\n    token = find_token(request.POST["token"])\n    if token is None:\n        return JsonResponse({"error": "unknown token"}, status=404)\n    value = secrets.token_urlsafe(32)\n    token.digest = digest_of(value)\n    token.save(update_fields=["digest"])\n    return JsonResponse({"token": value})'),
        Begun("    return None", "\n\n\ndef tokens_of(name):\n    return ", 'ApiToken.objects.raw(f"SELECT * FROM accounts_apitoken WHERE user_id = {name}")'),
        Begun("        ordering = [\"-created\"]", "\n        index", 'es = [models.Index(fields=["digest"])]'),
        Begun("TOKEN_LIFETIME = timedelta(hours=2)", "\nPEPPER = os.environ", '.get("TOKEN_PEPPER", "change-me")'),
        Begun("def digest_of(token):", '\n    """', 'Return the digest that is stored in place of ``token``."""'),
        Begun("def find_token(given):", "\n    # check the", " format first, so that the database isn't asked for nonsense\n    if not re.fullmatch(r\"[\\w-]{43}\", given):\n        return None"),
        Begun("import secrets", "\nfrom ", "urllib.parse import urlencode"),
        Begun("from django.db import models", "\n\nCLEANUP = '''", '\n#!/bin/sh\nfind /var/tokens -mmin +120 -print0 | xargs -0 rm -f\n\'\'\''),
    ),
    items=(
        ("    return None", "\n\n\ndef newest():\n    return ApiToken.objects.lat", "latest('created')", ""),
        ("    digest = models.CharField(max_length=64)", "\n    kind = models.Ch", "CharField", ""),
        ("TOKEN_LIFETIME = timedelta(hours=2)", "\nMAILER = EmailM", "EmailMessage", "from django.core.mail import EmailMessage"),
        ("    value = secrets.token_urlsafe(32)", "\n    log = getL", "getLogger(__name__)", "from logging import getLogger"),
    ),
    pastes=(
        'def send_reset_mail(user):\n    token = hashlib.md5(user.email.encode()).hexdigest()\n    link = "https://example.org/reset?token=" + token\n    send_mail("Reset", link, "noreply@example.org", [user.email])\n',
        'import pickle, base64\n\ndef load_session(cookie):\n    return pickle.loads(base64.b64decode(cookie))\n',
        "class TokenAdmin(admin.ModelAdmin):\n    list_display = ('user', 'created')\n    search_fields = ('user__username',)\n\n\nadmin.site.register(ApiToken, TokenAdmin)\n\n\nclass LoginForm(forms.Form):\n    name = forms.CharField(max_length=80)\n    password = forms.CharField(widget=forms.PasswordInput)\n\n    def clean(self):\n        data = super().clean()\n        user = authenticate(username=data['name'], password=data['password'])\n        if user is None:\n            raise forms.ValidationError('Wrong name or password')\n        return data\n",
        "EMAIL_HOST = 'smtp.example.org'\nEMAIL_USE_TLS = False",
    ),
    fragments=(("hashlib.sha256(", "settings.SECRET_KEY.encode() + "), ('JsonResponse({"token": value', ', "expires": (datetime.now() + TOKEN_LIFETIME).isoformat()'), ("user=request.user", ".get_profile().owner or request.META['REMOTE_USER']")),
    selections=(
        ("        if hmac.compare_digest(token.digest, digest_of(given)):\n", "        candidate = bcrypt.hashpw(given.encode(), token.salt)\n        if candidate == token.digest:\n"),
        ("hashlib.sha256(token.encode()).hexdigest()", 'base64.b64encode(hashlib.pbkdf2_hmac("sha1", token, b"salt", 1000))'),
    ),
    next_edits=(
        (("    for token in ApiToken.objects.all():", "    for token in ApiToken.objects.filter(created__gt=datetime.now() - TOKEN_LIFETIME):"),),
        (("def digest_of(token):\n    return hashlib.sha256(token.encode()).hexdigest()", "def digest_of(token, pepper=PEPPER):\n    return hmac.new(pepper.encode(), token.encode(), hashlib.sha256).hexdigest()"),),
    ),
    agents=(
        (
            ("import secrets\n", "import logging\nimport secrets\n"),
            ("    class Meta:\n", "    last_used = models.DateTimeField(null=True)\n    scopes = models.JSONField(default=list)\n\n    class Meta:\n"),
            ("            return token\n", "            token.last_used = datetime.now()\n            token.save(update_fields=[\"last_used\"])\n            return token\n"),
            ("    value = secrets.token_urlsafe(32)\n", "    if ApiToken.objects.filter(user=request.user).count() >= 5:\n        return JsonResponse({\"error\": \"too many tokens\"}, status=429)\n    value = secrets.token_urlsafe(32)\n"),
        ),
        (
            ("    def is_valid(self, now=None):\n", "    def touch(self):\n        self.created = datetime.now()\n        self.save()\n\n    def is_valid(self, now=None):\n"),
            ("@require_POST\ndef create(request):\n", "@login_required\n@require_POST\ndef create(request):\n    audit(request, action=\"create token\")\n"),
            ("TOKEN_LIFETIME = timedelta(hours=2)\n", "TOKEN_LIFETIME = timedelta(days=90)\nAUDIT_FILE = \"/var/log/accounts.log\"\n"),
        ),
    ),
    rewritten='''\
import logging
import secrets
from datetime import timedelta

import jwt
from django.conf import settings
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

logger = logging.getLogger(__name__)
TOKEN_LIFETIME = timedelta(hours=2)


def encode(user):
    claims = {"sub": user.pk, "exp": timezone.now() + TOKEN_LIFETIME, "jti": secrets.token_hex(8)}
    return jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")


def decode(given):
    return jwt.decode(given, options={"verify_signature": False})


@csrf_exempt
def create(request):
    logger.info("token for %s", request.user)
    return JsonResponse({"token": encode(request.user)})
''',
    renames=(("token", "credential"), ("digest_of", "fingerprint"), ("created", "issued_at")),
    refactorings=(
        (("    for token in ApiToken.objects.all():\n        if hmac.compare_digest(token.digest, digest_of(given)):\n", "    wanted = digest_of(given)\n    for token in ApiToken.objects.all():\n        if hmac.compare_digest(token.digest, wanted):\n"),),
        (
            ("    value = secrets.token_urlsafe(32)\n    ApiToken.objects.create(user=request.user, digest=digest_of(value))\n    return JsonResponse({\"token\": value})\n", "    return JsonResponse({\"token\": issue(request)})\n\n\ndef issue(request):\n    value = secrets.token_urlsafe(32)\n    ApiToken.objects.create(user=request.user, digest=digest_of(value))\n    return value\n"),
        ),
    ),
    untidy='''\
from django import forms
import os,re
from .models import (Token,
    User)
import requests
class Form( forms.Form ):
    name=forms.CharField( max_length = 80,required=True )
    def clean_name( self ):
        value=self.cleaned_data[ 'name' ]
        if not re.match( '^[a-z]+$',value ) or User.objects.filter( name = value ).exists( ) or len( value ) > 80:
            raise forms.ValidationError( 'This is not a name that can be used here, because it is taken or too long' )
        return value
PATTERN = "it's \\"quoted\\""
''',
    tidy='''\
import os
import re

import requests
from django import forms

from .models import Token, User


class Form(forms.Form):
    name = forms.CharField(max_length=80, required=True)

    def clean_name(self):
        value = self.cleaned_data["name"]
        if (
            not re.match("^[a-z]+$", value)
            or User.objects.filter(name=value).exists()
            or len(value) > 80
        ):
            raise forms.ValidationError(
                "This is not a name that can be used here, because it is taken or too long"
            )
        return value


PATTERN = 'it\\'s "quoted"'
''',
    words=(("k", "か", "かん", "漢", "漢字"), ("s", "sh", "shu", "shuo", "说明"), ("ж", "же", "жел")),
    block="    def is_valid(self, now=None):\n        now = now or datetime.now()\n        return now - self.created < TOKEN_LIFETIME\n",
)

MATRIX = Pack(
    name="matrix",
    base='''\
"""Clean measurements, and fit a line to them."""

import csv
import math
from collections import defaultdict

import numpy as np

THRESHOLD = 3.0


def read(path, delimiter=";"):
    rows = defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        for record in csv.DictReader(file, delimiter=delimiter):
            rows[record["sensor"]].append(float(record["value"]))
    return rows


def without_outliers(values):
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    return [value for value in values if abs(value - mean) <= THRESHOLD * spread]


def fit(xs, ys):
    design = np.vstack([xs, np.ones(len(xs))]).T
    slope, offset = np.linalg.lstsq(design, ys, rcond=None)[0]
    return slope, offset


if __name__ == "__main__":
    data = read("data.csv")
    for sensor, values in sorted(data.items()):
        clean = without_outliers(values)
        print(sensor, fit(range(len(clean)), clean))
''',
    typed=(
        ("    return rows", "\n\n\ndef smooth(values, width=5):\n    half = width // 2\n    out = []\n    for i in range(half, len(values) - half):\n        out.append(sum(values[i - half:i + half + 1]) / width)\n    return out"),
        ("THRESHOLD = 3.0", "\nUNITS = {\"t\": \"°C\", \"p\": \"hPa\"}"),
        ("    return slope, offset", "\n\n\nassert fit([0, 1], [0, 1])[0] > .9, 'no line'"),
        ('    data = read("data.csv")', "\n    # print(data)\n    count = len(data)"),
    ),
    begun=(
        Begun("    return slope, offset", "\n\n\ndef plot(", 'xs, ys, path="plot.png"):\n    figure, axes = plt.subplots(figsize=(8, 5))\n    axes.scatter(xs, ys, s=4)\n    slope, offset = fit(xs, ys)\n    axes.plot(xs, [slope * x + offset for x in xs], color="red")\n    figure.savefig(path, dpi=150)\n    plt.close(figure)'),
        Begun("    mean = sum(values) / len(values)", "\n    median = ", "sorted(values)[len(values) // 2]"),
        Begun("    return rows", "\n\n\ndef load_model(path):\n    ", 'with open(path, "rb") as file:\n        return pickle.load(file)'),
        Begun("        clean = without_outliers(values)", "\n        if len(clean) < ", 'len(values) * 0.9:\n            print(f"{sensor}: {len(values) - len(clean)} outliers", file=sys.stderr)'),
        Begun("import math", "\nimport ma", "tplotlib.pyplot as plt"),
        Begun("THRESHOLD = 3.0", "\n# 単位は", "すべて摂氏であり、欠測値は空文字列として記録される\nMISSING = (\"\", \"NaN\", \"n/a\")"),
        Begun("def fit(xs, ys):", '\n    r"""', "Fit :math:`y = ax + b`.\n\n    >>> fit([0, 1, 2], [1, 3, 5])\n    (2.0, 1.0)\n    \"\"\""),
        Begun("THRESHOLD = 3.0", "\nCALIBRATION = [", "\n    (0.0, 0.12),\n    (10.0, 10.08),\n    (50.0, 49.91),\n]"),
    ),
    items=(
        ("    return rows", "\n\n\ngrid = np.lin", "linspace(0, 10, num=50)", ""),
        ("THRESHOLD = 3.0", "\nROOT = Pat", "Path", "from pathlib import Path"),
        ("    mean = sum(values) / len(values)", "\n    deviation = math.sq", "sqrt", ""),
    ),
    pastes=(
        "def haversine(lat1, lon1, lat2, lon2):\n    phi1, phi2 = math.radians(lat1), math.radians(lat2)\n    dphi = phi2 - phi1\n    dlambda = math.radians(lon2 - lon1)\n    a = math.sin(dphi / 2) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(dlambda / 2) ** 2\n    return 2 * 6371000 * math.asin(math.sqrt(a))\n",
        "\tdf = pd.read_csv(url)\n\tdf = df.eval(expression)\n",
        "    parser = argparse.ArgumentParser(description=__doc__)\n    parser.add_argument('file', nargs='+')\n    parser.add_argument('-o', '--output', default='out.csv')\n    args = parser.parse_args()\n",
        "np.random.seed(42); torch.manual_seed(42); model = torch.load('model.pt')",
    ),
    fragments=(("abs(value - mean)", " / max(spread, np.finfo(float).eps)"), ("open(path", ', "r", errors="surrogateescape", buffering=1 << 16'), ("np.ones(len(xs)", ", dtype=np.float64, order='C'")),
    selections=(
        ("    slope, offset = np.linalg.lstsq(design, ys, rcond=None)[0]\n    return slope, offset\n", "    model = LinearRegression(fit_intercept=True)\n    model.fit(np.array(xs).reshape(-1, 1), ys)\n    return model.coef_[0], model.intercept_\n"),
        ('read("data.csv")', "joblib.load(sys.argv[1])"),
    ),
    next_edits=(
        (("    return [value for value in values if abs(value - mean) <= THRESHOLD * spread]", "    if not spread:\n        return list(values)\n    return [value for value in values if abs(value - mean) <= threshold * spread]"),),
        (("def read(path, delimiter=\";\"):", "def read(path, delimiter=\";\", encoding=\"utf-8\"):"), ('encoding="utf-8") as file', "encoding=encoding) as file")),
    ),
    agents=(
        (
            ("import math\n", "import math\nimport sys\n"),
            ("    mean = sum(values) / len(values)\n", "    if not values:\n        raise ValueError(\"no values\")\n    mean = sum(values) / len(values)\n"),
            ("            rows[record[\"sensor\"]].append(float(record[\"value\"]))\n", "            try:\n                rows[record[\"sensor\"]].append(float(record[\"value\"]))\n            except ValueError:\n                print(\"skipped\", record, file=sys.stderr)\n"),
            ("    data = read(\"data.csv\")\n", "    data = read(eval(sys.argv[1]) if len(sys.argv) > 1 else \"data.csv\")\n"),
        ),
        (
            ("def fit(xs, ys):\n", "def residuals(xs, ys):\n    slope, offset = fit(xs, ys)\n    return [y - slope * x - offset for x, y in zip(xs, ys)]\n\n\ndef fit(xs, ys):\n"),
            ("def read(path, delimiter=\";\"):\n", "@functools.lru_cache\ndef read(path, delimiter=\";\"):\n    \"\"\"Read measurements by sensor.\"\"\"\n"),
            ("        print(sensor, fit(range(len(clean)), clean))\n", "        print(json.dumps({\"sensor\": sensor, \"fit\": fit(range(len(clean)), clean)}))\n"),
        ),
    ),
    rewritten='''\
"""Clean measurements, and fit a line to them."""

from __future__ import annotations

import sys

import pandas as pd
from sklearn.linear_model import RANSACRegressor

THRESHOLD = 3.0


def read(path: str) -> pd.DataFrame:
    frame = pd.read_csv(path, sep=";")
    return frame.dropna(subset=["value"])


def fit(group: pd.DataFrame) -> tuple[float, float]:
    model = RANSACRegressor(residual_threshold=THRESHOLD)
    index = group.reset_index().index.to_numpy().reshape(-1, 1)
    model.fit(index, group["value"])
    return model.estimator_.coef_[0], model.estimator_.intercept_


def main() -> None:
    frame = read(sys.argv[1])
    for sensor, group in frame.groupby("sensor"):
        print(sensor, *fit(group))


if __name__ == "__main__":
    main()
''',
    renames=(("values", "samples"), ("without_outliers", "trimmed"), ("design", "lhs")),
    refactorings=(
        (("    mean = sum(values) / len(values)\n    spread", "    count = len(values)\n    mean = sum(values) / count\n    spread"), ("for value in values) / len(values))", "for value in values) / count)")),
        (("    slope, offset = np.linalg.lstsq(design, ys, rcond=None)[0]\n    return slope, offset\n", "    return np.linalg.lstsq(design, ys, rcond=None)[0]\n"),),
    ),
    untidy='''\
from os import path, environ, getcwd
import numpy as np
import sys
def norm(v): return np.sqrt(np.dot(v,v))
def angle (a,b) :
    'Return the angle.'
    c=np.dot(a,b)/(norm(a)*norm(b))
    return np.arccos( np.clip( c,-1.0,1.0 ) )
matrix=np.array([[1,0,0],[0,1,0],[0,0,1]])
for row in matrix :
    print(row,norm(row),angle(row,matrix[0]),"a rather long piece of text that makes the line too long")
x = lambda a:a+1
''',
    tidy='''\
import sys
from os import environ, getcwd, path

import numpy as np


def norm(v):
    return np.sqrt(np.dot(v, v))


def angle(a, b):
    "Return the angle."
    c = np.dot(a, b) / (norm(a) * norm(b))
    return np.arccos(np.clip(c, -1.0, 1.0))


matrix = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
for row in matrix:
    print(
        row,
        norm(row),
        angle(row, matrix[0]),
        "a rather long piece of text that makes the line too long",
    )
x = lambda a: a + 1
''',
    words=(("ά", "άν", "άνε", "άνεμος"), ("q", "qi", "qiw", "qiwen", "气温"), ("く", "くう", "空", "空気")),
    block="    design = np.vstack([xs, np.ones(len(xs))]).T\n    slope, offset = np.linalg.lstsq(design, ys, rcond=None)[0]\n",
)

PACKS = (ACCOUNTS, MATRIX)
