"""Keep what a token may do, until when, and when it was last used.

Tokens made before keep all that a program may do, and hold for a year more.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COLUMNS = ("prefix", "scopes", "expires_at", "last_address")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    in_a_year = datetime.now(UTC) + timedelta(days=365)
    with op.batch_alter_table("api_token") as batch:
        for name, usual in (("prefix", ""), ("scopes", "everything"), ("last_address", "")):
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=usual))
        batch.add_column(sa.Column("expires_at", MOMENT, nullable=True))
    tokens = sa.table("api_token", sa.column("expires_at", MOMENT))
    op.execute(tokens.update().values(expires_at=in_a_year))
    with op.batch_alter_table("api_token") as batch:
        batch.alter_column("expires_at", existing_type=MOMENT, nullable=False)
        for name in ("prefix", "scopes", "last_address"):
            batch.alter_column(name, existing_type=sa.String(), server_default=None)
        batch.create_check_constraint("has_scopes", "scopes <> ''")
    op.create_index("ix_api_token_user_id", "api_token", ["user_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_api_token_user_id", "api_token")
    with op.batch_alter_table("api_token") as batch:
        batch.drop_constraint(op.f("ck_api_token_has_scopes"), type_="check")
        for name in COLUMNS:
            batch.drop_column(name)
