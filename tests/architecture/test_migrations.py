"""Migrations: a file's name begins with its revision, so that the newest is known by name."""

from alembic.script import ScriptDirectory

from aidtrack import config, doctor


def test_the_newest_file_is_the_newest_revision():
    script = ScriptDirectory(str(config.folder("migrations")))
    assert doctor.head_revision() == script.get_current_head()


def test_every_file_is_named_after_its_revision():
    script = ScriptDirectory(str(config.folder("migrations")))
    names = {
        revision.revision: revision.path.rsplit("/", 1)[-1] for revision in script.walk_revisions()
    }
    wrong = {name for number, name in names.items() if not name.startswith(f"{number}_")}
    assert not wrong, f"begin these names with their revision: {wrong}"
