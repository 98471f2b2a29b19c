"""Tables of the shop."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, sessionmaker
from werkzeug.security import check_password_hash, generate_password_hash

import settings

engine = create_engine(settings.load().database_url)
Session = sessionmaker(engine)


class Base(DeclarativeBase):
    """Base of all tables."""


class Customer(Base):
    """Someone with an account."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    reset_token: Mapped[str | None]
    orders: Mapped[list[Order]] = relationship(back_populates="customer")

    def check_password(self, password: str) -> bool:
        """Tell whether this is the customer's password."""
        return check_password_hash(self.password_hash, password)


class Product(Base):
    """Something that we sell."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    price: Mapped[Decimal]
    picture: Mapped[str | None]


class Order(Base):
    """What a customer has bought."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    city: Mapped[str]
    total: Mapped[Decimal]
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    customer: Mapped[Customer] = relationship(back_populates="orders")


def open_orders(session, customer: Customer) -> int:
    """Return how many orders of a customer are on their way."""
    return session.scalar(select(func.count()).where(Order.customer_id == customer.id))
