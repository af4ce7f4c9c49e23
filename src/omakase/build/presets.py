"""Settings that were found by search on validation data, by name: a model and its knobs.

A name says the kind of data and the model. Use one as a start for data of the same kind;
`omakase.tune.search.tune` finds better ones for your own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from omakase.deep.nn.shape import Shape
from omakase.deep.train.objective import Objective
from omakase.deep.train.plan import FitPlan
from omakase.errors import UnknownName
from omakase.models import graph_filter, ials, sasrec, sparse_ease
from omakase.types import Config


@dataclass(frozen=True, slots=True)
class Preset:
    """A model and its knobs.

    Attributes:
        model: its name in the registry.
        config: of that model's type.
        data: what it was chosen on.
    """

    model: str
    config: Config
    data: str


SHOP_SHAPE = Shape(width=128, dropout=0.5, cosine=True, temperature=0.07)
SHOP_PLAN = FitPlan(
    epochs=16,
    batch=1024,
    learning_rate=2e-3,
    schedule="cosine",
    average=0.99,
    validate_every=4,
    patience=3,
)
LARGE_SHOP_PLAN = SHOP_PLAN.model_copy(
    update={
        "learning_rate": 1.5e-3,
        "weight_decay": 0.1,
        "schedule": "late",
        "average": 0.995,
    }
)
FROM_COOCCURRENCE = Objective(initial="cooccurrence")

FILM_SHAPE = Shape(width=128, heads=2, length=200, positions="relative", dropout=0.2)
FILM_PLAN = FitPlan(
    epochs=20,
    batch=4096,
    learning_rate=1e-3,
    schedule="late",
    warmup_steps=100,
    average=0.999,
    validate_every=2,
)

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "films-ials": Preset(
            "ials",
            ials.IalsConfig(factors=128, unobserved=0.3, l2=0.003),
            "MovieLens 1M, leave-one-out, validation part",
        ),
        "films-sasrec": Preset(
            "sasrec",
            sasrec.SasRecConfig(
                shape=FILM_SHAPE,
                objective=Objective(loss="softmax", initial="cooccurrence", left_out=0.15),
                plan=FILM_PLAN,
            ),
            "MovieLens 1M, leave-one-out, validation part",
        ),
        "places-ials": Preset(
            "ials",
            ials.IalsConfig(factors=512, iterations=10, unobserved=0.005, l2=0.02, l2_exponent=0.7),
            "Gowalla, a tenth of each person's visits cut from the training part",
        ),
        "places-sparse-ease": Preset(
            "sparse_ease",
            sparse_ease.SparseEaseConfig(neighbours=200, l2=15.0, user_exponent=0.3),
            "Gowalla, a tenth of each person's visits cut from the training part",
        ),
        "sasrec-strong": Preset(
            "sasrec",
            sasrec.SasRecConfig(shape=SHOP_SHAPE, objective=FROM_COOCCURRENCE, plan=SHOP_PLAN),
            "as shop-sasrec, for shops that know nothing of their items",
        ),
        "shop-sasrec": Preset(
            "sasrec",
            sasrec.SasRecConfig(
                shape=SHOP_SHAPE,
                objective=FROM_COOCCURRENCE,
                plan=SHOP_PLAN,
                attributes=("attributes",),
            ),
            "Amazon Beauty with attributes of items, leave-one-out, validation part",
        ),
        "large-shop-sasrec": Preset(
            "sasrec",
            sasrec.SasRecConfig(
                shape=SHOP_SHAPE,
                objective=Objective(initial="cooccurrence", negatives=2048, left_out=0.3),
                plan=LARGE_SHOP_PLAN,
                attributes=("attributes",),
            ),
            "Amazon Sports with attributes of items, leave-one-out, validation part",
        ),
        "places-graph-filter": Preset(
            "graph_filter",
            graph_filter.GraphFilterConfig(
                rank=100,
                ridge=0.1,
                item_exponent=0.35,
                history_exponent=0.25,
                popularity=0.2,
            ),
            "Gowalla, a fifth of each person's visits cut from the training part",
        ),
    }
)


def preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        UnknownName: there is none; the nearest name is suggested.
    """
    if name not in PRESETS:
        raise UnknownName("preset", name, PRESETS)
    return PRESETS[name]
