"""What roles and permissions are called, for the people who give them."""

from aidtrack.core.i18n import lazy
from aidtrack.identity.models import Method
from aidtrack.identity.permissions import Bound, Permission, Role

P = Permission

ROLES = {
    Role.ADMINISTRATOR: lazy("Administrator"),
    Role.LOGISTICIAN: lazy("Logistician"),
    Role.COORDINATOR: lazy("Coordinator"),
    Role.DRIVER: lazy("Driver"),
    Role.DONOR: lazy("Donor"),
    Role.AUDITOR: lazy("Auditor"),
}
ROLE_HINTS = {
    Role.ADMINISTRATOR: lazy("Everything, and who else may do what."),
    Role.LOGISTICIAN: lazy("Receives, stores, sends and hands out goods; keeps the lists."),
    Role.COORDINATOR: lazy("Plans: donations, shipments, distributions and donor reports."),
    Role.DRIVER: lazy("Sees their own stops and confirms deliveries."),
    Role.DONOR: lazy("Sees where their own donations went. Nothing else."),
    Role.AUDITOR: lazy("Reads everything and changes nothing."),
}

METHODS = {
    Method.PASSWORD: lazy("With the password"),
    Method.PASSKEY: lazy("With a passkey"),
    Method.PROVIDER: lazy("Through another provider"),
    Method.LINK: lazy("By a link"),
}

# The policy as a page shows it: groups of permissions in words.
PERMISSIONS: dict[object, dict[Permission, object]] = {
    lazy("Stock"): {
        P.VIEW_STOCK: lazy("See what is in stock"),
        P.MOVE_STOCK: lazy("Move goods inside a warehouse"),
        P.WRITE_OFF_STOCK: lazy("Write off what is lost or expired"),
        P.APPROVE_WRITE_OFFS: lazy("Approve what others write off"),
        P.HOLD_STOCK: lazy("Hold goods and let them go"),
        P.RECALL_LOTS: lazy("Recall lots"),
        P.COUNT_STOCK: lazy("Count the stock"),
        P.APPROVE_COUNTS: lazy("Approve what others counted"),
        P.BUILD_KITS: lazy("Build kits and pack goods anew"),
        P.CORRECT_STOCK: lazy("Correct what was recorded wrongly"),
        P.REVERSE_MOVEMENTS: lazy("Reverse a movement"),
        P.SET_MINIMUMS: lazy("Say below how much an item is short"),
    },
    lazy("Donations"): {
        P.VIEW_DONATIONS: lazy("See donations"),
        P.MANAGE_DONATIONS: lazy("Record and change donations"),
        P.RECEIVE_GOODS: lazy("Receive goods"),
        P.VIEW_OWN_DONATIONS: lazy("See one's own donations, as a donor"),
        P.ISSUE_DONOR_REPORTS: lazy("Issue donor reports"),
    },
    lazy("On the road"): {
        P.VIEW_SHIPMENTS: lazy("See shipments"),
        P.PREPARE_SHIPMENTS: lazy("Prepare shipments"),
        P.DISPATCH_SHIPMENTS: lazy("Send shipments off"),
        P.CONFIRM_DELIVERIES: lazy("Confirm deliveries"),
        P.SETTLE_SHIPMENTS: lazy("Settle what came back or was lost"),
        P.DRIVE: lazy("Use the driver's pages"),
        P.LINK_DRIVERS: lazy("Give a driver the link to a journey"),
    },
    lazy("Distributions"): {
        P.VIEW_DISTRIBUTIONS: lazy("See distributions"),
        P.RECORD_DISTRIBUTIONS: lazy("Record distributions"),
        P.VIEW_AREAS: lazy("See areas and what they received"),
        P.MANAGE_AREAS: lazy("Add and name areas"),
    },
    lazy("Lists"): {
        P.VIEW_ITEMS: lazy("See items"),
        P.MANAGE_ITEMS: lazy("Add and change items"),
        P.VIEW_PLACES: lazy("See places"),
        P.MANAGE_PLACES: lazy("Change and close places"),
        P.OPEN_PLACES: lazy("Open places"),
        P.VIEW_PARTNERS: lazy("See partners"),
        P.MANAGE_PARTNERS: lazy("Add and change partners"),
        P.RUN_IMPORTS: lazy("Import lists"),
        P.SAVE_VIEWS: lazy("Save views of lists for oneself"),
        P.SHARE_VIEWS: lazy("Share saved views with the organisation"),
    },
    lazy("Comments, files and photos"): {
        P.VIEW_REMARKS: lazy("Read comments, files and photos"),
        P.WRITE_REMARKS: lazy("Add comments, files and photos"),
    },
    lazy("Papers and reports"): {
        P.VIEW_REPORTS: lazy("See reports"),
        P.VIEW_PAPERS: lazy("See papers"),
        P.VOID_PAPERS: lazy("Void a paper"),
    },
    lazy("Running AidTrack"): {
        P.VIEW_HOME: lazy("See today's work"),
        P.MANAGE_OWN_ACCOUNT: lazy("Change one's own account"),
        P.MANAGE_PEOPLE: lazy("Add people and give roles"),
        P.MANAGE_ORGANISATION: lazy("Change the organisation"),
        P.SHARE_RECORDS: lazy("Share records with another organisation"),
        P.PROTECT_PEOPLE: lazy("Export and erase data of people"),
        P.VIEW_JOBS: lazy("See and cancel one's own jobs"),
        P.MANAGE_JOBS: lazy("See and cancel everyone's jobs"),
        P.VIEW_AUDIT: lazy("See who did what"),
    },
}
# Where somebody may use it who has it.
BOUNDS = {
    Bound.SITE: lazy("At the site"),
    Bound.ORGANISATION: lazy("In the organisation"),
    Bound.WHOLE: lazy("In the organisation, not with a role for one site"),
    Bound.DONOR: lazy("For the donor"),
    Bound.PERSON: lazy("For oneself"),
    Bound.INSTALLATION: lazy("For all organisations"),
    Bound.SHARED: lazy("For all organisations, not with a role for one site"),
}


def role_label(role: Role) -> str:
    return str(ROLES[role])
