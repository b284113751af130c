"""The shop as somebody sees it who looks at a screen, one small object per person."""

import re
import secrets

from playwright.sync_api import ConsoleMessage, FrameLocator, Locator, Page, expect

GOOD, ASKS_BANK, DECLINED = "4242424242424242", "4000000000003220", "4000000000000002"
IBAN = "DE89370400440532013000"
PATIENCE_MS = 30_000
NARROWEST = 320  # px: the smallest phone, and a desktop at 400 %


class Watched:
    """A page whose browser may find nothing to complain about."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        self.watch(page)

    def watch(self, page: Page) -> None:
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def too_wide(self) -> list[str]:
        """A line when the page that is open scrolls sideways on the narrowest phone."""
        usual = self.page.viewport_size
        self.page.set_viewport_size({"width": NARROWEST, "height": 640})
        wide, room = self.page.evaluate(_WIDTHS)
        if usual:
            self.page.set_viewport_size(usual)
        return [f"{self.page.url}: {wide} px wide, with room for {room}"] if wide > room else []

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


_WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


class Shopper(Watched):
    """Somebody who buys; with `page`, the same person in another tab."""

    def __init__(self, page: Page, url: str, email: str = "") -> None:
        super().__init__(page, url)
        self.email = email or f"eve-{secrets.token_hex(4)}@example.com"

    def put_in_cart(self, slug: str = "mug") -> None:
        self.open(f"/products/{slug}")
        self.button("Add to cart").click()
        expect(self.page.get_by_role("dialog").get_by_text("To checkout")).to_be_visible()

    def go_to_checkout(self, slug: str = "mug") -> None:
        """With something in the cart, and everything filled in but the card."""
        self.put_in_cart(slug)
        self.page.get_by_role("link", name="To checkout").click()
        self.fill_contact()

    def fill_contact(self) -> None:
        self.page.get_by_label("E-mail").fill(self.email)
        for label, value in ADDRESS.items():
            field = self.page.get_by_label(label, exact=True)
            if field.count():
                field.fill(value)

    @property
    def form(self) -> FrameLocator:
        """The inside of the Payment Element."""
        return self.page.frame_locator("iframe[title='Secure payment input frame']")

    @property
    def bank(self) -> FrameLocator:
        """The inside of the 3-D Secure dialog."""
        return self.page.frame_locator("iframe[title='Secure authentication frame']")

    @property
    def pay_button(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile(r"^Pay "))

    def fill_card(self, number: str = GOOD) -> None:
        self.form.get_by_label("Card number").fill(number)
        self.form.get_by_label("Expiration date").fill("12/34")
        self.form.get_by_label("Security code").fill("123")
        self.form.get_by_label("Country").select_option("DE")

    def fill_debit(self) -> None:
        self.form.get_by_role("button", name="Bank debit").click()
        self.form.get_by_label("Email").fill(self.email)
        self.form.get_by_label("Full name").fill("Eve Example")
        self.form.get_by_label("IBAN").fill(IBAN)

    def pay(self, number: str = GOOD) -> None:
        self.fill_card(number)
        self.pay_button.click()

    def reads(self, title: str) -> None:
        """The page's title is, or becomes, this."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(title)

    def reads_problem(self, sentence: str) -> None:
        """Beside the card form."""
        expect(self.page.locator("#payment-problem")).to_contain_text(sentence)


class Clerk(Watched):
    """Somebody from staff in the back office."""

    def sign_in(self, email: str, password: str) -> None:
        self.open("/account/sign-in")
        sign_in(self, email, password)

    def open_order(self, number: str) -> None:
        self.open(f"/admin/order/?search={number}")
        self.page.get_by_role("link", name=number).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(f"Order #{number}")

    def refund(self, amount: str, reason: str) -> None:
        """Part of the order on the screen."""
        self.page.get_by_role("link", name="Refund…").click()
        self.page.get_by_label("Amount in EUR").fill(amount)
        self.page.get_by_label("Reason").fill(reason)
        self.page.get_by_role("button", name=re.compile("^Refund")).click()


def sign_in(person: Watched, email: str, password: str) -> None:
    """Fill in the form that is on the screen."""
    person.page.get_by_label(re.compile("E-?mail", re.IGNORECASE)).fill(email)
    person.page.get_by_label("Password").first.fill(password)
    person.page.get_by_role("button", name="Sign in").click()
    person.page.wait_for_url(lambda url: "sign-in" not in url)


ADDRESS = {
    "Name": "Eve Example",
    "Street and house number": "Hauptstr. 1",
    "Postcode": "10115",
    "Town": "Berlin",
}
