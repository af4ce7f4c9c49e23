"""A small stack for checks of what is built on one."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.toy_data import everyone
from omakase.data.dataset import Dataset
from omakase.pipeline.merges import Cascade, NoConfig
from omakase.pipeline.pipeline import Pipeline, Proposer
from omakase.pipeline.stack_examples import Impressions, StackLearner
from omakase.protocols import Model
from omakase.rankers.gate import Gate, GateConfig
from omakase.sources.scored import ScoredConfig, ScoredSource
from omakase.stacking.stack import Component, Stack, StackConfig


def small_stack(data: Dataset, models: Mapping[str, Model[Any]], rng: np.random.Generator) -> Stack:
    """Of all the models, taught that everybody misses the item of their own number."""
    parts = InMemoryVersion(data.items, models)
    sources = [ScoredSource.of(name, ScoredConfig(model=name), parts) for name in models]
    proposing = Pipeline(
        "proposing",
        tuple(Proposer(source) for source in sources),
        Cascade(NoConfig()),
        (),
        Gate.of(GateConfig(), parts),
    )
    config = StackConfig(
        components=tuple(Component(model=name) for name in models), head="logistic"
    )
    learner = StackLearner(proposing, parts, data, pool=data.n_items)
    missed = sparse.csr_array(np.eye(data.n_users, data.n_items, dtype=np.int32))
    examples = learner.examples(config, Impressions(everyone(data), missed))
    return learner.fit(config, examples, rng=rng)
