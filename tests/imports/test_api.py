"""Imports for programs."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import update

from aidtrack.core.db import db
from aidtrack.identity.scopes import Scope
from aidtrack.identity.tokens import create_token
from aidtrack.imports.models import ImportRun
from tests.factories.world import World, make_world
from tests.imports.samples import csv_of, stock_rows

WithToken = Callable[[Any], FlaskClient]
TENT = ["Osh warehouse", "A-01", "T1", "Tent", "L-7", "2030-06-30", "40"]
STOCK = csv_of(stock_rows(TENT))


def send(client: FlaskClient, data: bytes, kind: str = "stock", **options: Any) -> Any:
    form = {"kind": kind, "file": (BytesIO(data), "list.csv"), "make_missing": "true", **options}
    return client.post("/api/v1/imports", data=form, content_type="multipart/form-data")


def test_a_program_looks_and_takes_in(api: WithToken, world: World) -> None:
    client = api(world.logistician)
    answer = send(client, STOCK)
    assert answer.status_code == 201
    preview = answer.json
    assert preview["counts"] == {"create": 1, "change": 0, "unchanged": 0, "skip": 0, "problem": 0}
    assert preview["rows"][0]["what"] == "T1 Tent"
    assert client.get(answer.headers["Location"]).json == preview
    url = f"/api/v1/imports/{preview['id']}/apply"
    key = {"Idempotency-Key": str(uuid4())}
    body = {"seen": preview["fingerprint"]}
    first = client.post(url, json=body, headers=key)
    assert (first.status_code, first.json["counts"]["create"]) == (200, 1)
    assert client.post(url, json=body, headers=key).json == first.json
    rows = client.get("/api/v1/imports").json["rows"]
    assert [(row["filename"], row["status"]) for row in rows] == [("list.csv", "applied")]


def test_a_token_for_lists_brings_no_goods(
    api: WithToken, client: FlaskClient, world: World
) -> None:
    run_id = send(api(world.logistician), STOCK).json["id"]
    token = create_token(name="Lists", scopes=[Scope.LISTS], actor=world.logistician)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    assert send(client, STOCK).status_code == 403
    for rows in (1, 5_000):  # Taken in at once, or by a job.
        db.session.execute(update(ImportRun).values(row_count=rows))
        db.session.commit()
        body, key = {}, {"Idempotency-Key": str(uuid4())}
        answer = client.post(f"/api/v1/imports/{run_id}/apply", json=body, headers=key)
        assert answer.status_code == 403
    items = b"Code,Name,Unit,Category\nT2,Rope,piece,Shelter\n"
    assert send(client, items, kind="items").status_code == 201


def test_every_problem_comes_with_its_row_column_value_and_reason(
    api: WithToken, world: World
) -> None:
    preview = send(api(world.logistician), csv_of(stock_rows([*TENT[:5], "soon", "-5"]))).json
    assert preview["can_apply"] is False
    assert preview["problems"] == [
        {"row": 2, "column": "Expiry date", "value": "soon", "reason": "is not a date"},
        {"row": 2, "column": "Quantity", "value": "-5", "reason": "is less than 0"},
    ]
    url = f"/api/v1/imports/{preview['id']}/apply"
    answer = api(world.logistician).post(url, json={}, headers={"Idempotency-Key": str(uuid4())})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "has_problems")


def test_refusals_have_codes(api: WithToken, world: World) -> None:
    client = api(world.logistician)
    assert send(client, b"").json["error"]["code"] == "unreadable_file"
    wrong = send(client, STOCK, kind="items").json["error"]
    assert (wrong["code"], wrong["looks_like"]) == ("not_this_list", "stock")
    assert send(client, STOCK, kind="people").status_code == 422
    run = send(client, STOCK).json
    url = f"/api/v1/imports/{run['id']}/apply"
    assert client.post(url, json={}).status_code == 422
    changed = client.post(url, json={"seen": "x"}, headers={"Idempotency-Key": str(uuid4())})
    assert changed.json["error"]["code"] == "plan_changed"


def test_strangers_find_nothing(api: WithToken, world: World) -> None:
    run = send(api(world.logistician), STOCK).json
    stranger = api(make_world("Other society").logistician)
    assert stranger.get(f"/api/v1/imports/{run['id']}").status_code == 404
    assert stranger.get("/api/v1/imports").json["rows"] == []
    assert api(world.auditor).get("/api/v1/imports").status_code == 403
