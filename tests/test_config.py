"""Settings: the example is complete, and what is wrong is said at once."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import config
from config import BadSettings, Settings, load

ROOT = Path(__file__).parent.parent
FIT_FOR_PRODUCTION = {
    "env": "production",
    "secret_key": "k" * 32,
    "installation_id": "inst-1",
    "public_url": "https://shop.example",
    "stripe_secret_key": "sk_live_1",
    "stripe_publishable_key": "pk_live_1",
    "stripe_webhook_secret": "whsec_1",
}


def test_every_setting_stands_in_the_example_below_one_comment():
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = [line.partition("=")[0] for line in lines if re.match(r"[A-Z_]+=", line)]
    uncommented = [
        line
        for before, line in zip(lines, lines[1:], strict=False)
        if re.match(r"[A-Z_]+=", line) and not before.startswith("# ")
    ]

    assert named == [name.upper() for name in Settings.model_fields]
    assert uncommented == []


def test_the_example_says_the_defaults():
    example = load(_env_file=ROOT / ".env.example", installation_id="x")

    assert example == load(_env_file=None, installation_id="x")


def test_in_development_nothing_needs_to_be_set(tmp_path):
    settings = load(_env_file=None, var_folder=tmp_path)

    assert settings.stripe_api_base == "http://127.0.0.1:12111"
    assert settings.database_url == f"sqlite:///{tmp_path}/shop.db"
    assert settings.public_url == "http://127.0.0.1:5000"


def test_development_makes_up_an_installation_id_once(tmp_path):
    first = load(_env_file=None, var_folder=tmp_path).installation_id

    assert len(first) > 20
    assert load(_env_file=None, var_folder=tmp_path).installation_id == first


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(BadSettings) as bad:
        load(_env_file=None, env="production", debug=True, port="many", shop_currency="xx")

    for name in ("PORT", "SHOP_CURRENCY", "DEBUG", "SECRET_KEY", "INSTALLATION_ID", "PUBLIC_URL"):
        assert name in str(bad.value)


def test_production_starts_when_everything_is_set():
    settings = load(_env_file=None, **FIT_FOR_PRODUCTION)

    assert settings.livemode
    assert settings.stripe_api_base == "https://api.stripe.com"
    assert settings.log_format == "json"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"debug": True}, "DEBUG must be off"),
        ({"secret_key": config.DEVELOPMENT_KEY}, "SECRET_KEY must be set"),
        ({"secret_key": "short"}, "at least 32"),
        ({"stripe_webhook_secret": ()}, "STRIPE_WEBHOOK_SECRET"),
        ({"stripe_webhook_secret": "whsec_1,whsec_development"}, "STRIPE_WEBHOOK_SECRET"),
        ({"stripe_api_base": "http://127.0.0.1:12111"}, "STRIPE_API_BASE"),
        ({"stripe_js_url": "http://127.0.0.1:12111/endive/stripe.js"}, "STRIPE_JS_URL"),
        ({"installation_id": ""}, "INSTALLATION_ID"),
        ({"public_url": "http://shop.example"}, "PUBLIC_URL"),
    ],
)
def test_production_refuses_what_is_unsafe(change, complaint):
    with pytest.raises(BadSettings, match=complaint):
        load(_env_file=None, **(FIT_FOR_PRODUCTION | change))


def test_a_bad_setting_ends_the_program_in_plain_words():
    environment = os.environ | {"ENV": "production", "SECRET_KEY": "short"}
    command = [sys.executable, "-c", "import wsgi"]

    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert done.stderr.startswith("The shop cannot start:\n  - ")
    assert "Traceback" not in done.stderr


def test_a_relative_sqlite_file_is_found_from_anywhere():
    settings = config.testing(database_url="sqlite:///var/x.db")

    assert settings.database_url == f"sqlite:///{ROOT}/var/x.db"
