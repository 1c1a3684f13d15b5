"""Names of staff, drivers and receivers stand where a paper needs them and nowhere else."""

import io
import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, update

from aidtrack.core import clock, codes
from aidtrack.core.db import Base, db, transaction
from aidtrack.documents import services as documents
from aidtrack.documents.models import Paper, PaperKind
from aidtrack.identity.models import User
from aidtrack.remarks import services as remarks
from aidtrack.shipments.models import Shipment
from aidtrack.web.forms import LineList, UseCaseForm
from tests.factories.reports import issue, make_story
from tests.factories.world import World, actor_of
from tests.privacy.reading import told

PEOPLE = {
    "admin": "Adilkhan Zhumadilov",
    "logistician": "Logirbek Tynymseitov",
    "coordinator": "Koordana Ulukmanova",
    "driver": "Dyikanbai Shoferov",
    "auditor": "Audargul Tekshereva",
}
RECEIVER = "Gulnara Asanova"
PHONES = ("+996 555 711 001", "+996 555 711 002")
BENEFICIARY = re.compile(
    r"beneficiar|recipient_name|household_(head|name)|person_name|passport|national_id|birth|"
    r"fingerprint_of|face|gender_of|disabilit|religion|ethnic",
    re.IGNORECASE,
)


@pytest.fixture
def world(world) -> World:
    """A world in which everybody has a name that stands for nothing else."""
    with transaction() as session:
        for role, name in PEOPLE.items():
            user_id = getattr(world, role).user_id
            session.execute(
                update(User).where(User.id == user_id).values(name=name, phone=PHONES[0])
            )
    named = {role: actor_of(getattr(world, role).user_id) for role in PEOPLE}
    return replace(world, **named)


@pytest.fixture
def story(world):
    """Goods went every way; somebody commented; the donor's report is out."""
    made = make_story(world)
    db.session.get_one(Shipment, made.shipment_id).driver_phone = PHONES[1]
    db.session.commit()
    remarks.add(
        "shipment", made.shipment_id, words="Counted twice", brought=[], key=uuid4(),
        actor=world.logistician, at=clock.now(),
    )  # fmt: skip
    issue(world)
    return made


def words_of_addresses() -> dict[str, list[str]]:
    paper_codes = [codes.spoken(code) for code in db.session.scalars(select(Paper.code))]
    ways = [codes.spoken(code) for code in db.session.scalars(select(Shipment.code))]
    return {"code": paper_codes + ways, "kind": ["shipment", "donation", "user"]}


def leaks(answers: dict[str, str]) -> list[str]:
    names = [*PEOPLE.values(), RECEIVER, *PHONES, *(name.split()[1] for name in PEOPLE.values())]
    return [
        f"{path} tells of {name}"
        for path, said in answers.items()
        for name in names
        if name in said or name.replace(" ", "") in said.replace(" ", "")
    ]


def test_a_donor_never_reads_the_name_or_phone_of_anybody(app, world, story, signed_in):
    answers = told(app, signed_in(world.donor), words_of_addresses())
    assert len([said for said in answers.values() if len(said) > 500]) > 10
    assert any("Thermal blanket" in said for said in answers.values())
    assert not leaks(answers)


def test_a_donors_program_reads_no_name_either(app, world, story, api):
    answers = told(app, api(world.donor), words_of_addresses())
    reports = [path for path, said in answers.items() if path.startswith("/api") and len(said) > 99]
    assert len(reports) > 3
    assert not leaks(answers)


def test_public_pages_name_nobody(app, world, story, client):
    answers = told(app, client, words_of_addresses())
    verified = [path for path in answers if path.startswith("/v/")]
    tracked = [path for path in answers if path.startswith("/t/")]
    assert verified
    assert tracked
    assert not leaks(answers)


def text_of(kind: PaperKind) -> str:
    (paper_id,) = db.session.scalars(select(Paper.id).filter_by(kind=kind)).all()
    content = documents.pdf(paper_id, seal=lambda: "none", public_url="https://aid.example.org")
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_papers_name_only_those_whom_they_need(world, story):
    waybill = text_of(PaperKind.WAYBILL)
    assert PEOPLE["driver"] in waybill
    assert PHONES[0] in waybill
    for role in ("admin", "coordinator", "auditor"):
        assert PEOPLE[role] not in waybill
    for kind in (PaperKind.DONOR_REPORT, PaperKind.DISTRIBUTION_REPORT):
        paper = text_of(kind)
        for name in (*PEOPLE.values(), RECEIVER, *PHONES):
            assert name not in paper, f"{kind} names {name}"


def fields(app: Flask, form: type[UseCaseForm]) -> list[Any]:
    """The fields of an empty form, as a page would show it."""
    with app.test_request_context():
        return list(form())


def every_form() -> set[type[UseCaseForm]]:
    found, waiting = set(), [UseCaseForm]
    while waiting:
        for child in waiting.pop().__subclasses__():
            if child not in found:
                found.add(child)
                waiting.append(child)
    return {form for form in found if form.__module__.startswith("aidtrack.")}


def test_no_form_and_no_table_asks_who_was_helped(app):
    asked = set()
    for form in every_form():
        for field in fields(app, form):
            asked.add(f"{form.__name__}.{field.short_name}")
            if isinstance(field, LineList):
                asked |= {f"{form.__name__}.{name}" for name in field.line_form()._fields}
    assert len(asked) > 100
    kept = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
    }
    # Only counts: of households, women, men, girls and boys.
    assert not {name for name in asked | kept if BENEFICIARY.search(name)}
