"""The shop's web application."""

from __future__ import annotations

import hashlib
import random

from flask import Flask, abort, make_response, send_file, send_from_directory
from flask import render_template, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy import select

import reports
import settings
from models import Customer, Product, Session

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

config = settings.load()
app = Flask(__name__)
app.secret_key = config.secret_key
limiter = Limiter(get_remote_address, app=app)


@app.get("/")
def home():
    """Show a few products, others on each visit."""
    with Session() as db:
        products = db.scalars(select(Product)).all()
    shown = random.sample(products, min(config.page_size, len(products)))
    return render_template("home.html", products=shown)


@app.get("/products/<int:product_id>")
def product(product_id: int):
    """Show one product."""
    with Session() as db:
        found = db.get(Product, product_id) or abort(404)
        return render_template("product.html", product=found)


@app.post("/login")
@limiter.limit("5 per minute")
def login():
    """Log a customer in."""
    with Session() as db:
        wanted = select(Customer).where(Customer.email == request.form["email"])
        customer = db.scalar(wanted)
        if customer is None or not customer.check_password(request.form["password"]):
            abort(401)
        session["customer"] = customer.id
    return "", 204


@app.get("/reports/<int:year>.csv")
def revenue(year: int):
    """Send the revenue of a year as a CSV file."""
    body = reports.as_csv(reports.revenue_by_month(year))
    response = make_response(body)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.set_etag(hashlib.sha256(body.encode()).hexdigest())
    return response


if __name__ == "__main__":
    app.run(port=8000)
