import pytest
from pydantic import ValidationError

from models.card import Card, Output


def changed(card: Card, **fields: object) -> Card:
    return Card.model_validate(card.model_dump() | fields)


def test_a_card_survives_json(card: Card) -> None:
    assert Card.model_validate_json(card.model_dump_json()) == card


def test_an_image_card_needs_no_channel_names(card: Card) -> None:
    assert changed(card, shape=(4, 4, 3), channels=(), window=1).shape == (4, 4, 3)


def test_thresholds_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="above on threshold"):
        Output(name="x", on=0.1, off=0.2)


def test_an_output_without_thresholds_is_a_plain_score(card: Card) -> None:
    plain = changed(card, outputs=[{"name": "cluster"}, {"name": "latent", "on": None, "off": None}])
    assert [(o.on, o.off) for o in plain.outputs] == [(None, None)] * 2
    assert Card.model_validate_json(plain.model_dump_json()) == plain


@pytest.mark.parametrize("fields", [{"on": 1.0}, {"off": 1.0}])
def test_one_threshold_alone_is_refused(fields: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="come together, or neither does"):
        Output.model_validate({"name": "x"} | fields)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"shape": (4,)}, "does not match 3 channels"),
        ({"outputs": [{"name": "x", "on": 1, "off": 0}] * 2}, "names repeat"),
        ({"channels": [{"name": "a"}] * 3}, "names repeat"),
        ({"outputs": []}, "at least 1"),
        ({"window": 0}, "greater than or equal to 1"),
        ({"period": float("nan")}, "finite"),
        ({"colour": "red"}, "Extra inputs"),
        ({"format": 2}, "Input should be 1"),
    ],
)
def test_an_inconsistent_card_is_refused(card: Card, fields: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        changed(card, **fields)
