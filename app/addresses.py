"""Addresses that are put together late: Werkzeug writes code for each, two pieces for 400 of them."""

from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask
from werkzeug.routing import Rule


class LateRule(Rule):
    """Compiles how its address is built when one is built for the first time."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        @cache
        def compiled() -> Callable[..., tuple[str, str]]:
            return Rule._compile_builder(self, append_unknown)

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build


class Shop(Flask):
    """Flask with such addresses: a third of what starting the shop took was spent on them."""

    url_rule_class = LateRule
