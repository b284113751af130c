"""DOOR: programs. JSON in, JSON out; no session, no cookie, no form token."""

from app.api import licenses
from app.api.frame import blueprint

__all__ = ["blueprint", "licenses"]
