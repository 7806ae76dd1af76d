"""Cards of graphs, whose names, units and figures somebody else chose."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.api.pixela import DatedPixel, Graph, GraphType, Stats, tally
from bot.ui.card import Card
from bot.ui.pixela.graphs import Figures, Listed, stats_card
from bot.ui.pixela.pixels import days_card, quantity_text
from bot.ui.pixela.user import earlier_words

TODAY = date(2026, 1, 1)
NASTY = "*_~|`>#[]()<@&:" * 20


def words(card: Card) -> list[str]:
    """Return the blocks of text on a card."""
    [box] = card.to_components()
    return [part["content"] for part in box["components"] if "content" in part]


@pytest.mark.parametrize("quantity", ["9999999999999.99", "-1" + "0" * 299])
def test_a_month_of_a_nasty_graph_fits_on_a_card_with_its_sum(quantity: str) -> None:
    graph = Graph(id="nasty", name=NASTY, unit=NASTY, type=GraphType.FLOAT)
    days = [TODAY - timedelta(days=back) for back in range(31)]
    told = {"quantity": quantity, "optionalData": "{}"}
    pixels = [DatedPixel.model_validate({"date": day.isoformat(), **told}) for day in days]
    said = words(days_card(graph, (days[-1], TODAY), pixels, []))
    assert sum(len(block) for block in said) < 4000
    assert said[-1].startswith("-# 31 days, ")
    assert said[-2].count("\n") == 30


def test_what_of_a_form_did_not_count_is_said() -> None:
    said = earlier_words(shown=False, other_token=True, thanks=False)
    assert said is not None
    assert "the token that was typed then is the one that holds" in said
    assert earlier_words(shown=False, other_token=False, thanks=False) is None


def test_a_unit_is_not_cut_in_the_midst_of_what_is_escaped() -> None:
    for length in range(120):
        said = quantity_text(Graph(id="ab", name="n", unit="*" * length), Decimal(10) ** 40)
        assert not said.replace("\\*", "").endswith("\\")


def test_figures_are_told_without_noise_and_however_large_they_are() -> None:
    told = {
        "totalPixelsCount": 2,
        "totalQuantity": 25.299999999999997,
        "avgQuantity": 1e30,
        "maxQuantity": 0.1,
    }
    stats = Stats.model_validate_json(json.dumps(told | {"minQuantity": 0.30000000000000004}))
    graph = Graph(id="ab", name="Walks", unit="km")
    said = "\n".join(words(stats_card(Listed(graph, "alice"), Figures(stats, tally({}, TODAY)))))
    assert "**Total** 25.3 km on 2 days" in said
    assert f"**Average** 1{'0' * 30} km a day" in said
    assert "**Lowest** 0.3 km" in said
