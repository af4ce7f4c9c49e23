"""A small stack for checks of what is built on one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse

from omakase.artifacts.in_memory import MadeParts
from omakase.conformance.toy_data import everyone
from omakase.data.dataset import Dataset
from omakase.pipeline.merges import Cascade, Plain
from omakase.pipeline.pipeline import Pipeline, Proposer
from omakase.pipeline.stack_examples import Impressions, Learner
from omakase.protocols import Model
from omakase.rankers.gate import Config as GateConfig
from omakase.rankers.gate import Gate
from omakase.sources.scored import Config as ScoredConfig
from omakase.sources.scored import ScoredSource
from omakase.stacking.stack import Component, Config, Stack


def small_stack(data: Dataset, models: Mapping[str, Model[Any]], rng: np.random.Generator) -> Stack:
    """Of all the models, taught that everybody misses the item of their own number."""
    parts = MadeParts(data.items, models)
    sources = [ScoredSource.of(name, ScoredConfig(model=name), parts) for name in models]
    proposing = Pipeline(
        "proposing",
        tuple(Proposer(source) for source in sources),
        Cascade(Plain()),
        (),
        Gate.of(GateConfig(), parts),
    )
    config = Config(components=tuple(Component(model=name) for name in models), head="logistic")
    learner = Learner(proposing, parts, data, pool=data.n_items)
    missed = sparse.csr_array(np.eye(data.n_users, data.n_items, dtype=np.int32))
    examples = learner.examples(config, Impressions(everyone(data), missed))
    return learner.fit(config, examples, rng=rng)
