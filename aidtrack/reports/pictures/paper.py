"""A picture as the PDF that its reader takes along."""

from datetime import datetime

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.i18n import RIGHT_TO_LEFT, _, current_language
from aidtrack.documents import picture_page, wording
from aidtrack.documents.picture_page import PicturePage
from aidtrack.identity.models import Organisation
from aidtrack.identity.permissions import Actor
from aidtrack.pictures.picture import Picture
from aidtrack.reports.moments import written


def pdf(picture: Picture, actor: Actor) -> bytes:
    """Under the name of the reader's organisation, in the reader's language and time zone."""
    language = current_language()
    organisation = db.session.get(Organisation, actor.organisation_id)
    at = _moment(clock.now(), actor)
    page = PicturePage(
        organisation=organisation.name if organisation else "AidTrack",
        address=wording.lines(organisation.address) if organisation else (),
        as_of=_("As known on %(moment)s.", moment=at),
        language=language,
        right_to_left=language in RIGHT_TO_LEFT,
        page_size=wording.page_size_of(organisation) if organisation else "A4",
    )
    return picture_page.render(picture, page)


def file_name(picture: Picture) -> str:
    """months-2026-11-29"""
    return f"{picture.name}-{clock.today().isoformat()}"


def _moment(at: datetime, actor: Actor) -> str:
    return written(at, actor.time_zone)
