"""Trains RecBole's SASRec epoch by epoch; needs `recbole` (and numpy below 2), knows nothing of us.

RecBole makes a sample of every beginning of every history, so an epoch of it asks as many questions
as an epoch of the others, and computes a whole history for each of them.
"""

import json
import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from recbole import __version__
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.model.sequential_recommender import SASRec
from recbole.trainer import Trainer

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
asked = json.loads((folder / "in.json").read_text())
given = np.load(folder / "in.npz")
torch.set_num_threads(asked["threads"])
os.chdir(folder)  # RecBole leaves files where it runs
FIELDS = ("user_id:token", "item_id:token", "timestamp:float")
learnt = np.stack([given["users"], given["items"], given["times"]], axis=1)
last = np.full(len(given["asked"]), len(learnt))
held = np.stack([given["asked"], given["targets"], last], axis=1)
table = folder / "data" / "events" / "events.inter"
table.parent.mkdir(parents=True)
pd.DataFrame(np.concatenate([learnt, held]), columns=list(FIELDS)).to_csv(
    table, sep="\t", index=False
)
config = Config(
    model="SASRec",
    dataset="events",
    config_dict={
        "data_path": str(table.parent.parent),
        "load_col": {"inter": [field.split(":")[0] for field in FIELDS]},
        "MAX_ITEM_LIST_LENGTH": asked["length"],
        "loss_type": "CE",
        "train_neg_sample_args": None,
        "n_layers": asked["blocks"],
        "n_heads": asked["heads"],
        "hidden_size": asked["width"],
        "inner_size": 4 * asked["width"],
        "hidden_dropout_prob": asked["dropout"],
        "attn_dropout_prob": asked["dropout"],
        "learning_rate": asked["learning_rate"],
        "train_batch_size": asked["batch"] * asked["length"],
        "eval_args": {
            "split": {"LS": "valid_only"},
            "order": "TO",
            "mode": "full",
            "group_by": "user",
        },
        "seed": asked["seed"],
        "reproducibility": True,
        "use_gpu": False,
        "show_progress": False,
    },
)
samples, questions, _ = data_preparation(config, create_dataset(config))
torch.manual_seed(asked["seed"])
model = SASRec(config, samples.dataset)
trainer = Trainer(config, model)


@torch.no_grad()
def ndcg():
    model.eval()
    gains = []
    for interaction, _, _, right in questions:
        scores = model.full_sort_predict(interaction).view(len(right), -1)
        scores[:, 0] = -torch.inf  # padding
        scores.scatter_(1, interaction["item_id_list"], -torch.inf)
        above = (scores > scores.gather(1, right[:, None])).sum(1)
        gains.append(torch.where(above < 10, 1 / torch.log2(2.0 + above), 0.0))
    return float(torch.cat(gains).mean())


seconds, figures = [], []
for epoch in range(asked["epochs"]):
    start = time.process_time()
    trainer._train_epoch(samples, epoch, show_progress=False)
    seconds.append(time.process_time() - start)
    figures.append(ndcg())
(folder / "out.json").write_text(
    json.dumps({"seconds": seconds, "ndcg": figures, "version": __version__})
)
