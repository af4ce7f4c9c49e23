"""`tune`: the best settings of a model that a budget of minutes finds."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from omakase.data.splits import Split
from omakase.errors import CapabilityError, ConfigError, TooLarge
from omakase.evaluate.run import evaluate
from omakase.protocols import Model
from omakase.tune.space import Choice, Knob, space
from omakase.types import Config, Progress, silent

if TYPE_CHECKING:
    import optuna

MINUTE: Final = 60


@dataclass(frozen=True)
class Trial:
    """One setting that was tried.

    Attributes:
        config: all knobs, the fixed ones too.
        figure: the measure on the validation part; none where the model could not be fitted.
        seconds: to fit and evaluate.
    """

    config: dict[str, Any]
    figure: float | None
    seconds: float


@dataclass(frozen=True)
class Tuned:
    """What a search found.

    Attributes:
        config: the best settings.
        measure: what they were chosen by ("ndcg@10").
        figure: its value on the validation part.
        default_figure: the value of the settings that the search started from.
        trials: all that were tried, in order, those of earlier runs included.
    """

    config: Config
    measure: str
    figure: float
    default_figure: float | None
    trials: tuple[Trial, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain Python; `config` can be given to the model again."""
        return {
            "config": self.config.model_dump(mode="json"),
            "measure": self.measure,
            "figure": self.figure,
            "default_figure": self.default_figure,
            "trials": [vars(trial) for trial in self.trials],
        }


def tune(
    cls: type[Model[Any]],
    split: Split,
    *,
    name: str = "",
    start: Config | None = None,
    minutes: float = 10.0,
    most_trials: int | None = None,
    measure: str = "ndcg",
    k: int = 10,
    store: Path | None = None,
    seed: int = 0,
    mask_seen: bool = True,
    progress: Progress = silent,
) -> Tuned:
    """Search the knobs of a model on the validation part; the test part is never looked at.

    The first trial is `start`. A search with a store goes on where it stopped, however it stopped.
    A trial is only begun when it should end within the budget, judging by those before it.

    Args:
        cls: the model.
        name: of the search in the store; the class's own name when empty.
        start: settings to begin with and to keep for the knobs that are not searched; defaults.
        minutes: budget of this run.
        most_trials: over all runs; none for as many as fit.
        measure: what is maximised, without its "@k".
        store: a file that keeps the trials; none keeps them in memory.
        seed: of the search and of every fit.

    Raises:
        CapabilityError: Optuna is not installed (`pip install 'omakase-recsys[tune]'`).
        ConfigError: the model has no knobs, or no trial could be fitted.
    """
    knobs = space(cls.config_type)
    if not knobs:
        raise ConfigError(f"{name or cls.__name__} has no knobs to tune")
    first = start or cls.config_type()
    metric = measure if measure == "auc" else f"{measure}@{k}"
    study = _study(_optuna(), name or cls.__name__, store, seed, first, knobs)

    def figure(config: Config) -> float:
        model = cls.fit(split.learnt("validation"), config, rng=np.random.default_rng(seed))
        report = evaluate(model, split, "validation", k=k, mask_seen=mask_seen)
        return report.figures[metric]

    _search(study, knobs, first, figure, minutes * MINUTE, most_trials, progress)
    return _outcome(study, first, metric)


def _optuna() -> ModuleType:
    try:
        import optuna
    except ImportError as error:
        raise CapabilityError("tuning needs Optuna: pip install 'omakase-recsys[tune]'") from error
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def _study(
    library: ModuleType,
    name: str,
    store: Path | None,
    seed: int,
    first: Config,
    knobs: tuple[Knob, ...],
) -> "optuna.Study":
    storage = None
    if store is not None:
        store.parent.mkdir(parents=True, exist_ok=True)
        storage = library.storages.JournalStorage(
            library.storages.journal.JournalFileBackend(str(store))
        )
    study = library.create_study(
        study_name=name, storage=storage, direction="maximize", load_if_exists=True
    )
    done = _count_complete(study)
    study.sampler = library.samplers.TPESampler(seed=seed + done, n_startup_trials=8)
    if not done:
        study.enqueue_trial({knob.name: getattr(first, knob.name) for knob in knobs})
    return study


def _search(
    study: "optuna.Study",
    knobs: tuple[Knob, ...],
    first: Config,
    figure: Callable[[Config], float],
    budget: float,
    most_trials: int | None,
    progress: Progress,
) -> None:
    begun = time.monotonic()
    durations: list[float] = []
    while should_continue(
        time.monotonic() - begun, budget, durations, _count_complete(study), most_trials
    ):
        start = time.monotonic()
        _try_one(study, knobs, first, figure)
        durations.append(time.monotonic() - start)
        passed = min(time.monotonic() - begun, budget)
        progress(int(passed), int(budget), best=_best(study), trials=_count_complete(study))


def should_continue(
    passed: float, budget: float, taken: list[float], trials: int, most_trials: int | None
) -> bool:
    """Whether another trial fits; the first of a run always does."""
    if most_trials is not None and trials >= most_trials:
        return False
    return not taken or passed + float(np.median(taken)) <= budget


def _try_one(
    study: "optuna.Study",
    knobs: tuple[Knob, ...],
    first: Config,
    figure: Callable[[Config], float],
) -> None:
    """One trial; settings that contradict each other or do not fit into memory count as failed."""
    trial = study.ask()
    start = time.monotonic()
    try:
        params = {**first.model_dump(), **{knob.name: _suggest(trial, knob) for knob in knobs}}
        config = type(first).model_validate(params)
        trial.set_user_attr("config", config.model_dump(mode="json"))
        value: float | None = figure(config)
    except (ConfigError, TooLarge, ValueError) as error:
        trial.set_user_attr("error", str(error))
        value = None
    trial.set_user_attr("seconds", time.monotonic() - start)
    study.tell(trial, value, state=_state(value))


def _suggest(trial: "optuna.Trial", knob: Knob) -> Any:
    if isinstance(knob, Choice):
        return trial.suggest_categorical(knob.name, knob.values)
    if knob.whole:
        return trial.suggest_int(knob.name, int(knob.low), int(knob.high), log=knob.log)
    return trial.suggest_float(knob.name, knob.low, knob.high, log=knob.log)


def _state(value: float | None) -> "optuna.trial.TrialState":
    states = _optuna().trial.TrialState
    return states.FAIL if value is None else states.COMPLETE


def _count_complete(study: "optuna.Study") -> int:
    return sum(trial.state.is_finished() for trial in study.trials)


def _best(study: "optuna.Study") -> float:
    return max((trial.value for trial in study.trials if trial.value is not None), default=0.0)


def _outcome(study: "optuna.Study", first: Config, measure: str) -> Tuned:
    trials = tuple(
        Trial(t.user_attrs.get("config", t.params), t.value, t.user_attrs["seconds"])
        for t in study.trials
        if "seconds" in t.user_attrs
    )
    fitted = [trial for trial in trials if trial.figure is not None]
    if not fitted:
        errors = [t.user_attrs["error"] for t in study.trials if "error" in t.user_attrs]
        raise ConfigError(f"none of {len(trials)} settings could be fitted: {errors[:1]}")
    best = max(fitted, key=lambda trial: trial.figure or 0.0)
    begun = first.model_dump(mode="json")
    default = next((t.figure for t in trials if t.config == begun), None)
    return Tuned(type(first)(**best.config), measure, best.figure or 0.0, default, trials)
