"""Laws that hold in every made-up world, of any size and seed."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.data.weighting import DEFAULT_KINDS
from omakase.errors import DataError, UnknownName
from omakase.synthetic import WORLDS, as_dataset, make, write
from omakase.synthetic.behaviour import behaviour
from omakase.synthetic.catalog import LAST_NEW, OLD_DAYS, catalog, created, side
from omakase.synthetic.days import BLOCK, SPLITS, START, moments, visits
from omakase.synthetic.dice import Dice
from omakase.synthetic.people import AGES, GENDERS, TIERS
from omakase.synthetic.restaurants import ANIMAL
from omakase.synthetic.tastes import GROUPS, Tastes
from omakase.synthetic.vocabulary import filled, join_lists, numbered, pick_words
from omakase.types import DAY_SECONDS

few = settings(max_examples=15, deadline=None)
quick = settings(max_examples=60, deadline=None)
every_world = pytest.mark.parametrize("name", sorted(WORLDS))


def numbers(column):
    return column.str.slice(1).cast(pl.Int64).to_numpy()


@few
@given(
    st.sampled_from(sorted(WORLDS)),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 80),
    st.integers(0, 2**31),
    st.integers(1, 400),
)
def test_worlds_of_any_size_name_only_what_they_have(name, users, items, events, seed, days):
    world = make(name, users=users, items=items, events=events, seed=seed, days=days)
    catalog_rows, people = pl.concat(world.items()), pl.concat(world.users())
    told = pl.concat(world.events())
    assert (catalog_rows.height, people.height, told.height) == (items, users, events)
    assert catalog_rows.get_column("item_id").n_unique() == items
    assert people.get_column("user_id").n_unique() == users
    assert set(told.get_column("item_id")) <= set(catalog_rows.get_column("item_id"))
    assert set(told.get_column("user_id")) <= set(people.get_column("user_id"))
    assert set(told.get_column("kind")) <= set(DEFAULT_KINDS)
    times = told.get_column("time")
    assert times.min() >= START
    assert times.max() <= START + days * DAY_SECONDS + 7 * DAY_SECONDS + 8 * 80
    assert told.null_count().sum_horizontal().item() == 0


@few
@given(st.sampled_from(sorted(WORLDS)), st.integers(0, 10**7), st.integers(1, 20))
def test_worlds_rows_depend_on_their_number_alone(name, start, count):
    world = make(name, items=10**7 + 100, users=10, events=10)
    at = np.arange(start, start + count, dtype=np.int64)
    whole = catalog(world.spec, world.tastes, at, world.days)
    last = catalog(world.spec, world.tastes, at[-1:], world.days)
    assert whole.tail(1).equals(last)


@every_world
def test_worlds_with_more_people_have_the_same_items(name):
    first, second = (make(name, users=n, items=30, events=10, seed=3) for n in (5, 50))
    assert pl.concat(first.items()).equals(pl.concat(second.items()))


@every_world
def test_worlds_texts_are_filled_in_both_languages(name):
    rows = pl.concat(make(name, items=400, seed=9).items())
    for column in ("title_ko", "title_en", "description_ko", "description_en"):
        texts = rows.get_column(column)
        assert texts.null_count() == 0
        assert not texts.str.contains(r"[{}]").any()
        assert (texts.str.strip_chars().str.len_chars() > 1).all()
    english = pl.concat([rows.get_column("title_en"), rows.get_column("description_en")])
    assert not english.str.contains("[가-힣]").any()
    assert not english.str.contains(r"^[a-z]").any()
    assert not english.str.contains(r"\b[Aa] [aeiouAEIOU]").any()
    assert rows.get_column("title").equals(rows.get_column("title_ko"), check_names=False)


@every_world
def test_worlds_categories_are_a_parent_and_a_leaf_of_the_words(name):
    world = make(name, items=300)
    leaves = world.spec.leaves
    rows = pl.concat(world.items())
    for number, row in enumerate(rows.head(60).iter_rows(named=True)):
        leaf = leaves[number % len(leaves)]
        assert row["category"] == row["category_ko"] == [leaf.parent[0], leaf.name[0]]
        assert row["category_en"] == [leaf.parent[1], leaf.name[1]]


@every_world
def test_worlds_prices_are_by_the_half_thousand_or_none(name):
    world = make(name, items=500)
    prices = pl.concat(world.items()).get_column("price")
    if any(leaf.price for leaf in world.spec.leaves):
        assert prices.null_count() == 0
        assert prices.min() >= 500
        assert (prices % 500 == 0).all()
    else:
        assert prices.null_count() == 500


@every_world
def test_worlds_brands_are_makers_of_the_style(name):
    world = make(name, items=300)
    spec, at = world.spec, np.arange(300, dtype=np.int64)
    share = len(spec.makers) // len(spec.styles)
    places = [side(spec.makers, 0).index(b) for b in pl.concat(world.items()).get_column("brand")]
    assert (np.asarray(places) // share == world.tastes.style(at)).all()


@quick
@given(st.integers(0, 2**40), st.integers(1, 2000), st.integers(0, 99))
def test_created_times_lie_before_the_start_or_in_its_first_part(first, days, seed):
    tastes = Tastes(Dice(seed), n_items=1000, n_leaves=3, n_styles=2)
    items = np.arange(first, first + 50, dtype=np.int64)
    times = created(tastes, items, days)
    new = tastes.is_new(items)
    assert (times[~new] <= START).all()
    assert (times[~new] >= START - OLD_DAYS * DAY_SECONDS).all()
    assert (times[new] >= START).all()
    assert (times[new] <= START + LAST_NEW * days * DAY_SECONDS).all()


@quick
@given(st.integers(0, 99), st.integers(0, 10**6))
def test_visits_are_runs_within_blocks_as_the_splits_say(seed, block):
    at = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.int64)
    found = visits(Dice(seed), at)
    starts = at[found.places == 0]
    sizes = tuple(np.diff([*starts, at[-1] + 1]).tolist())
    assert sizes in SPLITS
    assert (found.sessions + found.places == at).all()
    assert starts[0] == at[0]


@quick
@given(st.integers(1, 10**6), st.integers(1, 1000), st.integers(0, 99))
def test_moments_of_a_world_rise_and_stay_in_its_days(n_events, days, seed):
    dice = Dice(seed)
    at = np.unique(np.linspace(0, n_events - 1, 200).astype(np.int64))
    sessions = visits(dice, at)
    first = at[sessions.places == 0]
    times = moments(dice, visits(dice, first), n_events, days)
    assert (np.diff(times) >= 0).all()
    assert (times >= START).all()
    weeks = -(-days // 7)
    assert (times <= START + weeks * 7 * DAY_SECONDS).all()


@quick
@given(st.integers(0, 2**63), st.text(max_size=5), st.integers(1, 1000))
def test_dice_throw_below_their_number_and_the_same_again(seed, stream, below):
    at = np.arange(50, dtype=np.int64)
    whole = Dice(seed).whole(stream, at, below)
    assert ((whole >= 0) & (whole < below)).all()
    assert whole.tolist() == Dice(seed).whole(stream, at, below).tolist()
    uniform = Dice(seed).uniform(stream, at)
    assert whole.tolist() == [int(throw * below) for throw in uniform]
    assert np.isfinite(Dice(seed).normal(stream, at)).all()


@quick
@given(
    st.integers(0, 99),
    st.integers(1, 300),
    st.integers(1, 12),
    st.integers(1, 6),
    st.integers(0, 99),
)
def test_tastes_of_any_size_choose_items_that_are_there(seed, n_items, n_leaves, n_styles, start):
    tastes = Tastes(Dice(seed), n_items, n_leaves, n_styles)
    at = np.arange(start, start + 60, dtype=np.int64)
    chosen = tastes.chosen(at % 7, at, at)
    assert ((chosen >= 0) & (chosen < n_items)).all()
    assert tastes.groups.shape == (GROUPS, n_leaves)
    np.testing.assert_allclose(tastes.groups.sum(axis=1), 1)
    likes = tastes.affinity((at % 7).astype(np.int32), chosen[:, None].astype(np.int32))
    assert (likes <= 2 + 0.8 + 1e-6).all()
    assert (likes >= -1 - 1e-6).all()


@quick
@given(st.integers(0, 99), st.integers(2, 9))
def test_tastes_favourites_are_the_likeliest_leaves_of_the_group(seed, n_leaves):
    tastes = Tastes(Dice(seed), 100, n_leaves, 2)
    users = np.arange(20, dtype=np.int64)
    best = tastes.favourites(users, 2)
    assert best.shape == (20, 2)
    for user, pair in enumerate(best.tolist()):
        shares = tastes.groups[tastes.group(users[user : user + 1])[0]]
        assert sorted(shares.tolist(), reverse=True)[:2] == shares[pair].tolist()


@every_world
def test_people_say_words_of_the_lists_alone(name):
    rows = pl.concat(make(name, users=300).users())
    assert set(rows.get_column("age_range")) <= set(AGES)
    assert set(rows.get_column("gender")) == set(GENDERS)
    assert set(rows.get_column("tier")) == set(TIERS)
    for row in rows.head(80).iter_rows(named=True):
        assert len(row["categories"]) == 2
        assert not set(row["categories"]) & set(row["excluded_categories"])


@few
@given(st.integers(0, 50), st.integers(1, 30))
def test_behaviour_of_any_stretch_is_a_part_of_the_whole(start, count):
    world = make("shop", users=20, items=50, events=200, seed=1)
    sizes = {"n_users": 20, "n_events": 200, "days": world.days}
    at = np.arange(start, start + count, dtype=np.int64)
    part = behaviour(world.spec, world.tastes, at, **sizes)
    assert part.equals(pl.concat(world.events()).slice(start, count))


def test_restaurants_that_cook_animals_cater_for_no_vegans():
    rows = pl.concat(make("restaurants", items=1500, seed=2).items())
    words = rows.get_column("title") + " " + rows.get_column("description")
    animal = rows.filter(words.str.contains(ANIMAL))
    assert animal.height > 0
    assert not animal.get_column("dietary").list.contains("vegan").any()
    assert not animal.get_column("tags").list.contains("비건").any()
    assert not animal.get_column("description_en").str.contains("vegan").any()
    vegan = rows.filter(pl.col("dietary").list.contains("vegan"))
    assert vegan.height > 0
    assert vegan.get_column("dietary").list.contains("vegetarian").all()


@quick
@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from("USMR"))
def test_numbered_ids_sort_as_their_numbers(values, prefix):
    small = [value % 10**8 for value in values]
    ids = numbered(prefix, np.asarray(small, dtype=np.int64)).to_list()
    assert sorted(ids) == [f"{prefix}{value:08}" for value in sorted(small)]


@quick
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 2)), max_size=9))
def test_filled_sentences_are_those_of_python(rows):
    templates = ("{a} and {b}", "{b}!", "plain")
    words = {"a": ("x", "y"), "b": ("one", "two", "three")}
    columns = [np.asarray([row[n] for row in rows], dtype=np.int64) for n in range(3)]
    slots = {"a": (words["a"], columns[1]), "b": (words["b"], columns[2])}
    expected = [templates[t].format(a=words["a"][a], b=words["b"][b]) for t, a, b in rows]
    assert filled(templates, columns[0], slots).to_list() == expected


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("국밥", "을", "국밥을"),
        ("김치", "을", "김치를"),
        ("국밥", "이", "국밥이"),
        ("김치", "이", "김치가"),
    ],
)
def test_filled_gaps_follow_the_word_with_its_particle(word, particle, expected):
    slots = {"noun": ((word,), np.zeros(1, np.int64))}
    found = filled((f"{{noun:{particle}}}",), np.zeros(1, np.int64), slots)
    assert found.to_list() == [expected]


def test_words_and_lists_of_no_rows_are_empty():
    nothing = np.asarray([], dtype=np.int64)
    assert pick_words(("a",), nothing).to_list() == []
    assert numbered("U", nothing).to_list() == []
    assert join_lists(pick_words(("a",), nothing)).to_list() == []


WORLD = make("cinema", users=12, items=20, events=60, seed=5)


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
@pytest.mark.parametrize("chunk", [7, 1000])
def test_write_in_any_format_holds_every_row_and_tells_how_far_it_is(tmp_path, format, chunk):
    heard = []
    files = write(
        WORLD, tmp_path / "new", format, chunk=chunk, progress=lambda *far, **_: heard.append(far)
    )
    assert heard[-1] == (92, 92)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert sorted(file.name for file in files) == sorted(
        file.name for file in (tmp_path / "new").iterdir()
    )
    readers = {"parquet": pl.read_parquet, "csv": pl.read_csv, "jsonl": pl.read_ndjson}
    heights = {}
    for file in files:
        table = file.name.split(".")[0].split("-")[0]
        heights[table] = heights.get(table, 0) + readers[format](file).height
    assert heights == {"items": 20, "users": 12, "events": 60}


def test_write_again_in_the_same_format_leaves_nothing_of_the_former(tmp_path):
    write(WORLD, tmp_path, chunk=5)
    smaller = make("cinema", users=2, items=3, events=4)
    files = write(smaller, tmp_path, chunk=5)
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}


def test_write_beside_another_format_is_refused_and_in_none_is_too(tmp_path):
    write(WORLD, tmp_path, "csv")
    with pytest.raises(DataError) as caught:
        write(WORLD, tmp_path, "jsonl")
    assert str(caught.value) == f"{tmp_path} holds items.csv: choose an empty folder"
    with pytest.raises(UnknownName, match="format"):
        write(WORLD, tmp_path, "xlsx")


@pytest.mark.parametrize("wrong", ["users", "items", "events", "days"])
@pytest.mark.parametrize("size", [0, -1])
def test_worlds_of_nothing_are_refused(wrong, size):
    with pytest.raises(ValueError, match=r"^a world has at least one user, item, event and day$"):
        make("shop", **{wrong: size})


def test_as_dataset_has_a_row_for_everybody_and_everything():
    data = as_dataset(WORLD)
    assert (data.n_users, data.n_items, len(data.events)) == (12, 20, 60)
    assert set(data.ids.items.ids) == set(pl.concat(WORLD.items()).get_column("item_id"))
    assert numbers(data.ids.users.series()).max() == 11
