"""Who can sign in: customers with an account, and staff by their roles."""

from enum import StrEnum

from flask_security.models import fsqla_v3 as fsqla

from app import settings
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

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Whether signing in takes a second step: always once set up, and for staff by setting."""
        return self.check_tf_required_setup() or bool(tf_setup_methods), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        return self.is_staff and settings.current().staff_two_factor

    def __str__(self) -> str:
        return str(self.email)


class WebAuthn(Model, fsqla.FsWebAuthnMixin):
    """A passkey."""

    __tablename__ = "webauthn"
