"""An attribute's whole way: from a file, a call or a made-up shop to what it decides."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest
from django.test import Client

from omakase.synthetic import make, write
from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.models import Item
from omakase_service.catalog.services import upsert_items
from omakase_service.events.services import import_path
from omakase_service.serving import live_version
from omakase_service.serving import services as serving
from omakase_service.training.services import train
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
Glazes = Mapping[str, str]
Tell = Callable[[Client, Path, Glazes], None]
NAME, RARE, USUAL = "glaze", "raku", "celadon"


def by_file(api: Client, folder: Path, glazes: Glazes) -> None:
    """A column of a file of items, beside one of events."""
    table = pl.DataFrame({"item_id": list(glazes), NAME: list(glazes.values())})
    table.write_csv(folder / "items.csv")
    events = "user_id,item_id,timestamp\nu00,i02,1700000000\n"
    (folder / "events.csv").write_text(events)
    import_path(folder)


def by_call(api: Client, folder: Path, glazes: Glazes) -> None:
    """Attributes of a call."""
    for key, glaze in glazes.items():
        item = {"item_id": key, "attributes": {NAME: glaze}}
        assert api.post("/api/items", item, content_type="application/json").status_code < 300


def by_shop(api: Client, folder: Path, glazes: Glazes) -> None:
    """A column of the made-up shop's own files, which the importer reads as a whole."""
    write(make("shop", users=30, items=len(glazes), events=300), folder / "shop", "csv")
    file = next((folder / "shop").glob("items*.csv"))
    table = pl.read_csv(file, infer_schema=False)
    own = dict(zip(table["item_id"], glazes.values(), strict=True))
    column = [own[key] for key in table["item_id"]]
    table.with_columns(pl.Series(NAME, column)).write_csv(file)
    import_path(folder / "shop")


def items_of(api: Client, path: str, **asked: object) -> list[dict]:
    answer = api.get(path, asked)
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


@pytest.mark.parametrize("tell", [by_file, by_call, by_shop])
def test_attribute_decides_a_rule_a_content_list_a_ranker_a_reason_and_a_field(
    tribes, api, tmp_path, settings_with, tell: Tell
):
    ids = [f"i{n:02}" for n in range(12)]
    if tell is by_shop:
        ids = pl.concat(make("shop", users=30, items=12, events=300).items())["item_id"].to_list()
    glazes = {key: RARE if n in (1, 4, 7, 10) else USUAL for n, key in enumerate(ids)}
    rare = {key for key, glaze in glazes.items() if glaze == RARE}
    folder = tmp_path / "own"
    folder.mkdir()
    tell(api, folder, glazes)
    plain = {"learns": False, "popularity": 0.0, "fusion": "weighted"}
    only = {**dict.fromkeys(("text", "category", "brand", "tags", "price", "year"), 0.0)}
    content = plain | {"weights": only | {"attributes": 1.0}}
    train(models={"content": content, "ease": {"l2": 1.0}}, evaluate=False, force=True)
    places = {"mixed": Placement(model="content", caps={NAME: 0.5})}
    settings_with(serving={"refresh_seconds": 0, "placements": places})
    live_version.forget()

    ruled = items_of(api, "/api/recommendations", filter=f'item.{NAME} == "{RARE}"', n=20)
    assert {each["item_id"] for each in ruled} == rare
    first = ids[1]
    alike = items_of(api, f"/api/items/{first}/similar", model="content", n=3, fields=NAME)
    assert {each["item_id"] for each in alike} == rare - {first}
    assert {each["attributes"][NAME] for each in alike} == {RARE}
    capped = serving.recommend(history=(first,), placement="mixed", n=4, explain=True)
    shown = [glazes[each.card.item_id] for each in capped.items]
    assert shown.count(RARE) == 2
    why = serving.recommend(history=(first, ids[0]), model="content", n=2, explain=True).items
    cited = {e.card.item_id: e.why.because[0].item_id for e in why if e.why}
    assert all((cited[key] == first) == (key in rare) for key in cited)


@pytest.mark.parametrize("excluded", ["Home", "Home > Tea", "Home > Tea > Green", "Tea", "Green"])
def test_category_of_three_levels_is_excluded_at_each(trained, api, excluded):
    upsert_items(items=[ItemIn(item_id="i02", category="Home > Tea > Green")])
    before = {each["item_id"] for each in items_of(api, "/api/recommendations", user_id="u", n=20)}
    settings = {"excluded_categories": [excluded]}
    path = "/api/users/u/settings"
    api.post("/api/users", {"user_id": "u"}, content_type="application/json")
    assert api.patch(path, settings, content_type="application/json").status_code == 200
    after = {each["item_id"] for each in items_of(api, "/api/recommendations", user_id="u", n=20)}
    assert before - after == {"i02"}


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"price": 6, "original_price": 10}, "item.discount_rate > 0.3"),
        ({"attributes": {"glaze": "raku"}, "stock": 3}, "item.stock == 3"),
    ],
)
def test_what_an_owner_says_of_an_item_decides_the_next_answer(trained, api, said, rule):
    assert items_of(api, "/api/recommendations", filter=rule) == []
    api.patch("/api/items/i02", said, content_type="application/json")
    found = items_of(api, "/api/recommendations", filter=rule)
    assert [each["item_id"] for each in found] == ["i02"]


def test_attributes_of_a_csv_are_numbers_truths_and_lists_and_rules_read_them(
    tribes, api, tmp_path
):
    folder = tmp_path / "own"
    folder.mkdir()
    lines = [f"i{n:02},{n / 10},{'calm|slow' if n % 2 else 'loud'},{n % 3 == 0}" for n in range(12)]
    (folder / "items.csv").write_text("\n".join(["item_id,weight,moods,is_vegan", *lines]))
    (folder / "events.csv").write_text("user_id,item_id,timestamp\nu00,i02,1700000000\n")
    import_path(folder)
    assert Item.objects.get(item_id="i03").attributes == {
        "weight": 0.3,
        "moods": ["calm", "slow"],
        "is_vegan": True,
    }
    train(models=["popular"], evaluate=False)
    live_version.refresh()
    rule = 'item.weight < 0.8 and item.moods overlaps ["calm"] and item.is_vegan == true'
    found = items_of(api, "/api/recommendations", n=12, filter=rule)
    assert {item["item_id"] for item in found} == {"i03"}
