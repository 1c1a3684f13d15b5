"""What remarks refuse, each with a name."""

from aidtrack.core.errors import RuleBroken


class Unwelcome(RuleBroken):
    """A file that is empty, too large, damaged, or of a kind that we do not keep."""

    code = "unwelcome_file"
    status = 422


class TooMany(RuleBroken):
    """The record has as many files and photos as it may."""

    code = "too_many_files"


class NotYours(RuleBroken):
    """A remark is changed by whoever wrote it."""

    code = "not_yours"
    status = 403
