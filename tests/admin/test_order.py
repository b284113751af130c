from tests.buying import buy


def test_an_order_is_found_in_the_list_and_has_a_page(staff, stripe_client, pump):
    order = buy(stripe_client)
    pump()
    orders = staff("orders")

    listed = orders.get("/admin/order/")
    page = orders.get(f"/admin/order/details/?id={order.id}")

    assert listed.status_code == 200
    assert f"#{order.number}" in listed.text
    assert page.status_code == 200
    assert "Paid" in page.text
