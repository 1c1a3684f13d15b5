"""An organisation's list of reasons: its own, its wording, switched off; and what they count as."""

from uuid import uuid4

import pytest

from aidtrack.core import clock
from aidtrack.core.errors import Invalid, NotAllowed, NotFound
from aidtrack.stock import loss_reasons, storekeeping, written_off
from aidtrack.stock.loss_models import LossAct
from aidtrack.stock.loss_reasons import ReasonDetails
from aidtrack.stock.models import Reason
from aidtrack.stock.services import Taking
from tests.factories.world import make_item, make_stock, make_world


@pytest.fixture
def lot(world) -> int:
    return make_stock(world, make_item(), 1_000)


class TestReasons:
    def add(self, world, code="rats", actor=None, **more):
        details = {
            "name": "Eaten by rats",
            "names": {"ru": "Съели крысы"},
            "cause": Reason.DAMAGED,
            "acts": (LossAct.LOSS,),
        }
        return loss_reasons.add(
            world.organisation_id, code, ReasonDetails(**(details | more)),
            actor=actor or world.admin,
        )  # fmt: skip

    def say(self, world, lot, code):
        return storekeeping.write_off(
            [Taking(lot, world.bin_id, 1)], reason=code, note="Nibbled", key=uuid4(),
            actor=world.logistician, at=clock.now(),
        )  # fmt: skip

    def test_a_reason_of_its_own_counts_as_a_usual_one_in_the_ledger(self, world, lot):
        self.add(world)
        line = written_off.write_off(self.say(world, lot, "rats"), world.auditor).lines[0]
        assert (line.reason, line.reason_label) == (Reason.DAMAGED, "Eaten by rats")

    def test_one_that_is_switched_off_is_not_taken(self, world, lot):
        self.add(world)
        for code in ("rats", "wet"):
            loss_reasons.switch(world.organisation_id, code, is_active=False, actor=world.admin)
            with pytest.raises(Invalid, match="from the list"):
                self.say(world, lot, code)
        offered = dict(loss_reasons.offered_at({world.warehouse_id}, LossAct.LOSS))
        assert "damaged" in offered
        assert not offered.keys() & {"rats", "wet"}

    def test_a_usual_one_is_worded_anew_but_counts_as_itself(self, world, lot):
        details = ReasonDetails("Leaking roof", {}, Reason.WET, (LossAct.LOSS,))
        loss_reasons.change(world.organisation_id, "wet", details, actor=world.admin)
        line = written_off.write_off(self.say(world, lot, "wet"), world.auditor).lines[0]
        assert (line.reason, line.reason_label) == (Reason.WET, "Leaking roof")
        other = ReasonDetails("Leaking roof", {}, Reason.STOLEN, (LossAct.LOSS,))
        with pytest.raises(Invalid, match="counts as itself"):
            loss_reasons.change(world.organisation_id, "wet", other, actor=world.admin)

    @pytest.mark.parametrize("code", ["wet", "Rats!", ""])
    def test_a_code_is_new_and_plain(self, world, code):
        with pytest.raises(Invalid) as refused:
            self.add(world, code)
        assert refused.value.field == "code"

    def test_the_list_is_the_administrators_and_of_one_organisation(self, world, lot):
        with pytest.raises(NotAllowed):
            self.add(world, actor=world.logistician)
        stranger = make_world("Strangers")
        with pytest.raises(NotFound):
            self.add(world, actor=stranger.admin)
        self.add(stranger, actor=stranger.admin)
        with pytest.raises(Invalid, match="from the list"):
            self.say(world, lot, "rats")
