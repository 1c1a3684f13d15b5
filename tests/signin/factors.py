"""People of tests who have second factors."""

from datetime import timedelta

import pyotp
from flask import Flask
from sqlalchemy import select

from aidtrack.core import clock
from aidtrack.core.db import db
from aidtrack.core.mail import PostOffice
from aidtrack.core.vault import SECOND_FACTORS, Vault
from aidtrack.identity.permissions import Actor
from aidtrack.signin import codes
from aidtrack.signin.factor_models import CodeApp

OFFICE = PostOffice(server=None, public_url="https://aid.example.org", secret="x", draw=str)


def set_codes_up(app: Flask, person: Actor) -> pyotp.TOTP:
    """Codes are on; the person's phone."""
    vault = Vault(app.config["SECRET_KEY"], SECOND_FACTORS)
    codes.begin(vault=vault, actor=person)
    locked = db.session.scalar(select(CodeApp.secret).where(CodeApp.user_id == person.user_id))
    phone = pyotp.TOTP(vault.open(locked))
    # The code of the half minute before, so that the present one and the next still count.
    code = phone.at(clock.now() - timedelta(seconds=30))
    codes.confirm(code, vault=vault, office=OFFICE, actor=person)
    return phone
