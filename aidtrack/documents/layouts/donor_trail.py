"""Sections 3 to 6 of the donor report: the journeys, the losses, the money, the proof."""

from __future__ import annotations

from aidtrack.documents.kit import CONTENT_WIDTH, HAIR, HEAVY, THIN, Sheet, lines_of
from aidtrack.documents.layouts import figures
from aidtrack.documents.layouts.donor_facts import (
    AloneTime,
    Journey,
    Loss,
    MoneyGift,
    Purchase,
    Step,
)
from aidtrack.documents.layouts.flow import Area, Cell, Flow, Gap, Row
from aidtrack.documents.layouts.paper import Paper
from aidtrack.documents.layouts.tables import (
    ALARM,
    BODY,
    HEAD,
    SMALL,
    STRONG,
    VALUE,
    Column,
    cell_lines,
    table_head,
    table_row,
    total_row,
)
from aidtrack.documents.text import Line, Style

STEP_KEYS = ("donation", "goods_received", "waybill", "delivery", "distribution")
BOX, BOX_GAP, BOX_PADDING = 32.4, 4.5, 1.4
DASHED = (2.0, 2.0)

REPORT = Column(("loss_report",), 0, 29)
DATE = Column(("distributed_on",), 29, 17)
STAGE = Column(("stage",), 46, 20)
ITEM = Column(("item",), 66, 30)
QUANTITY = Column(("quantity",), 96, 20, "right")
CAUSE = Column(("cause",), 118, 26)
VALUED = Column(("value",), 144, 20, "right")
CLAIM = Column(("claim",), 164, 16)
LOSS_COLUMNS = (REPORT, DATE, STAGE, ITEM, QUANTITY, CAUSE, VALUED, CLAIM)

PAPER = Column(("paper",), 0, 34)
BOUGHT = Column(("bought",), 34, 60)
WENT_TO = Column(("went_to",), 94, 58)
AMOUNT = Column(("amount",), 152, 28, "right")
PURCHASE_COLUMNS = (PAPER, BOUGHT, WENT_TO, AMOUNT)

QR_SIDE, STEPS_X = 32.0, 38.0


def add_journeys(flow: Flow, paper: Paper, journeys: tuple[Journey, ...]) -> None:
    """Section 3: a chain of papers for each journey."""
    flow.add(paper.heading(3, "travelled"), keep=True)
    if not journeys:
        flow.add(paper.paragraph(paper.words.joined("nothing_yet")))
        return
    head = _journey_head(paper)
    flow.add(head, keep=True)
    for journey in journeys:
        flow.add(Gap(1.6))
        flow.add(_journey_row(paper, journey), head=(head,))
    flow.keep_last()
    flow.add(Gap(1.6), keep=True)
    flow.add(paper.paragraph("\n".join(paper.words.each("safety"))))


def _journey_head(paper: Paper) -> Row:
    cells = []
    for index, key in enumerate(STEP_KEYS):
        lines: tuple[Line, ...] = ()
        for column, text in enumerate(paper.words.each(key)):
            lines += lines_of(text, HEAD if column else HEAD._replace(bold=True), BOX)
        cells.append(Cell(index * (BOX + BOX_GAP), BOX, lines, "left"))
    return Row(tuple(cells), leading=2.8)


def _journey_row(paper: Paper, journey: Journey) -> Row:
    """Five boxes; one not reached is dashed and empty, and no arrow leads to it."""
    steps = (
        journey.donation,
        journey.goods_received,
        journey.waybill,
        journey.delivery,
        journey.distribution,
    )
    reached = tuple(map(_is_reached, steps))
    texts = [_step_lines(paper, step) for step in steps]
    if reached[2] and not reached[3]:
        texts[2] = _under_way_lines(paper, journey.waybill)
    cells = tuple(
        Cell(index * (BOX + BOX_GAP) + BOX_PADDING, BOX - 2 * BOX_PADDING, lines)
        for index, lines in enumerate(texts)
    )

    def boxes(sheet: Sheet, area: Area) -> None:
        for index, is_reached in enumerate(reached):
            x = index * (BOX + BOX_GAP)
            sheet.box(
                x,
                area.top,
                BOX,
                area.height,
                THIN if is_reached else HAIR,
                dash=() if is_reached else DASHED,
            )
            if index and is_reached:
                _arrow(sheet, x - BOX_GAP, area.top + min(area.height, 9.0) / 2, BOX_GAP)

    return Row(cells, leading=3.3, above=1, below=1.2, least=9, frame=boxes)


