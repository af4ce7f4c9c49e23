"""Users."""

import numpy as np
import polars as pl

from omakase.synthetic import make


def test_profiles_tell_the_truth_about_tastes():
    world = make("restaurants", users=200, items=500)
    users = pl.concat(world.users())
    names = [leaf.name[0] for leaf in world.spec.leaves]
    tastes = world.tastes
    for number in range(0, 200, 17):
        shares = tastes.groups[tastes.group(np.asarray([number]))[0]]
        profile = users.row(number, named=True)
        assert profile["categories"][0] == names[int(shares.argmax())]
        assert profile["excluded_categories"] == [names[int(shares.argmin())]]


def test_columns_are_as_services_expect_them():
    users = pl.concat(make("shop", users=500).users())
    assert users.get_column("user_id")[7] == "U00000007"
    assert users.get_column("diversity").is_between(0, 1).all()
    assert users.get_column("price_factor").min() > 0
    assert users.null_count().sum_horizontal().item() == 0
    assert set(users.get_column("tier")) == {"free", "plus", "premium"}
    assert 0.3 < users.get_column("email_on").mean() < 0.5
