"""A customer's address book."""

from dataclasses import asdict

from app.db import transaction
from app.errors import AddressGone, TooManyAddresses
from app.models import Address, Customer, PostalAddress

MOST = 20


def add(customer_id: int, address: PostalAddress) -> int:
    """Write an address into the book; returns its id."""
    with transaction() as session:
        customer = session.get_one(Customer, customer_id)
        if len(customer.addresses) >= MOST:
            raise TooManyAddresses(f"An address book holds {MOST} addresses. Remove one first.")
        entry = Address(customer_id=customer_id, **asdict(address))
        session.add(entry)
        session.flush()
        return entry.id


def remove(customer_id: int, address_id: int) -> None:
    """Take an address out of the book; orders keep their copies."""
    with transaction() as session:
        entry = session.get(Address, address_id)
        if entry is None or entry.customer_id != customer_id:
            raise AddressGone("There is no such address in your book.")
        session.delete(entry)