def _is_reached(step: Step) -> bool:
    return bool(step.paper or step.note or step.happened_on)


def _step_lines(paper: Paper, step: Step) -> tuple[Line, ...]:
    room = BOX - 2 * BOX_PADDING
    lines = lines_of(step.paper, Style(7, bold=True), room) + lines_of(step.note, SMALL, room)
    if step.happened_on:
        lines += lines_of(figures.day(step.happened_on), SMALL, room)
    if step.signed_by:
        lines += lines_of(paper.words.joined("signed_by", step.signed_by), SMALL, room)
    return lines


def _under_way_lines(paper: Paper, waybill: Step) -> tuple[Line, ...]:
    """No route and no time of a convoy that has not arrived."""
    room = BOX - 2 * BOX_PADDING
    return lines_of(waybill.paper, Style(7, bold=True), room) + lines_of(
        paper.words.joined("under_way"), SMALL, room
    )


def _arrow(sheet: Sheet, x: float, y: float, length: float) -> None:
    tip = x + length
    sheet.rule(x, y, tip, y, THIN)
    sheet.rule(tip - 1.3, y - 0.9, tip, y, THIN)
    sheet.rule(tip - 1.3, y + 0.9, tip, y, THIN)


def add_losses(flow: Flow, paper: Paper, losses: tuple[Loss, ...]) -> None:
    """Section 4: each loss with its report, and their value by currency."""
    flow.add(paper.heading(4, "wrong", "stages"), keep=True)
    if not losses:
        flow.add(paper.paragraph(paper.words.joined("nothing_yet")))
        return
    head = table_head(LOSS_COLUMNS, paper.words)
    flow.add(head, keep=True)
    for loss in losses:
        flow.add(_loss_row(paper, loss), head=(head,))
    flow.keep_last()
    flow.add(_loss_total(paper, losses), head=(head,))


def _loss_row(paper: Paper, loss: Loss) -> Row:
    value = figures.UNKNOWN
    if loss.value_minor is not None:
        value = f"{loss.currency} {figures.money(loss.value_minor, loss.currency)}"
    stage = "\n".join(paper.words.each(f"{loss.stage}_stage"))
    quantity = f"{figures.number(loss.quantity)} {loss.unit[0]}"
    values = (
        cell_lines(REPORT, loss.paper, Style(7, bold=True)),
        cell_lines(DATE, figures.day(loss.happened_on)),
        cell_lines(STAGE, stage),
        paper.texts(loss.item, ITEM.width - 1.6, BODY, SMALL),
        cell_lines(QUANTITY, quantity),
        cell_lines(CAUSE, loss.cause),
        cell_lines(VALUED, value),
        cell_lines(CLAIM, loss.claim or figures.UNKNOWN),
    )
    return table_row(LOSS_COLUMNS, values)


def _loss_total(paper: Paper, losses: tuple[Loss, ...]) -> Row:
    sums: dict[str, int] = {}
    for loss in losses:
        if loss.value_minor is not None:
            sums[loss.currency] = sums.get(loss.currency, 0) + loss.value_minor
    texts = [
        f"{currency} {figures.money(value, currency)}" for currency, value in sorted(sums.items())
    ]
    unvalued = sum(loss.value_minor is None for loss in losses)
    if unvalued:
        texts.extend(paper.words.each("without_value", unvalued))
    columns = (REPORT, VALUED._replace(x=100, width=64))
    values = (
        cell_lines(REPORT, paper.words.joined("total"), Style(8.5, bold=True)),
        cell_lines(columns[1], "\n".join(texts), STRONG),
    )
    return total_row(columns, values)


def add_alone(flow: Flow, paper: Paper, times: tuple[AloneTime, ...]) -> None:
    """That nobody else had to agree to a loss: since when, and until when."""
    for each in times:
        since, until = figures.day(each.since), figures.day(each.until)
        sentences = (
            paper.words.each("alone_between", since, until)
            if each.until
            else paper.words.each("alone_since", since)
        )
        flow.add(Gap(2), keep=True)
        for sentence in sentences:
            flow.add(paper.paragraph(sentence, STRONG))


