"""What happened to people and organisations, in words, and what their fields are called."""

from aidtrack.core import acts
from aidtrack.core.i18n import lazy

TITLES = {
    "user.added": lazy("Added"),
    "user.changed": lazy("Changed"),
    "user.role_given": lazy("Given a role"),
    "user.role_taken": lazy("A role was taken"),
    "user.disabled": lazy("Locked out"),
    "user.enabled": lazy("Let in again"),
    "user.signed_in": lazy("Signed in"),
    "user.signed_out_elsewhere": lazy("Signed out on other devices"),
    "user.signed_out_everywhere": lazy("Was signed out everywhere"),
    "user.session_ended": lazy("A session was ended"),
    "user.guessed_at": lazy("Many wrong passwords were tried"),
    "user.alerts_changed": lazy("Changed what they are told"),
    "user.password_changed": lazy("Changed their password"),
    "user.password_reset": lazy("Given a new password"),
    "user.password_chosen": lazy("Chose their first password"),
    "user.invited": lazy("Invited"),
    "user.link_cancelled": lazy("Their link was cancelled"),
    "user.reset_link_given": lazy("Given a link to choose a new password"),
    "user.reset_link_asked": lazy("Asked for a link to choose a new password"),
    "user.codes_on": lazy("Switched codes from an app on"),
    "user.codes_off": lazy("Switched codes from an app off"),
    "user.passkey_added": lazy("Added a passkey"),
    "user.passkey_removed": lazy("Removed a passkey"),
    "user.passkey_cloned": lazy("A passkey was refused: somebody may have a copy"),
    "user.recovery_codes_made": lazy("Made recovery codes"),
    "user.recovery_code_used": lazy("Used a recovery code"),
    "user.second_step_failed": lazy("Right password, wrong second factor"),
    "user.provider_linked": lazy("Connected another way to sign in"),
    "user.provider_unlinked": lazy("Disconnected a way to sign in"),
    "user.factors_reset": lazy("Their second factors were taken away"),
    "organisation.added": lazy("Added"),
    "organisation.changed": lazy("Changed"),
    "organisation.provider_added": lazy("A service to sign in with was added"),
    "organisation.provider_removed": lazy("A service to sign in with was removed"),
    "organisation.sign_in_changed": lazy("Changed how people sign in"),
    "organisation.duties_joined": lazy("One person may approve alone from now on"),
    "organisation.duties_parted": lazy("Two people are needed to approve again"),
    "organisation.write_off_limit_changed": lazy("Changed above which value write-offs wait"),
    "minimum.set": lazy("Minimum level set"),
    "minimum.removed": lazy("Minimum level taken away"),
}
FIELDS = {
    "name": lazy("Name"),
    "phone": lazy("Phone"),
    "language": lazy("Language"),
    "short_name": lazy("Short name"),
    "country": lazy("Country"),
    "address": lazy("Address"),
    "contact": lazy("Contact"),
    "currency": lazy("Currency"),
    "time_zone": lazy("Time zone"),
    "second_language": lazy("Second language of papers"),
    "page_size": lazy("Paper"),
    "write_off_limit": lazy("Write-offs are approved above"),
    "requires_second_factor": lazy("Second factor needed"),
    "company_prefix": lazy("GS1 company prefix"),
    "next_number": lazy("Next number"),
}

_OF_SIGN_IN = frozenset(
    {
        "user.signed_in", "user.signed_out_elsewhere", "user.signed_out_everywhere",
        "user.session_ended", "user.guessed_at", "user.password_changed",
        "user.password_chosen", "user.reset_link_asked",
        "user.recovery_code_used", "user.second_step_failed", "user.passkey_cloned",
    }
)  # fmt: skip
# What somebody may do, and by which keys they come in: whoever looks for harm looks here first.
_OF_RIGHTS = frozenset(
    {
        "user.added", "user.role_given", "user.role_taken", "user.disabled", "user.enabled",
        "user.password_reset", "user.codes_on", "user.codes_off", "user.passkey_added",
        "user.passkey_removed", "user.recovery_codes_made", "user.provider_linked",
        "user.provider_unlinked", "user.factors_reset", "organisation.sign_in_changed",
        "organisation.duties_joined", "organisation.duties_parted",
        "user.invited", "user.link_cancelled", "user.reset_link_given",
        "organisation.provider_added", "organisation.provider_removed",
    }
)  # fmt: skip
_OF_SETTINGS = frozenset(
    {
        "user.alerts_changed",
        "organisation.added",
        "organisation.changed",
        "organisation.write_off_limit_changed",
    }
)
_OF_GOODS = frozenset({"minimum.set", "minimum.removed"})
acts.register(
    TITLES,
    acts.Topic.RECORDS,
    {
        acts.Topic.RIGHTS: _OF_RIGHTS,
        acts.Topic.SIGN_IN: _OF_SIGN_IN,
        acts.Topic.SETTINGS: _OF_SETTINGS,
        acts.Topic.GOODS: _OF_GOODS,
    },
)
for _kind in ("user", "organisation"):
    acts.register_fields(_kind, FIELDS)
