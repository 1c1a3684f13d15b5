"""Keep second factors: codes, passkeys, recovery codes, and other sign-ins."""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
