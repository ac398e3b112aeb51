"""The model in use, in short."""

from __future__ import annotations

from console.foresight import model_view as shown
from console.view import ModelView
from flows.bootstrap import Services
from flows.foreseeing import model_in_use
from flows.training import card_of, trained_models


def model_view(house: Services) -> ModelView:
    """The model in use; why there is none where there is none.

    Args:
        house: the services.

    Raises:
        Refused: where an agreement that it was made from does not let it be explained now.
    """
    model = model_in_use(house)
    if model is not None:
        return shown(card_of(house, model.id))
    made = trained_models(house)
    if not made:
        return ModelView(why_none="No model was trained yet.")
    if all(each.promoted_at is None for each in made):
        return ModelView(why_none="A model was trained, and nobody has put it to use.")
    return ModelView(why_none="An agreement that the model was made from is not in force: it went with it.")
