"""The pages of the demo site: rows, search, an item, models, talks."""

import json
import re

import pytest

from omakase_service.catalog.contracts import ItemIn, UserIn
from omakase_service.catalog.services import upsert_items, upsert_users
from omakase_service.chat.services.guides import forget_guide
from omakase_service.platform.contracts import Person
from omakase_service.storefront import choice
from omakase_service.storefront.choice import Contender, ListChoice, said_shortly
from omakase_service.storefront.item_page import MORE
from omakase_service.storefront.rows import FOR_YOU, PAST, ROW
from omakase_service.storefront.translations import page_texts
from omakase_service.storefront.visitors import OFFERED

pytestmark = pytest.mark.django_db
ENGLISH, KOREAN = page_texts("en", films=False), page_texts("ko", films=False)


def text(site, path: str = "/", **query: str) -> str:
    response = site.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def script(page: str) -> dict:
    return json.loads(re.search(r'<script id="page"[^>]*>(.*?)</script>', page, re.S)[1])


def items(page: str) -> list[str]:
    return re.findall(r'class="card" data-item="([^"]+)"', page)


def strips(page: str) -> dict[str, list[str]]:
    rows = re.findall(r'data-row="([^"]+)"(.*?)</section>', page, re.S)
    return {name: items(body) for name, body in rows}


def hint(page: str, start: str) -> str:
    """The first hint from a place on."""
    return re.search(r'<p class="hint"[^>]*>(.*?)</p>', page.split(start, 1)[1], re.S)[1]


def like(site, *item_ids: str) -> None:
    site.get("/")
    for item_id in item_ids:
        site.post("/act", {"act": f"like - {item_id}"})


@pytest.mark.parametrize("path", ["/", "/search", "/item/i03", "/models", "/talk"])
def test_page_is_kept_by_no_cache_and_names_its_language(site, path):
    for language in ("en", "ko"):
        page = site.get(path, headers={"Accept-Language": language})
        assert page.status_code == 200
        assert page["Cache-Control"] == "private, no-store"
        assert f'<html lang="{language}">' in page.content.decode()
    forget_guide()


