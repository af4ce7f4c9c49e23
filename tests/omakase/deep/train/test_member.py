"""What a process of a team is handed, and hands back."""

import json

import numpy as np

from omakase.conformance.toy_data import two_tribes
from omakase.data.handover import write_dataset
from omakase.deep.train import member
from omakase.models.popular import Popular, PopularConfig


def test_fit_by_the_first_saves_what_the_model_learns(tmp_path):
    data, rng = two_tribes(), np.random.default_rng(5)
    write_dataset(data, tmp_path)
    member.write_order(tmp_path, Popular, PopularConfig(count="people"), rng)
    member.fit(tmp_path, 1, 2)
    assert not (tmp_path / member.ARRAYS).exists()
    member.fit(tmp_path, 0, 2)
    expected = Popular.fit(data, PopularConfig(count="people"), rng=rng)
    np.testing.assert_array_equal(member.read_arrays(tmp_path)["share"], expected.share)


def test_write_order_keeps_where_chance_stands(tmp_path):
    rng = np.random.default_rng(5)
    rng.random(3)
    member.write_order(tmp_path, Popular, PopularConfig(), rng)
    order = json.loads((tmp_path / member.ORDER).read_text())
    again = np.random.default_rng()
    again.bit_generator.state = order["chance"]
    assert again.random() == rng.random()
