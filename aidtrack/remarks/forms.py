"""What a person says beside a record, and the files they bring."""

from aidtrack.core.i18n import lazy
from aidtrack.remarks.contents import FILE_BYTES_MAX
from aidtrack.remarks.services import WORDS_MAX, Brought
from aidtrack.web.fields import TextAreaField, TextField, UploadField
from aidtrack.web.forms import KeyedForm, UseCaseForm


class RemarkForm(KeyedForm):
    """Words, a photo, a file: at least one of them. `back` is the page to return to."""

    words = TextAreaField(lazy("Comment, or what the photo shows"), max_length=WORDS_MAX)
    photo = UploadField(
        lazy("Photo"), accept="image/jpeg,image/png,image/webp", capture="environment"
    )
    file = UploadField(
        lazy("File"),
        accept=".pdf,.xlsx,.docx,.csv,.txt,.jpg,.jpeg,.png,.webp",
        hint=lazy("A picture, PDF, XLSX, DOCX, CSV or text, up to 10 MB."),
    )
    back = TextField(lazy("Page"), hidden=True, max_length=500)

    def brought(self) -> list[Brought]:
        """Each file, with one byte more than allowed so that too large is seen."""
        brought = []
        for field in (self.photo, self.file):
            if field.data is not None:
                content = field.data.read(FILE_BYTES_MAX + 1)
                field.data.close()  # A large one lies on the disk meanwhile.
                brought.append(Brought(field.name, field.data.filename, content))
        return brought


class WordsForm(UseCaseForm):
    words = TextAreaField(lazy("Comment, or what the photo shows"), max_length=WORDS_MAX)
    back = TextField(lazy("Page"), hidden=True, max_length=500)
