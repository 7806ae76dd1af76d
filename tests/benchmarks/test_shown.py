from __future__ import annotations

from benchmarks.shown import is_unfinished, job_of
from benchmarks.wire import Payload
from bot.orders import Order, Verb
from bot.services import Service
from bot.ui.card import Card
from bot.ui.jobs import Result, Sheet, progress_card, result_card

REF = "0123456789abcdef0123"
SHEET = Sheet(Order(service=Service.PIKA, verb=Verb.CREATE, prompt="a ferry"), REF, 1, 0)


def message(card: Card) -> Payload:
    return {"content": "", "components": card.to_components()}


async def test_a_card_of_a_job_names_it_and_can_be_cancelled_until_it_is_over() -> None:
    begun, over = message(progress_card(SHEET, "At work.")), message(result_card(SHEET, Result()))
    assert (job_of(begun), is_unfinished(begun)) == (REF, True)
    assert (job_of(over), is_unfinished(over)) == (REF, False)


async def test_another_card_names_none() -> None:
    other = message(Card("Hello"))
    assert (job_of(other), is_unfinished(other)) == ("", False)
