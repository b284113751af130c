"""Pages, filters and search."""

from typing import Any

import pytest
import stripe

from sandbox import Sandbox


def test_pages_go_back_in_time_without_gaps(api: Any) -> None:
    made = [api.customers.create({"name": str(number)}).id for number in range(7)]

    page = api.customers.list({"limit": 3})
    assert [row.id for row in page.data] == made[:3:-1]
    assert page.has_more is True
    assert page.url == "/v1/customers"
    rest = api.customers.list({"limit": 10, "starting_after": page.data[-1].id})
    assert [row.id for row in rest.data] == made[3::-1]
    assert rest.has_more is False
    before = api.customers.list({"limit": 2, "ending_before": made[3]})
    assert [row.id for row in before.data] == [made[5], made[4]]
    assert before.has_more is True
    assert [row.id for row in page.auto_paging_iter()] == made[::-1]


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_page_has_1_to_100_rows(api: Any, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="This value must be"):
        api.customers.list({"limit": limit})
    assert api.customers.list({"limit": 100}).data == []


def test_a_cursor_must_exist(api: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        api.customers.list({"starting_after": "cus_nobody"})


def test_created_can_be_a_moment_or_a_span(sandbox: Sandbox, api: Any) -> None:
    old = api.customers.create({})
    sandbox.advance(1000)
    new = api.customers.create({})

    def found(**created: int) -> list[str]:
        return [row.id for row in api.customers.list({"created": created}).data]

    assert found(gt=old.created) == [new.id]
    assert found(gte=old.created) == [new.id, old.id]
    assert found(lt=new.created) == [old.id]
    assert found(gt=old.created, lt=new.created) == []
    exactly = api.customers.list({"created": old.created})
    assert [row.id for row in exactly.data] == [old.id]


def test_lists_filter_by_what_they_belong_to(pay: Any, api: Any) -> None:
    ada, bob = (api.customers.create({"email": f"{who}@example.com"}).id for who in ("a", "b"))
    of_ada, of_bob = pay(customer=ada), pay(customer=bob)
    refund = api.refunds.create({"payment_intent": of_ada.id, "amount": 100})

    def ids(page: Any) -> list[str]:
        return [row.id for row in page.data]

    assert ids(api.payment_intents.list({"customer": ada})) == [of_ada.id]
    assert ids(api.charges.list({"payment_intent": of_bob.id})) == [of_bob.latest_charge]
    assert ids(api.refunds.list({"payment_intent": of_ada.id})) == [refund.id]
    assert ids(api.refunds.list({"charge": of_bob.latest_charge})) == []
    assert ids(api.customers.list({"email": "a@example.com"})) == [ada]


def test_a_deleted_customer_leaves_the_lists_but_not_its_id(api: Any) -> None:
    customer = api.customers.create({"email": "a@example.com"})
    api.customers.delete(customer.id)

    assert api.customers.list().data == []
    assert api.customers.retrieve(customer.id).deleted is True
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        api.customers.update(customer.id, {"name": "x"})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status:'succeeded'", 2),
        ("status:'succeeded' AND metadata['order']:'7'", 1),
        ("metadata['order']:'7' OR metadata['order']:'8'", 2),
        ("-metadata['order']:'7'", 2),
        ("amount>2000", 1),
        ("amount<=2000", 2),
        ('currency:"EUR"', 3),
        ("status:'canceled'", 0),
        ("metadata['order']:null", 1),
    ],
)
def test_search_reads_stripes_query_language(pay: Any, api: Any, query: str, found: int) -> None:
    pay(metadata={"order": "7"})
    pay(metadata={"order": "8"}, amount=3000)
    api.payment_intents.create({"amount": 1000, "currency": "eur"})

    assert len(api.payment_intents.search({"query": query}).data) == found


@pytest.mark.parametrize("query", ["status", "status:'a' AND", "a:'1' AND b:'2' OR c:'3'", "('"])
def test_an_unreadable_query_is_refused(api: Any, query: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="unable to parse"):
        api.payment_intents.search({"query": query})


def test_search_pages_by_token(pay: Any, api: Any) -> None:
    for _ in range(3):
        pay()

    first = api.payment_intents.search({"query": "status:'succeeded'", "limit": 2})
    rest = api.payment_intents.search(
        {"query": "status:'succeeded'", "limit": 2, "page": first.next_page}
    )

    assert (len(first.data), first.has_more) == (2, True)
    assert (len(rest.data), rest.has_more) == (1, False)
