"""A small language model of your own that rewords answers: low-rank adapters, trained and used.

Paper: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021. The base is any causal
model of Transformers in a folder; nothing is downloaded. The base stays as it is: what is learnt
lies in an adapter of a few megabytes beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import torch
from numpy.typing import NDArray
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from omakase.deep.train.checkpoint import load_checkpoint, remove_checkpoint, save_checkpoint
from omakase.errors import DataError

IGNORED: Final = -100
"""Label of a token that the loss leaves out: the answer that is to be reworded."""

LONGEST: Final = 1024
"""Tokens of a pair; what is longer is left out of training."""

MOST_NEW: Final = 400
"""Tokens that a rewording may have."""

_BETWEEN: Final = "\n=>\n"


@dataclass(frozen=True, slots=True)
class RewordedAnswer:
    """An answer by templates, and how it should be said."""

    answer: str
    rewording: str


@dataclass(frozen=True, slots=True)
class AdapterPlan:
    """How an adapter is trained.

    Attributes:
        rank: of its matrices; scale: by which their product counts, over the rank.
        save_every: steps between two checkpoints.
    """

    epochs: int = 3
    rank: int = 8
    scale: float = 16.0
    learning_rate: float = 2e-4
    batch: int = 8
    seed: int = 0
    save_every: int = 50


@dataclass(frozen=True, slots=True)
class AdapterReport:
    """What came of training.

    Attributes:
        resumed_at: step of the checkpoint it went on from; 0 where it began anew.
        first_loss, last_loss: mean cross-entropy a token, of the first and of the last step.
    """

    steps: int
    resumed_at: int
    pairs: int
    first_loss: float
    last_loss: float


def read_pairs(content: bytes, *, source: str = "the file") -> list[RewordedAnswer]:
    """Pairs from JSON Lines, `{"answer": …, "rewording": …}`.

    Raises:
        DataError: a line is none; with its number.
    """
    pairs = []
    for at, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            pair = RewordedAnswer(row["answer"], row["rewording"])
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise DataError(f"{source}, line {at}: an answer and a rewording are needed") from error
        if not (isinstance(pair.answer, str) and isinstance(pair.rewording, str)):
            raise DataError(f"{source}, line {at}: the answer and the rewording must be texts")
        pairs.append(pair)
    if not pairs:
        raise DataError(f"{source} holds no pairs: write one a line")
    return pairs


def train_adapter(
    base: Path,
    pairs: Sequence[RewordedAnswer],
    target: Path,
    plan: AdapterPlan,
    listener: Callable[[int, int, float], None] | None = None,
) -> AdapterReport:
    """Train an adapter into a folder; where a run was broken off there, it goes on.

    The batches of a step depend on the seed alone, so a run that was killed comes to what it would
    have come to. A checkpoint of another plan or of other pairs is not gone on from.

    Args:
        listener: hears the step, the number of steps and the loss.

    Raises:
        DataError: the folder of the base holds no model, or every pair is too long.
    """
    model, tokenizer = _base(base)
    samples = [s for pair in pairs if len((s := _sample(tokenizer, pair))[0]) <= LONGEST]
    if not samples:
        raise DataError(f"every pair has more than {LONGEST} tokens")
    adapted = _adapted(model, plan)
    weights = {n: p for n, p in adapted.named_parameters() if p.requires_grad}
    optimizer = torch.optim.AdamW(weights.values(), lr=plan.learning_rate)
    batches = list(_batches(len(samples), plan))
    run = _Run(target, weights, optimizer, _fingerprint(samples, plan))
    begun, losses = run.restore()
    adapted.train()
    for step, batch in enumerate(batches[begun:], start=begun + 1):
        losses.append(_step(adapted, optimizer, [samples[at] for at in batch], tokenizer))
        if listener is not None:
            listener(step, len(batches), losses[-1])
        if step % plan.save_every == 0:
            run.save(step, losses)
    target.mkdir(parents=True, exist_ok=True)
    adapted.save_pretrained(str(target))
    remove_checkpoint(run.folder)
    return AdapterReport(len(batches), begun, len(samples), losses[0], losses[-1])


class LocalRewriter:
    """A model with its adapter, that rewords answers; the same answer the same way."""

    def __init__(self, base: Path, adapter: Path | None) -> None:
        """Load both from their folders.

        Raises:
            DataError: a folder holds no such thing.
        """
        model, self._tokenizer = _base(base)
        if adapter is not None:
            if not (adapter / "adapter_config.json").exists():
                raise DataError(f"{adapter} holds no adapter")
            model = PeftModel.from_pretrained(model, str(adapter))
        self._model = model.eval()

    def rewrite(self, answer: str) -> str:
        """The answer in other words, unchecked: the likeliest token each time."""
        prompt = torch.tensor([_prompt(self._tokenizer, answer)])
        with torch.inference_mode():
            written = self._model.generate(
                input_ids=prompt,
                attention_mask=torch.ones_like(prompt),
                max_new_tokens=MOST_NEW,
                do_sample=False,
                pad_token_id=_padding(self._tokenizer),
                eos_token_id=self._tokenizer.eos_token_id,
            )
        tokens = written[0, prompt.shape[1] :]
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True)).strip()


@dataclass(frozen=True)
class _Run:
    """Where training stands: the adapter's weights and the optimizer's moments, on the disk."""

    folder: Path
    weights: dict[str, torch.nn.Parameter]
    optimizer: torch.optim.Optimizer
    fingerprint: str

    def save(self, step: int, losses: Sequence[float]) -> None:
        fingerprint = np.frombuffer(bytes.fromhex(self.fingerprint), dtype=np.uint8)
        facts = {"step": np.asarray(step), "losses": np.asarray(losses), "of": fingerprint}
        save_checkpoint({**facts, **self._arrays()}, self.folder)

    def restore(self) -> tuple[int, list[float]]:
        """The step that was done last and the losses up to it; 0 where there is nothing."""
        state = load_checkpoint(self.folder)
        if state is None or state["of"].tobytes().hex() != self.fingerprint:
            return 0, []
        with torch.no_grad():
            for name, weight in self.weights.items():
                weight.copy_(torch.from_numpy(state[f"weight.{name}"]))
                self.optimizer.state[weight] = {
                    key: torch.from_numpy(state[f"{key}.{name}"])
                    for key in ("step", "exp_avg", "exp_avg_sq")
                }
        return int(state["step"]), state["losses"].tolist()

    def _arrays(self) -> dict[str, NDArray[Any]]:
        arrays = {}
        for name, weight in self.weights.items():
            arrays[f"weight.{name}"] = weight.detach().numpy()
            for key, tensor in self.optimizer.state[weight].items():
                arrays[f"{key}.{name}"] = tensor.detach().numpy()
        return arrays


def _base(folder: Path) -> tuple[Any, Any]:
    """The model and its tokenizer, from the disk alone."""
    disable_progress_bar()
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError) as error:
        raise DataError(f"{folder} holds no causal model of Transformers: {error}") from error
    return model, tokenizer


def _adapted(model: Any, plan: AdapterPlan) -> Any:
    """The model with an adapter on its linear layers, drawn by the seed."""
    config = LoraConfig(
        r=plan.rank,
        lora_alpha=plan.scale,
        lora_dropout=0.0,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    adapted = get_peft_model(model, config)
    generator = torch.Generator().manual_seed(plan.seed)
    for name, weight in adapted.named_parameters():
        if "lora_A" in name:
            bound = (3 / weight.shape[1]) ** 0.5
            with torch.no_grad():
                weight.uniform_(-bound, bound, generator=generator)
    return adapted


def _prompt(tokenizer: Any, answer: str) -> list[int]:
    """Tokens before the rewording, in the model's own form of a talk where it has one."""
    if tokenizer.chat_template:
        messages = [{"role": "user", "content": answer}]
        text = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])
    return list(tokenizer(answer + _BETWEEN, add_special_tokens=False)["input_ids"])


