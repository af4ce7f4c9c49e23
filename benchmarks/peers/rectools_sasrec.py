"""Trains RecTools' SASRec epoch by epoch; needs `rectools[torch]`, knows nothing of us."""

import json
import logging
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import rectools
import torch
from pytorch_lightning import Trainer, seed_everything
from rectools import Columns
from rectools.dataset import Dataset
from rectools.models import SASRecModel

warnings.simplefilter("ignore")
logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
folder = Path(sys.argv[1])
asked = json.loads((folder / "in.json").read_text())
given = np.load(folder / "in.npz")
torch.set_num_threads(asked["threads"])
seed_everything(asked["seed"])
events = pd.DataFrame(
    {
        Columns.User: given["users"],
        Columns.Item: given["items"],
        Columns.Weight: 1.0,
        Columns.Datetime: pd.Timestamp("2020-01-01") + pd.to_timedelta(given["times"], unit="s"),
    }
)
data = Dataset.construct(events)


def trainer():
    return Trainer(
        max_epochs=asked["epochs"],
        min_epochs=1,
        accelerator="cpu",
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
    )


model = SASRecModel(
    n_blocks=asked["blocks"],
    n_heads=asked["heads"],
    n_factors=asked["width"],
    dropout_rate=asked["dropout"],
    session_max_len=asked["length"],
    loss=asked["loss"],
    batch_size=asked["batch"],
    lr=asked["learning_rate"],
    get_trainer_func=trainer,
    recommend_torch_device="cpu",
)


def ndcg():
    found = model.recommend(given["asked"], data, k=10, filter_viewed=True)
    right = dict(zip(given["asked"].tolist(), given["targets"].tolist(), strict=True))
    hits = found[found[Columns.Item] == found[Columns.User].map(right)]
    return float((1 / np.log2(1 + hits[Columns.Rank])).sum() / len(right))


seconds, figures = [], []
for _ in range(asked["epochs"]):
    start = time.process_time()
    model.fit_partial(data, min_epochs=1, max_epochs=1)
    seconds.append(time.process_time() - start)
    figures.append(ndcg())
(folder / "out.json").write_text(
    json.dumps({"seconds": seconds, "ndcg": figures, "version": rectools.__version__})
)