@pytest.mark.parametrize("path", ["/search", "/item/i03", "/models", "/talk", "/rows"])
def test_page_is_none_where_the_site_is_closed(client, trained, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/search", "/item/i03", "/models", "/talk", "/rows"])
def test_page_takes_no_form(site, path):
    assert site.post(path).status_code == 405


def test_rows_of_nobody_are_no_page(site):
    assert site.get("/rows").status_code == 404


def test_home_shows_no_more_than_its_lists_hold(site):
    site.post("/come-as", {"user": "u00"})
    page = text(site)
    assert len(items(page.split('id="rows"')[0])) <= FOR_YOU
    assert all(len(strip) <= ROW for strip in strips(page).values())
    assert len(re.findall(r'<li data-item="[^"]+" data-kind', page)) <= PAST + 1


def test_home_repeats_no_item_within_a_row(site):
    site.post("/come-as", {"user": "u00"})
    for strip in strips(text(site)).values():
        assert len(set(strip)) == len(strip)


def test_home_offers_so_many_people_and_no_more(site):
    upsert_users(users=[UserIn(user_id=f"v{n:03}") for n in range(OFFERED + 10)])
    assert text(site).count("<option") == OFFERED


@pytest.mark.parametrize(
    ("said", "value"),
    [("0", 0.0), ("0.5", 0.5), ("1", 1.0), ("2", 1.0), ("-3", 0.0), ("1e3", 1.0), ("inf", 1.0),
     ("nan", None), ("", None), ("much", None), ("٠", 0.0)],
)  # fmt: skip
def test_diversity_of_the_address_is_a_share_or_none(site, said, value):
    page = text(site, diversity=said)
    assert script(page)["diversity"] == value
    assert f'value="{value or 0:.2f}"' in page


def test_home_says_in_words_what_there_is_to_know_of_ones_list(site):
    assert hint(text(site), 'id="for-you"') == ENGLISH["for_new"]
    like(site, "i03")
    assert hint(text(site), 'id="for-you"') == ENGLISH["for_known"]


def test_home_tells_the_script_what_the_page_shows(site):
    page = text(site)
    told = script(page)
    assert (told["n"], told["past"], told["language"]) == (FOR_YOU, PAST, "en")
    assert told["words"]["title"] == "Omakase"
    assert f'value="{told["whose"]}"' in page
    assert f'value="{told["request_id"]}"' in page


def test_script_data_ends_at_its_own_end_whatever_titles_say(site):
    upsert_users(users=[UserIn(user_id="</script><b>")])
    site.post("/come-as", {"other": "</script><b>"})
    page = text(site)
    assert "</script><b>" not in page
    assert script(page)["person"] == "user </script><b>"


def test_item_that_was_refused_is_in_no_row_because_of_itself(site):
    site.get("/")
    site.post("/act", {"act": "dislike - i03"})
    assert not any(name.startswith("because") for name in strips(text(site)))


def test_rows_are_because_of_the_newest_two_that_were_liked(site):
    like(site, "i01", "i03", "i05")
    names = [name for name in strips(text(site)) if name.startswith("because")]
    assert names == ["because i05", "because i03"]


def test_rows_of_a_category_are_of_the_one_that_was_liked(site):
    like(site, "i01", "i03", "i05")
    rows = strips(text(site))
    assert "more Odd" in rows
    assert all(int(item[1:]) % 2 for item in rows["more Odd"])


def test_category_that_no_rule_can_quote_makes_no_row_and_no_fault(site):
    upsert_items(
        items=[ItemIn(item_id=f"i{n:02}", title=f"Item {n}", category='Say "hi" \\')
               for n in (1, 3, 5)]
    )  # fmt: skip
    like(site, "i01", "i03", "i05")
    assert not any(name.startswith("more ") for name in strips(text(site)))


def test_past_names_what_was_done_last_with_each_item(site):
    like(site, "i01", "i03")
    site.post("/act", {"act": "dislike - i01"})
    past = re.findall(r'<li data-item="([^"]+)" data-kind="([^"]+)"><b>([^<]*)', text(site))
    assert past[:2] == [("i01", "dislike", "Not for me"), ("i03", "like", "Liked")]


@pytest.mark.parametrize(
    ("query", "found"),
    [("Item 3", True), ("item 3", True), ("  Item 3  ", True), ("zzzz", False)],
)
def test_search_finds_by_the_title(site, query, found):
    page = text(site, "/search", q=query)
    assert ("i03" in items(page)) is found
    expected = ENGLISH["search_order" if found else "search_nothing"]
    assert hint(page, 'id="search-title"') == expected
    assert f"“{query.strip()}”" in page


@pytest.mark.parametrize("query", ["", "   "])
def test_search_for_nothing_is_a_page_without_items(site, query):
    page = text(site, "/search", q=query)
    assert items(page.split("search-list")[1].split("</ul>")[0]) == []
    assert hint(page, 'id="search-title"') == ""


def test_search_for_marks_shows_them_as_text_and_no_more_than_so_many(site):
    page = text(site, "/search", q="<script>alert(1)</script>")
    assert "<script>alert" not in page
    long = text(site, "/search", q="x" * 500)
    assert f"“{'x' * 200}”" in long


def test_item_shows_what_goes_with_it_and_nothing_that_was_seen(site):
    like(site, "i05", "i07")
    shown = items(text(site, "/item/i03").split("more-list")[1].split("</ul>")[0])
    assert 0 < len(shown) <= MORE
    assert not {"i03", "i05", "i07"} & set(shown)


@pytest.mark.parametrize("item_id", ["a/b", "한글", "a b", "100%", "a?b#c", "😀"])
def test_item_of_any_letters_has_a_page_and_a_cover(site, item_id):
    from urllib.parse import quote

    upsert_items(items=[ItemIn(item_id=item_id, title="A title")])
    path = quote(item_id, safe="")
    assert '<h2 class="name">A title</h2>' in text(site, f"/item/{path}")
    assert b"A title" in site.get(f"/cover/{path}.svg").content


@pytest.mark.parametrize("year", ["(", "[19", "19*5", "1995", 1995.0, None, True, [1995]])
def test_item_with_any_year_has_a_page_and_stands_in_lists(site, year):
    attributes = {} if year is None else {"year": year}
    upsert_items(items=[ItemIn(item_id="i03", title="Item 3 (1995)", attributes=attributes)])
    assert site.get("/item/i03").status_code == 200
    assert "i03" in items(text(site, "/search", q="Item 3"))


@pytest.mark.parametrize("genres", ["Drama", ["Drama"], 7, True, {"a": 1}, []])
def test_item_with_any_genres_has_a_page(site, genres):
    upsert_items(items=[ItemIn(item_id="i03", title="T", attributes={"genres": genres})])
    assert site.get("/item/i03").status_code == 200


def test_item_that_was_done_something_with_can_be_taken_back_there(site):
    assert 'class="done"' not in text(site, "/item/i03")
    like(site, "i03")
    page = text(site, "/item/i03")
    assert 'class="done"' in page
    assert "<p>Liked</p>" in page


def test_cover_may_be_kept_for_a_day(site):
    cover = site.get("/cover/i03.svg")
    assert cover["Cache-Control"] == "public, max-age=86400"
    assert cover["Content-Type"] == "image/svg+xml; charset=utf-8"


def test_models_stand_side_by_side_the_best_and_popularity_by_themselves(site):
    page = text(site, "/models")
    assert re.findall(r'<div class="side"><h3>(\w+)</h3>', page) == ["ease", "popular"]


@pytest.mark.parametrize(
    ("query", "sides"),
    [({"left": "popular"}, ["popular", "popular"]), ({"right": "ease"}, ["ease", "ease"]),
     ({"left": "nothing", "right": "nothing"}, ["ease", "popular"])],
)  # fmt: skip
def test_models_of_the_address_are_shown_where_there_are_such(site, query, sides):
    page = text(site, "/models", **query)
    assert re.findall(r'<div class="side"><h3>(\w+)</h3>', page) == sides


def test_models_that_are_the_same_share_every_item(site):
    page = text(site, "/models", left="ease", right="ease")
    shared, count = map(int, re.search(r"(\d+) of (\d+) are in both lists", page).groups())
    assert shared == count == page.count('class="both"') // 2


def test_models_that_were_not_compared_say_what_compares(site):
    page = text(site, "/models")
    assert ENGLISH["not_compared"] in page
    assert "<table" not in page


def test_sides_mark_what_both_lists_hold(site):
    left, right = choice.side_by_side(Person("u00"), "ease", "popular", "en")
    both = {item["item_id"] for item in left.items} & {item["item_id"] for item in right.items}
    assert left.shared == right.shared == len(both)
    for side in (left, right):
        assert {item["item_id"] for item in side.items if item["in_both"]} == both


def test_models_are_named_the_live_one_first_and_each_once(site):
    names = choice.models()
    assert names[0] == "ease"
    assert names[1:] == sorted(names[1:])
    assert len(set(names)) == len(names)


CONTENDER = Contender("ease", True, 1.0, None, None, 1.0, 1.0, 1.0, 100.0)


@pytest.mark.parametrize(
    ("found", "language", "said"),
    [
        (ListChoice("ease"), "en", ""),
        (ListChoice("ease", (CONTENDER,), 1234, 10, "ndcg@10"), "en",
         "ease: the best of 1 at guessing what 1,234 people did next."),
        (ListChoice("ease", (CONTENDER,) * 3, 7, 10, "ndcg@10", 2.5), "en",
         "ease: the best of 3 at guessing what 7 people did next, "
         "2.5 times as good as popularity alone."),
        (ListChoice("ease", (CONTENDER,) * 3, 7, 10, "ndcg@10", 2.5), "ko",
         "ease: 7명의 다음 행동을 맞히는 데 모델 3개 가운데 가장 나았습니다, 인기순의 2.5배."),
    ],
)  # fmt: skip
def test_choice_is_said_in_half_a_sentence(found, language, said):
    assert said_shortly(found, page_texts(language, films=False)) == said


TABLE = {
    "k": 10,
    "measure": "ndcg@10",
    "counts": {"queries": 1234},
    "models": [
        {"model": "ease", "figures": {"ndcg@10": 0.5, "recall@10": 0.25, "coverage@10": 0.125},
         "intervals": {"ndcg@10": [0.4, 0.6]}, "cost": {"answer ms": 0.5}},
        {"model": "popular", "figures": {"ndcg@10": 0.2}, "intervals": {},
         "cost": {"answer ms": 0.1}},
    ],
}  # fmt: skip


@pytest.fixture
def compared(site):
    """The live version keeps a comparison."""
    from omakase_service.training.models import ModelVersion

    def keep(table: dict) -> None:
        ModelVersion.objects.filter(stage="live").update(table=table)

    return keep


def test_choice_of_the_live_version_is_read_from_its_comparison(compared):
    compared(TABLE)
    found = choice.choice_of_live()
    assert (found.model, found.people, found.k, found.measure) == ("ease", 1234, 10, "ndcg@10")
    assert found.times == 2.5
    ease, popular = found.contenders
    assert ease == Contender("ease", True, 50.0, 40.0, 60.0, 25.0, 12.5, 0.5, 100.0)
    assert popular == Contender("popular", False, 20.0, None, None, 0.0, 0.0, 0.1, 40.0)


@pytest.mark.parametrize("figure", [0.0, None])
def test_choice_beside_a_popularity_that_was_never_right_names_no_times(compared, figure):
    line = {**TABLE["models"][1], "figures": {"ndcg@10": figure}}
    compared({**TABLE, "models": [TABLE["models"][0], line]})
    found = choice.choice_of_live()
    assert found.times is None
    assert found.contenders[1].figure == 0.0


def test_choice_where_nothing_was_ever_right_draws_no_bar(compared):
    lines = [{**line, "figures": {"ndcg@10": 0.0}} for line in TABLE["models"]]
    compared({**TABLE, "models": lines})
    assert [each.width for each in choice.choice_of_live().contenders] == [0.0, 0.0]


@pytest.mark.parametrize("table", [{}, {"models": []}])
def test_choice_without_a_comparison_is_the_model_alone(compared, table):
    compared(table)
    assert choice.choice_of_live() == ListChoice("ease")


def test_comparison_is_shown_as_a_table_with_the_live_model_marked(compared, site):
    compared(TABLE)
    page = text(site, "/models")
    assert "What 1,234 people did last was hidden" in page
    assert "NDCG@10" in page
    assert page.count('aria-current="true"') == 1
    assert "40.0–60.0 %" in page


def test_talk_offers_something_to_say_in_the_pages_language(site):
    forget_guide()
    for language, words in (("en", "recommend something"), ("ko", "추천해줘")):
        page = site.get("/talk", headers={"Accept-Language": language}).content.decode()
        assert f'data-say="{words}"' in page
        assert script(page)["next"]
    forget_guide()


def test_films_are_watched_where_the_catalog_is_one_of_films(trained, settings_with, client):
    upsert_items(items=[ItemIn(item_id="i01", title="Item 1", type="movie")])
    settings_with(serving={"refresh_seconds": 0}, storefront={"open": True})
    page = client.get("/").content.decode()
    assert "Watch" in script(page)["words"]["click"]
