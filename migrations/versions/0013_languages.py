"""Keep the language of a partner's reports.

A donor may read another language than the organisation's papers speak.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partner", sa.Column("language", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("partner", "language")