def add_money(flow: Flow, paper: Paper, gifts: tuple[MoneyGift, ...]) -> None:
    """Section 5: what each gift of money bought, and what is left of it."""
    flow.add(paper.heading(5, "money"), keep=True)
    if not gifts:
        flow.add(paper.paragraph(paper.words.joined("nothing_yet")))
        return
    head = table_head(PURCHASE_COLUMNS, paper.words)
    for gift in gifts:
        given = f"{gift.currency} {figures.money(gift.given_minor, gift.currency)}"
        title = f"{paper.words.first('receipt')} {gift.receipt}: {given}"
        flow.add(Gap(2))
        flow.add(paper.paragraph(title, STRONG), keep=True)
        flow.add(head, keep=True)
        for purchase in gift.purchases:
            flow.add(_purchase_row(gift, purchase), head=(head,))
        flow.keep_last()
        flow.add(_money_equation(paper, gift))


def _purchase_row(gift: MoneyGift, purchase: Purchase) -> Row:
    amount = f"{gift.currency} {figures.money(purchase.amount_minor, gift.currency)}"
    values = (
        cell_lines(PAPER, purchase.paper, Style(7, bold=True)),
        cell_lines(BOUGHT, purchase.bought),
        cell_lines(WENT_TO, purchase.went_to),
        cell_lines(AMOUNT, amount),
    )
    return table_row(PURCHASE_COLUMNS, values)


def _money_equation(paper: Paper, gift: MoneyGift) -> Row:
    """Given = spent + not yet spent; more spent than given is an alarm."""
    spent = sum(purchase.amount_minor for purchase in gift.purchases)
    left = gift.given_minor - spent
    words = zip(*map(paper.words.each, ("given", "spent", "unspent")), strict=True)
    amounts = [figures.money(value, gift.currency) for value in (gift.given_minor, spent, left)]
    sentences = [
        f"{given} {amounts[0]} = {used} {amounts[1]} + {unspent} {amounts[2]}"
        for given, used, unspent in words
    ]
    text = "\n".join(sentences)
    if left >= 0:
        return paper.paragraph(text, BODY)
    lines = lines_of(text, ALARM, CONTENT_WIDTH)
    return Row((Cell(0, CONTENT_WIDTH, lines),), leading=3.8, below=2.2, frame=_red_line)


def _red_line(sheet: Sheet, area: Area) -> None:
    sheet.rule(0, area.bottom - 0.8, CONTENT_WIDTH, area.bottom - 0.8, HEAVY, red=True)


def add_verification(flow: Flow, paper: Paper) -> None:
    """Section 6: what a suspicious reader can do, and where to sign."""
    stamp = paper.stamp
    flow.add(paper.heading(6, "verify"), keep=True)
    address = stamp.verify_url.partition("://")[2] or stamp.verify_url
    steps = [("verify_code", f"{stamp.code}   {address}")]
    if stamp.checksum:
        steps.append(("verify_checksum", _grouped(stamp.checksum)))
    steps += [("verify_seal", stamp.seal), ("verify_papers", "")]
    room = CONTENT_WIDTH - STEPS_X
    lines: tuple[Line, ...] = ()
    for number, (key, value) in enumerate(steps, start=1):
        lines += lines_of(f"{number}. {paper.words.joined(key)}", STRONG, room)
        lines += lines_of(value, VALUE, room)

    def square(sheet: Sheet, area: Area) -> None:
        sheet.qr(0, area.top + 1, QR_SIDE, stamp.verify_url)

    row = Row(
        (Cell(STEPS_X, room, lines),), leading=4.3, above=0.4, least=QR_SIDE + 3, frame=square
    )
    flow.add(row, keep=True)
    flow.add(Gap(3), keep=True)
    flow.add(paper.signatures(("prepared_by", "approved_by"), condition=False))


def _grouped(checksum: str) -> str:
    """In groups of four, so that it can be compared by eye."""
    return " ".join(checksum[index : index + 4] for index in range(0, len(checksum), 4))
