"""Pages of kits: what is in them, building and taking apart, and packing goods anew."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug import Response

from aidtrack.core import clock
from aidtrack.core.i18n import _, ngettext
from aidtrack.identity.permissions import Permission
from aidtrack.kits import contents, forms, pages, queries, services
from aidtrack.kits.lists import KITS
from aidtrack.lists import answers as lists
from aidtrack.stock import queries as stock
from aidtrack.web import toasts
from aidtrack.web.access import current_actor, requires

bp = Blueprint("kits", __name__)
Answer = Response | tuple[str, int] | str


@bp.app_template_global("is_kit")
def is_kit(item_id: int) -> bool:
    """Whether the page of an item leads to what the kit holds."""
    return queries.is_kit(item_id)


@bp.get("/kits")
@requires(Permission.VIEW_STOCK)
def index() -> Answer:
    may_add = current_actor().may(Permission.MANAGE_ITEMS)
    form = forms.KitFilterForm.from_query()
    return lists.answer(KITS, form, "kits/index.html", may_add=may_add)


@bp.route("/kits/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ITEMS)
def add() -> Answer:
    form = forms.NewKitForm.from_request()
    if form.submitted():
        with form.showing_broken_rules():
            item_id = form.item_id.data
            contents.set_contents(item_id, form.contents(), note="", actor=current_actor())
            toasts.done(_("The kit can be built now."))
            return redirect(url_for("kits.show", item_id=item_id), 303)
    return render_template("kits/new.html", form=form), form.status


@bp.get("/kits/<int:item_id>")
@requires(Permission.VIEW_STOCK)
def show(item_id: int) -> Answer:
    actor = current_actor()
    return render_template(
        "kits/show.html",
        kit=queries.kit(item_id, actor),
        may_build=actor.may(Permission.BUILD_KITS),
        may_change=pages.may_change(item_id, actor),
        today=clock.today(),
    )


@bp.route("/kits/<int:item_id>/contents", methods=["GET", "POST"])
@requires(Permission.MANAGE_ITEMS)
def change(item_id: int) -> Answer:
    version = pages.own_version(item_id, current_actor())
    form = forms.ContentsForm.from_request(lines=forms.filled(version))
    if form.submitted():
        with form.showing_broken_rules():
            note = form.note.data or ""
            contents.set_contents(item_id, form.contents(), note=note, actor=current_actor())
            toasts.done(_("Saved. Kits that were built stay as they are."))
            return redirect(url_for("kits.show", item_id=item_id), 303)
    return render_template("kits/contents.html", form=form, version=version), form.status


@bp.route("/kits/<int:item_id>/build", methods=["GET", "POST"])
@requires(Permission.BUILD_KITS)
def build(item_id: int) -> Answer:
    """How many, where; then the parts, the first to expire filled in."""
    page = pages.building(item_id, current_actor())
    if page.form is not None and page.form.submitted():
        with page.form.showing_broken_rules():
            movement_id = services.build(
                item_id,
                page.form.quantity.data,
                site_id=page.form.site_id.data,
                to_place_id=page.form.to_place_id.data,
                batch_number=page.form.batch_number.data or "",
                takings=page.form.takings(),
                key=page.form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            return _built(item_id, page.form.quantity.data, movement_id)
    return render_template("kits/build.html", page=page), page.status


@bp.route("/lots/<int:lot_id>/unbuild", methods=["GET", "POST"])
@requires(Permission.BUILD_KITS)
def unbuild(lot_id: int) -> Answer:
    lot = stock.lot(lot_id, current_actor())
    form = pages.unbuilding(lot, current_actor())
    if form.submitted():
        with form.showing_broken_rules():
            movement_id = services.unbuild(
                lot_id,
                form.quantity.data,
                place_id=form.place_id.data,
                to_place_id=form.to_place_id.data,
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            undo_url = url_for("stock.undo", movement_id=movement_id)
            toasts.done(_("Taken apart. The parts are in stock again."), undo_url=undo_url)
            return redirect(url_for("stock.lot", lot_id=lot_id), 303)
    return render_template(
        "kits/unbuild.html", form=form, lot=lot, parts=pages.parts_of(lot)
    ), form.status


@bp.route("/lots/<int:lot_id>/repack", methods=["GET", "POST"])
@requires(Permission.BUILD_KITS)
def repack(lot_id: int) -> Answer:
    lot = stock.lot(lot_id, current_actor())
    form = pages.repacking(lot, current_actor())
    if form.submitted():
        with form.showing_broken_rules():
            movement_id = services.repack(
                lot_id,
                form.packs.data,
                pack_id=form.pack_id.data,
                place_id=form.place_id.data,
                to_place_id=form.to_place_id.data,
                key=form.key.data,
                actor=current_actor(),
                at=clock.now(),
            )
            undo_url = url_for("stock.undo", movement_id=movement_id)
            toasts.done(_("Packed anew. What was left stays in this lot."), undo_url=undo_url)
            return redirect(url_for("stock.lot", lot_id=lot_id), 303)
    return render_template("kits/repack.html", form=form, lot=lot), form.status


def _built(item_id: int, quantity: int, movement_id: int) -> Answer:
    done = ngettext("%(num)s kit is built.", "%(num)s kits are built.", quantity)
    toasts.done(done, undo_url=url_for("stock.undo", movement_id=movement_id))
    lots = queries.lots_made_by(movement_id)
    if len(lots) == 1:
        return redirect(url_for("stock.lot", lot_id=lots[0]), 303)
    return redirect(url_for("kits.show", item_id=item_id), 303)
