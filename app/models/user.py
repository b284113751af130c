"""Who can sign in: customers with an account, and staff by their roles."""

from enum import StrEnum

from flask_security.models import fsqla_v3 as fsqla

from app.db import Model, db

fsqla.FsModels.set_db_info(db, user_table_name="users", role_table_name="roles")


class StaffRole(StrEnum):
    OWNER = "owner"
    CATALOG = "catalog"
    ORDERS = "orders"
    BILLING = "billing"
    SUPPORT = "support"


class Role(Model, fsqla.FsRoleMixin):
    __tablename__ = "roles"

    def __str__(self) -> str:
        return str(self.name)


class User(Model, fsqla.FsUserMixin):
    __tablename__ = "users"

    @property
    def is_staff(self) -> bool:
        return any(role.name in set(StaffRole) for role in self.roles)

    @property
    def confirmed(self) -> bool:
        return self.confirmed_at is not None

    def __str__(self) -> str:
        return str(self.email)


class WebAuthn(Model, fsqla.FsWebAuthnMixin):
    """A passkey."""

    __tablename__ = "webauthn"
