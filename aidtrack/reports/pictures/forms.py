"""What a picture is narrowed to."""

from aidtrack.core.i18n import lazy
from aidtrack.web.fields import SelectField
from aidtrack.web.forms import UseCaseForm


class SiteForm(UseCaseForm):
    site_id = SelectField(lazy("Place"), empty=lazy("All places"))
