"""What can happen to kits, in the words of the audit."""

from aidtrack.core import acts
from aidtrack.core.i18n import lazy

TITLES = {
    "kit.contents_set": lazy("Contents of a kit set"),
    "kit.built": lazy("Kits built"),
    "kit.unbuilt": lazy("Kits taken apart"),
    "lot.repacked": lazy("Goods packed anew"),
}
acts.register(TITLES, acts.Topic.GOODS, {acts.Topic.RECORDS: ("kit.contents_set",)})
