"""The demo's people: staff who can sign in, customers with their addresses and accounts."""

from dataclasses import asdict

from flask import current_app
from flask_security import hash_password

from app import clock, sign_in
from app.db import transaction
from app.demo import values
from app.demo.people import CUSTOMERS, DEMO_PASSWORD, STAFF
from app.models import Customer, PostalAddress
from app.services import addresses, customers


def add() -> dict[str, int]:
    """Everybody; returns the customers' ids by their addresses."""
    for person in STAFF:
        sign_in.add_staff(person.email, role=person.role, password=DEMO_PASSWORD)
    hashed = hash_password(DEMO_PASSWORD)  # once: it is meant to be slow
    return {person.email: _add_customer(person, hashed) for person in CUSTOMERS}


def postal(address: values.Address) -> PostalAddress:
    return PostalAddress(**asdict(address))


def _add_customer(person: values.Customer, hashed: str) -> int:
    customer_id = customers.find_or_create(person.email, name=person.name)
    with transaction() as session:
        session.get_one(Customer, customer_id).phone = person.phone
    for address in person.addresses:
        addresses.add(customer_id, postal(address))
    if person.registered:
        _open_account(person.email, hashed)
    return customer_id


def _open_account(email: str, hashed: str) -> None:
    """Somebody who has followed the link in the letter."""
    users = current_app.extensions["security"].datastore
    confirmed_at = clock.now().replace(tzinfo=None)  # Flask-Security's column
    with transaction():
        user = users.create_user(email=email, password=hashed, confirmed_at=confirmed_at)
    customers.claim(user)
