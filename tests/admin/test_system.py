"""Events, letters, jobs, accounts, the first page and the search."""

import pytest

from app.db import db, transaction
from app.emails import letters
from app.models import AuditEntry, EventStatus, Job, JobState, Letter, User, WebhookEvent
from tests.admin.forms import fill
from tests.buying import buy


@pytest.fixture
def paid(stripe_client, pump):
    order = buy(stripe_client)
    pump()
    return order


def succeeded() -> WebhookEvent:
    events = db.select(WebhookEvent).filter_by(type="payment_intent.succeeded")
    return db.session.scalars(events).one()


def test_an_event_is_shown_rehearsed_and_replayed(staff, paid, run_jobs):
    billing, event_id = staff("billing"), succeeded().id
    with transaction() as session:
        session.get_one(WebhookEvent, event_id).status = EventStatus.FAILED

    page = billing.get(f"/admin/event/details/?id={event_id}").text
    dry = billing.post(f"/admin/event/{event_id}/dry-runs", headers={"X-Part": "1"}).text
    billing.post(f"/admin/event/{event_id}/replays")
    run_jobs()

    assert f"order #{paid.number}" in page
    assert "_secret_" not in page
    assert "Nothing would change" in dry
    assert db.session.get_one(WebhookEvent, event_id).status == EventStatus.HANDLED
    assert db.session.query(AuditEntry).filter_by(action="replayed").count() == 1


def test_a_dry_run_shows_what_would_change_and_changes_nothing(staff, stripe_client, pump):
    order = buy(stripe_client)
    pump()
    with transaction() as session:
        payment = session.merge(order).payments[0]
        payment.method = "nothing yet"

    dry = staff("billing").post(f"/admin/event/{succeeded().id}/dry-runs").text

    assert "none of them written" in dry
    assert "nothing yet" in dry
    db.session.rollback()
    assert db.session.get_one(type(order), order.id).payments[0].method == "nothing yet"


def test_a_letter_is_shown_in_a_frame_that_may_do_nothing_and_sent_again(staff, paid, run_jobs):
    support = staff("support")
    letter = db.session.scalars(db.select(Letter)).one()

    page = support.get(f"/admin/letter/details/?id={letter.id}")
    body = support.get(f"/admin/letter/{letter.id}/body")
    support.post(f"/admin/letter/{letter.id}/sendings")
    run_jobs()

    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "sandbox" in body.headers["Content-Security-Policy"]
    assert "script-src" not in body.headers["Content-Security-Policy"]
    assert db.session.get_one(Letter, letter.id).attempts == 2


def test_a_letter_that_opens_an_account_is_shown_to_nobody(staff):
    with transaction():
        letters.keep(
            "reset_instructions", cause="c", to="owner@storekeeper.example", subject="Reset",
            text="https://shop/reset/TOKEN", html="<a href='https://shop/reset/TOKEN'>x</a>",
        )  # fmt: skip
    owner, letter_id = staff("owner"), db.session.scalar(db.select(Letter.id))

    assert "TOKEN" not in owner.get(f"/admin/letter/details/?id={letter_id}").text
    assert owner.get(f"/admin/letter/{letter_id}/body").status_code == 404


def test_a_job_that_was_given_up_gets_another_chance(staff, paid):
    with transaction() as session:
        job = session.scalars(db.select(Job)).first()
        job.state, job.attempts, job.error = JobState.FAILED, 8, "OSError: away"
        job_id = job.id
    owner = staff("owner")

    page = owner.get("/admin/job/").text
    owner.post(f"/admin/job/{job_id}/retries")

    assert "OSError: away" in page
    assert "What runs by the clock" in page
    db.session.rollback()
    assert db.session.get_one(Job, job_id).attempts == 0


def test_an_owner_gives_somebody_a_role_and_takes_it_away(staff):
    owner = staff("owner")
    form = {"email": "New@Storekeeper.example", "staff_roles": ["support"]}

    owner.post("/admin/user/new/", data=form)
    user = db.session.scalars(db.select(User).filter_by(email="new@storekeeper.example")).one()
    assert [role.name for role in user.roles] == ["support"]

    path = f"/admin/user/edit/?id={user.id}"
    fill(owner, path, "seen", staff_roles=["catalog", "billing"])

    db.session.rollback()
    assert sorted(role.name for role in db.session.get_one(User, user.id).roles) == [
        "billing",
        "catalog",
    ]
    entry = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.after == {"roles": ["billing", "catalog"]}


def test_owners_cannot_lock_themselves_out(staff):
    owner = staff("owner")
    user = db.session.scalars(db.select(User)).one()

    refused = fill(owner, f"/admin/user/edit/?id={user.id}", "seen", staff_roles=["support"])

    assert "cannot take the owner’s role from yourself" in refused.text
    db.session.rollback()
    assert [role.name for role in db.session.get_one(User, user.id).roles] == ["owner"]


def test_a_password_is_neither_shown_nor_taken(staff):
    owner = staff("owner")
    user = db.session.scalars(db.select(User)).one()
    before, path = user.password, f"/admin/user/edit/?id={user.id}"

    page = owner.get(path).text
    fill(owner, path, "seen", password="chosen by somebody else", fs_uniquifier="x")

    db.session.rollback()
    assert before not in page
    assert db.session.get_one(User, user.id).password == before


def test_the_first_page_shows_takings_that_lead_to_their_orders(staff, paid):
    page = staff("billing").get("/admin/").text

    assert "€23.90" in page
    assert "flt0_day_equals=" in page


def test_the_first_page_shows_each_role_only_what_it_may_open(staff, paid):
    page = staff("catalog").get("/admin/").text

    assert "Low stock" in page
    assert "Takings" not in page
    assert "/admin/order/" not in page
    assert "Low stock" not in staff("support").get("/admin/").text


@pytest.mark.parametrize("words", ["1001", "#1001", "eve@example.com", "Mug"])
def test_the_search_finds_orders_people_and_products(staff, paid, words):
    page = staff("orders").get("/admin/search", query_string={"q": words, "part": "1"}).text

    assert f"#{paid.number}" in page or "Mug" in page


def test_the_search_finds_an_order_by_its_payments_id(staff, paid):
    page = staff("billing").get(f"/admin/search?q={paid.payments[0].stripe_id}&part=1").text

    assert f"#{paid.number}" in page


@pytest.mark.parametrize("words", ["", "%", "\x00", "'; DROP TABLE orders", "<script>", "💥" * 200])
def test_an_odd_search_finds_nothing_and_breaks_nothing(staff, paid, words):
    page = staff().get("/admin/search", query_string={"q": words})

    assert page.status_code == 200
    assert "<script>" not in page.text.partition("<main")[2].partition("</main>")[0]
