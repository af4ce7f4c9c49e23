"""The people of a world: what they say of themselves and what they prefer."""

import numpy as np
import polars as pl

from omakase.synthetic.dice import Positions
from omakase.synthetic.seoul import places, quarter_names
from omakase.synthetic.spec import Spec
from omakase.synthetic.tastes import Tastes
from omakase.synthetic.vocabulary import join_lists, numbered, pick_words

AGES = ("10-19", "20-29", "30-39", "40-49", "50-59", "60+")
GENDERS = ("female", "male")
TIERS = ("free", "free", "free", "plus", "premium")
FAVOURITES = 2


def people(spec: Spec, tastes: Tastes, numbers: Positions) -> pl.DataFrame:
    """Users by number; `categories` and `style` are true, as far as they go."""
    dice = tastes.dice
    home = places(dice, "home", numbers)
    names = pl.Series([leaf.name[0] for leaf in spec.leaves])
    styles = [style.name[0] for style in spec.styles]
    best = tastes.favourites(numbers, FAVOURITES)
    worst = np.argmin(tastes.groups, axis=1)[tastes.group(numbers)]
    return pl.DataFrame(
        {
            "user_id": numbered("U", numbers),
            "age_range": pick_words(AGES, dice.whole("age", numbers, len(AGES))),
            "gender": pick_words(GENDERS, dice.whole("gender", numbers, len(GENDERS))),
            "location": pick_words(quarter_names(0), home.quarters),
            "latitude": home.latitude,
            "longitude": home.longitude,
            "categories": join_lists(*(names.gather(best[:, n]) for n in range(FAVOURITES))),
            "excluded_categories": join_lists(names.gather(worst)),
            "style": pick_words(styles, tastes.favourite_style(numbers)),
            "price_factor": np.exp(0.35 * tastes.budget(numbers)).round(2),
            "diversity": dice.uniform("diversity", numbers).round(2),
            "tier": pick_words(TIERS, dice.whole("tier", numbers, len(TIERS))),
            "recommendations_on": dice.uniform("on", numbers) < 0.98,
            "email_on": dice.uniform("email", numbers) < 0.4,
        }
    )
