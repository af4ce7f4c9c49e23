"""Trains pytorch-widedeep on given columns; needs `pytorch-widedeep`, knows nothing of us.

The number of epochs is chosen on a tenth of what is learnt from, so that it is not judged by ours.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytorch_widedeep
import torch
from pytorch_widedeep import Trainer
from pytorch_widedeep.models import TabMlp, Wide, WideDeep
from pytorch_widedeep.preprocessing import TabPreprocessor

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
asked = json.loads((folder / "in.json").read_text())
given = np.load(folder / "in.npz")
torch.set_num_threads(1)
torch.manual_seed(asked["seed"])
chance = np.random.default_rng(asked["seed"])

values = [f"v{n}" for n in range(given["values"].shape[1])]
flags = [f"f{n}" for n in range(given["flags"].shape[1])]
every = pd.concat(
    [
        pd.DataFrame(given["values"], columns=values),
        pd.DataFrame(given["flags"].astype(int), columns=flags),
    ],
    axis=1,
)
learnt = every[: asked["learnt"]]
tab = TabPreprocessor(
    cat_embed_cols=[(name, asked["width"]) for name in values],
    continuous_cols=flags,
    scale=False,
)
tab.fit(learnt)
x_tab = tab.transform(every)


def numbered():
    """(E, columns) rows of the wide table, as WidePreprocessor makes them of words, from 1."""
    crossed = [2 * every[values[v]] + every[flag] for v in asked["crossed"] for flag in flags]
    columns = np.stack([every[name] for name in values + flags] + crossed, axis=1)
    columns -= columns.min(axis=0)
    sizes = columns.max(axis=0) + 1
    return columns + 1 + np.cumsum(sizes) - sizes


x_wide = numbered()
net = WideDeep(
    wide=Wide(input_dim=int(x_wide.max()) + 1, pred_dim=1),
    deeptabular=TabMlp(
        column_idx=tab.column_idx,
        cat_embed_input=tab.cat_embed_input,
        continuous_cols=flags,
        mlp_hidden_dims=asked["hidden"],
        mlp_dropout=asked["dropout"],
        mlp_batchnorm=True,
    ),
)
optimiser = torch.optim.AdamW(
    net.parameters(), lr=asked["learning_rate"], weight_decay=asked["weight_decay"]
)
trainer = Trainer(net, objective="binary", optimizers=optimiser, verbose=0, num_workers=0)
order = chance.permutation(asked["learnt"])
judge, teach = np.split(order, [len(order) // 10])
test = np.arange(asked["learnt"], len(every))


def likely(rows):
    found = trainer.predict_proba(X_wide=x_wide[rows], X_tab=x_tab[rows], batch_size=8192)
    return np.asarray(found)[:, 1]


best, said, chosen = np.inf, None, 0
for epoch in range(asked["epochs"]):
    trainer.fit(
        X_wide=x_wide[teach],
        X_tab=x_tab[teach],
        target=given["liked"][teach],
        n_epochs=1,
        batch_size=asked["batch"],
    )
    sure, truth = np.clip(likely(judge), 1e-7, 1 - 1e-7), given["liked"][judge]
    loss = -np.mean(np.where(truth > 0, np.log(sure), np.log(1 - sure)))
    if loss < best:
        best, said, chosen = loss, likely(test), epoch + 1
np.savez(folder / "out.npz", chance=said)
answer = {"version": pytorch_widedeep.__version__, "epochs": chosen}
(folder / "out.json").write_text(json.dumps(answer))
