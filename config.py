"""Settings: typed, read from the environment and `.env`. Every name is in .env.example."""

import secrets
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import list_currencies
from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).parent
DEVELOPMENT_KEY = "for development only, known to everybody"
DEVELOPMENT_WEBHOOK_SECRET = "whsec_development"
SHORTEST_KEY = 32


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Commas = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class BadSettings(SystemExit):
    """The shop cannot start like this. Says everything that is wrong, at once."""


class Settings(BaseSettings):
    """What an operator may decide. In development nothing needs to be set."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", env_ignore_empty=True)

    env: Literal["development", "testing", "production"] = "development"
    debug: bool = False
    secret_key: str = DEVELOPMENT_KEY
    secret_key_fallbacks: Commas = ()
    installation_id: str = ""
    port: int = Field(5000, ge=1, le=65535)
    public_url: str = ""
    trusted_hosts: Commas = ()
    trusted_proxies: int = Field(0, ge=0)
    var_folder: Path = ROOT / "var"
    database_url: str = ""
    server_threads: int = Field(8, ge=1)
    server_processes: int = Field(1, ge=1)
    job_engine: str = Field("thread", pattern=r"^(thread|memory|rediss?://.+)$")
    job_workers: int = Field(2, ge=1)
    rate_limit_storage: str = "memory://"
    rate_limits: bool = True
    log_format: Literal["", "console", "json"] = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    max_upload_megabytes: int = Field(32, ge=1)

    stripe_secret_key: str = "sk_test_storekeeper"
    stripe_publishable_key: str = "pk_test_storekeeper"
    stripe_webhook_secret: Commas = (DEVELOPMENT_WEBHOOK_SECRET,)
    stripe_api_base: str = ""
    stripe_js_url: str = "https://js.stripe.com/endive/stripe.js"
    stripe_dashboard_url: str = ""
    stripe_account: str = ""
    stripe_product_id: str = ""
    stripe_retries: int = Field(2, ge=0)
    stripe_timeout: float = Field(10, gt=0)

    shop_name: str = "Storekeeper"
    shop_email: str = "shop@storekeeper.example"
    shop_address: Commas = ()
    shop_tax_id: str = ""
    shop_currency: str = "eur"
    shop_country: str = Field("DE", pattern="^[A-Z]{2}$")
    shop_time_zone: str = "Europe/Berlin"
    shop_locale: str = "en"
    prices_include_tax: bool = True
    reservation_minutes: int = Field(15, ge=1)
    checkout_mode: Literal["elements", "hosted"] = "elements"
    capture_method: Literal["automatic", "manual"] = "automatic"
    download_days: int = Field(30, ge=1)
    download_limit: int = Field(10, ge=1)
    download_link_minutes: int = Field(60, ge=1)
    invoice_days: int = Field(14, ge=0)
    invoice_prefix: str = Field("INV-", max_length=12)
    offer_open_payments: bool = False
    reminder_days: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split)] = (-3, 1, 7, 14)
    renewal_notice_days: int = Field(7, ge=0)
    grace_days: int = Field(7, ge=0)
    disputes_close_access: Literal["never", "lost", "opened"] = "lost"
    terms_url: str = ""
    staff_two_factor: bool = False
    fresh_minutes: int = Field(30, ge=1)

    tax_provider: str = "app.plugins.tax:FromTable default=0.19"
    shipping_provider: str = "app.plugins.shipping:FromTable"
    storage: str = "app.plugins.storage:Local"
    mailer: str = "app.plugins.mail:File"
    mail_server: str = "localhost"
    mail_port: int = 25
    mail_username: str = ""
    mail_password: str = ""
    mail_use_tls: bool = False

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def livemode(self) -> bool:
        """Whether real money moves."""
        return self.stripe_secret_key.startswith(("sk_live_", "rk_live_"))

    @field_validator("shop_currency")
    @classmethod
    def _know_the_currency(cls, value: str) -> str:
        if value.upper() not in list_currencies():
            raise ValueError(f"{value!r} is not a currency code such as eur")
        return value.lower()

    @field_validator("shop_time_zone")
    @classmethod
    def _know_the_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is not a time zone such as Europe/Berlin") from error
        return value

    @field_validator(
        "public_url", "stripe_api_base", "stripe_js_url", "stripe_dashboard_url", "terms_url"
    )
    @classmethod
    def _look_like_an_address(cls, value: str) -> str:
        if value and (
            urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc
        ):
            raise ValueError(f"{value!r} is not an address such as https://example.com")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        if self.production and (problems := list(_unfit_for_production(self))):
            raise ValueError("\n".join(problems))
        real = "https://api.stripe.com" if self.production else "http://127.0.0.1:12111"
        self.var_folder = ROOT / self.var_folder
        self.stripe_api_base = self.stripe_api_base or real
        self.stripe_dashboard_url = self.stripe_dashboard_url or self._dashboard()
        self.public_url = self.public_url or f"http://127.0.0.1:{self.port}"
        self.database_url = _absolute(self.database_url or f"sqlite:///{self.var_folder}/shop.db")
        self.log_format = self.log_format or ("json" if self.production else "console")
        self.installation_id = self.installation_id or _remembered_id(self.var_folder)
        return self

    def _dashboard(self) -> str:
        if urlsplit(self.stripe_api_base).hostname != "api.stripe.com":
            return f"{self.stripe_api_base}/test"  # the sandbox has its pages there, too
        return "https://dashboard.stripe.com" + ("" if self.livemode else "/test")


def load(**given: Any) -> Settings:
    """Read the settings, or stop with every problem in plain words."""
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = _in_plain_words(error)
        defaults = {name: Settings.model_fields[name].default for name in _broken(error)}
    if defaults:  # what else is wrong shows once these are right
        try:
            Settings(**(given | defaults))
        except ValidationError as error:
            problems += _in_plain_words(error)
    raise BadSettings("The shop cannot start:\n" + "\n".join(f"  - {line}" for line in problems))


def testing(**given: Any) -> Settings:
    """Settings for tests: nothing from `.env`, no limits, no threads, letters in memory."""
    values: dict[str, Any] = {
        "env": "testing",
        "secret_key": "test",
        "installation_id": "inst-test",
        "public_url": "http://localhost",
        "job_engine": "memory",
        "rate_limits": False,
        "stripe_secret_key": "sk_test_sandbox",
        "stripe_webhook_secret": ("whsec_test",),
        "stripe_api_base": "http://127.0.0.1:12111",
        "stripe_retries": 0,
        "mailer": "app.plugins.mail:Memory",
    }
    return load(_env_file=None, **(values | given))


def _unfit_for_production(settings: Settings) -> list[str]:
    """Rules that keep a development set-up from taking real money."""
    key, secrets_ = settings.secret_key, settings.stripe_webhook_secret
    rules = {
        "DEBUG must be off in production": settings.debug,
        "SECRET_KEY must be set to a random text of its own": key == DEVELOPMENT_KEY,
        f"SECRET_KEY must have at least {SHORTEST_KEY} characters": len(key) < SHORTEST_KEY,
        "INSTALLATION_ID must be set to a random text": not settings.installation_id,
        "PUBLIC_URL must be set, and begin with https://": not _https(settings.public_url),
        "STRIPE_SECRET_KEY must be set": settings.stripe_secret_key.endswith("_storekeeper"),
        "STRIPE_PUBLISHABLE_KEY must be set": settings.stripe_publishable_key.endswith(
            "_storekeeper"
        ),
        "STRIPE_WEBHOOK_SECRET must be set": (
            not secrets_ or DEVELOPMENT_WEBHOOK_SECRET in secrets_
        ),
        "STRIPE_API_BASE must begin with https://": (
            bool(settings.stripe_api_base) and not _https(settings.stripe_api_base)
        ),
        "STRIPE_JS_URL must begin with https://": not _https(settings.stripe_js_url),
    }
    return [rule for rule, broken in rules.items() if broken]


def _https(url: str) -> bool:
    return urlsplit(url).scheme == "https"


def _absolute(database_url: str) -> str:
    """A SQLite file is named from the project's folder, wherever the shop is started."""
    path = database_url.removeprefix("sqlite:///")
    if path == database_url or not path or path.startswith(":memory:"):
        return database_url.replace("postgres://", "postgresql://", 1)
    return f"sqlite:///{ROOT / path}"


def _remembered_id(folder: Path) -> str:
    """Development makes up an id once and keeps it beside its database."""
    file = folder / "installation_id"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(f"dev-{secrets.token_urlsafe(16)}")
    return file.read_text().strip()


def _broken(error: ValidationError) -> set[str]:
    return {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}


def _in_plain_words(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for problem in error.errors():
        message = problem["msg"].removeprefix("Value error, ")
        name = str(problem["loc"][0]).upper() + ": " if problem["loc"] else ""
        lines += [name + line for line in message.splitlines()]
    return lines
