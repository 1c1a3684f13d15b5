"""Pages of help: the shelf of guides, and each guide."""

from flask import Blueprint, abort, render_template
from markupsafe import Markup

from aidtrack.core.i18n import current_language
from aidtrack.help import guides, pictures
from aidtrack.identity.permissions import Permission
from aidtrack.web.access import current_actor, requires
from aidtrack.web.assets import asset
from aidtrack.web.markup import made_here

bp = Blueprint("help", __name__, url_prefix="/help")
HOME_OF = {
    "driver": "driver.app",
    "donor": "donor.own",
    "administrator": "people.manage",
    "logistician": "stock.move",
}


@bp.get("")
@requires(Permission.MANAGE_OWN_ACCOUNT, Permission.DRIVE)
def index() -> str:
    """Every guide; the reader's own first."""
    actor = current_actor()
    shelf = guides.titles(current_language())
    own = {name for name, needed in HOME_OF.items() if actor.may(Permission(needed))}
    shelf.sort(key=lambda entry: entry[0] not in own)
    return render_template("help/index.html", shelf=shelf, icons=guides.NAMES, own=own)


@bp.get("/<name>")
@requires(Permission.MANAGE_OWN_ACCOUNT, Permission.DRIVE)
def show(name: str) -> str:
    if name not in guides.NAMES:
        abort(404)
    guide = guides.guide(name, current_language(), _picture)
    return render_template("help/show.html", guide=guide, text=made_here(guide.html))


def _picture(name: str, language: str, words: str) -> str:
    """The picture of a page as it looks in a language."""
    path = pictures.path_of(name, language)
    if path is None:
        return ""
    return Markup(
        '<img class="guide-picture" src="{}" alt="{}" width="{}" height="{}" loading="lazy">'
    ).format(asset(path), words, pictures.WIDTH, pictures.HEIGHT)
