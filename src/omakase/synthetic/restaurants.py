"""The middle of Seoul and its restaurants."""

import numpy as np
import polars as pl

from omakase.synthetic.dice import Dice, Positions
from omakase.synthetic.seoul import places, quarter_names
from omakase.synthetic.spec import Spec
from omakase.synthetic.vocabulary import pick_words

HOURS = (
    *("Mo-Su 11:00-22:00", "Mo-Fr 11:00-15:00,17:00-22:00; Sa 12:00-22:00", "Tu-Su 11:30-21:00"),
    *("Mo-Sa 17:00-02:00", "Mo-Su 00:00-24:00", "Mo-Fr 07:00-15:00", "We-Su 12:00-20:00"),
)
CHEAP = 0.8
"""A good-price shop asks less than this share of what is usual for its category."""


ANIMAL = (
    r"돼지|소고기|고기|갈비|삼겹|목살|곱창|등심|닭|치킨|불고기|제육|차돌|햄|순대|선지|"
    r"설렁탕|육개장|양꼬치|부대|"
    r"굴|전복|바지락|꼬막|해물|해산물|해장국|새우|고등어|참치|어묵|명란|멸치|동태|봉골레|"
    r"까르보나라|차슈|돈코츠|"
    r"스테이크|짬뽕|탕수육|삼선|유니|만두|딤섬|분짜|튀김옷|한우|치즈|고르곤졸라|케이크|"
    r"크루아상|와플|라멘|츠케멘"
)
"""What no vegan kitchen cooks, as titles and descriptions name it."""

LIGHT = (("비건", "건강식"), ("채식", "담백한 식사"), ("글루텐프리", "저염식"))
LIGHT_EN = (("vegans", "light eaters"), ("vegetarians", "light eaters"))
"""What a healthy place is called that cooks animals nevertheless."""


def beside(dice: Dice, numbers: Positions, known: pl.DataFrame) -> dict[str, pl.Series]:
    """Where and when, and whether it is a good-price shop."""
    coordinates = places(dice, "place", numbers)
    leaves = RESTAURANTS.leaves
    usual = np.asarray([leaf.price for leaf in leaves])[numbers % len(leaves)]
    cheap = known.get_column("price").to_numpy() <= CHEAP * usual
    return {
        "district": pick_words(quarter_names(0), coordinates.quarters),
        "district_en": pick_words(quarter_names(1), coordinates.quarters),
        "latitude": coordinates.latitude,
        "longitude": coordinates.longitude,
        "opening_hours": pick_words(HOURS, dice.whole("hours", numbers, len(HOURS))),
        "good_price": pl.Series(cheap & (dice.uniform("marked", numbers) < 0.7)),
        **_honest_diets(_diets(dice, numbers), known),
    }


def _honest_diets(diets: pl.Series, known: pl.DataFrame) -> dict[str, pl.Series]:
    """Diets, tags and texts: whoever cooks animals caters for no vegans and says so nowhere."""
    words = pl.col("title") + " " + pl.col("description")
    animal = pl.col("_animal")
    table = known.with_columns(words.str.contains(ANIMAL).alias("_animal"), dietary=diets)
    tags = pl.col("tags").list.eval(pl.element().replace(dict(LIGHT)))
    columns = {
        "dietary": pl.when(animal & (pl.col("dietary").list.contains("vegan")))
        .then(pl.lit([], dtype=pl.List(pl.String)))
        .otherwise(pl.col("dietary")),
        "tags": pl.when(animal).then(tags).otherwise(pl.col("tags")),
    }
    for name in ("description", "description_ko", "description_en"):
        pairs = LIGHT_EN if name == "description_en" else LIGHT
        text = pl.col(name).str.replace_many([a for a, _ in pairs], [b for _, b in pairs])
        columns[name] = pl.when(animal).then(text).otherwise(pl.col(name))
    honest = table.select(**columns)
    return {name: honest.get_column(name) for name in columns}


def _diets(dice: Dice, numbers: Positions) -> pl.Series:
    """What special diets are catered for; a plant-based place caters for all."""
    diets = pl.Series([[], ["vegetarian"], ["halal"], ["vegetarian", "vegan", "gluten_free"]])
    leaves, styles = len(RESTAURANTS.leaves), len(RESTAURANTS.styles)
    green = numbers // leaves % styles == styles - 1
    throw = dice.uniform("diet", numbers)
    return diets.gather(np.where(green, 3, np.where(throw < 0.15, 1, np.where(throw > 0.95, 2, 0))))


RESTAURANTS = Spec.read("restaurants", beside)
