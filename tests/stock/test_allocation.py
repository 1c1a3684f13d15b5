"""First to expire first out, never an expired lot, and a reason for each left out."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from aidtrack.stock.allocation import LeftOut, Offer, Pick, propose

TODAY = date(2026, 11, 24)


def offer(lot_id: int, free: int, expires_on: date | None = None, quantity: int = 0) -> Offer:
    return Offer(lot_id, 1, expires_on, quantity or free, free)


def test_the_first_to_expire_goes_first():
    offers = [offer(1, 10, date(2027, 6, 1)), offer(2, 10, date(2027, 1, 1))]
    assert propose(15, offers, on=TODAY).picks == (Pick(2, 1, 10), Pick(1, 1, 5))


def test_goods_without_expiry_go_last():
    offers = [offer(1, 10), offer(2, 10, date(2030, 1, 1))]
    assert [pick.lot_id for pick in propose(11, offers, on=TODAY).picks] == [2, 1]


def test_an_expired_lot_is_never_offered_and_says_so():
    expired = offer(1, 10, date(2026, 11, 23))
    proposal = propose(5, [expired], on=TODAY)
    assert (proposal.picks, proposal.missing) == ((), 5)
    assert proposal.left_out == ((expired, LeftOut.EXPIRED),)


def test_a_lot_is_good_through_its_last_day():
    assert propose(5, [offer(1, 10, TODAY)], on=TODAY).missing == 0


def test_what_is_promised_to_others_is_left_out_with_the_reason():
    promised = offer(1, 0, quantity=10)
    assert propose(5, [promised], on=TODAY).left_out == ((promised, LeftOut.RESERVED),)


OFFERS = st.lists(
    st.builds(
        offer,
        st.integers(1, 50),
        st.integers(0, 100),
        st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    ),
    max_size=12,
    unique_by=lambda x: x.lot_id,
)


@given(quantity=st.integers(1, 500), offers=OFFERS)
def test_what_is_picked_and_what_is_missing_add_up_to_what_was_asked(quantity, offers):
    proposal = propose(quantity, offers, on=TODAY)
    free = {x.lot_id: x.free for x in offers}
    assert sum(pick.quantity for pick in proposal.picks) + proposal.missing == quantity
    assert all(0 < pick.quantity <= free[pick.lot_id] for pick in proposal.picks)
    named = {pick.lot_id for pick in proposal.picks} | {x.lot_id for x, _ in proposal.left_out}
    assert named == set(free)