def _sample(tokenizer: Any, pair: RewordedAnswer) -> tuple[list[int], list[int]]:
    """Tokens of a pair, and their labels: those of the rewording and of its end."""
    prompt = _prompt(tokenizer, pair.answer)
    target = list(tokenizer(pair.rewording, add_special_tokens=False)["input_ids"])
    target.append(tokenizer.eos_token_id)
    return prompt + target, [IGNORED] * len(prompt) + target


def _batches(number: int, plan: AdapterPlan) -> Iterator[list[int]]:
    """Places of the samples of each step, over all epochs."""
    for epoch in range(plan.epochs):
        order = np.random.default_rng((plan.seed, epoch)).permutation(number)
        for start in range(0, number, plan.batch):
            yield order[start : start + plan.batch].tolist()


def _step(
    model: Any,
    optimizer: torch.optim.Optimizer,
    samples: Sequence[tuple[list[int], list[int]]],
    tokenizer: Any,
) -> float:
    """One step of the optimizer; the loss before it."""
    longest = max(len(tokens) for tokens, _ in samples)
    padding = _padding(tokenizer)
    tokens = torch.tensor([t + [padding] * (longest - len(t)) for t, _ in samples])
    labels = torch.tensor([tokens + [IGNORED] * (longest - len(tokens)) for _, tokens in samples])
    mask = torch.tensor([[1] * len(t) + [0] * (longest - len(t)) for t, _ in samples])
    loss = model(input_ids=tokens, attention_mask=mask, labels=labels).loss
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def _padding(tokenizer: Any) -> int:
    return int(tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id)


def _fingerprint(samples: Sequence[tuple[list[int], list[int]]], plan: AdapterPlan) -> str:
    """By which a checkpoint is known to be of the same run."""
    content = [asdict(plan), [tokens for tokens, _ in samples]]
    return sha256(orjson.dumps(content)).hexdigest()
