"""Versions on their pages: listed, looked at, compared, promoted."""

import pytest
from tests.omakase_service.console.markup import (
    chosen_in,
    facts_of,
    forms_of,
    messages_of,
    rows_of,
    section_of,
    tree_of,
)

from omakase_service.jobs.selectors import jobs
from omakase_service.training.models import ModelVersion
from omakase_service.training.selectors import live_version
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db
VERSIONS = "/console/versions/"
TABLE = {
    "k": 10,
    "measure": "ndcg@10",
    "verdict": "ease is ahead",
    "counts": {"queries": 1234},
    "models": [
        {
            "model": "ease",
            "figures": {"ndcg@10": 0.5, "recall@10": 0.25, "coverage@10": 0.125},
            "intervals": {"ndcg@10": [0.4, 0.6]},
            "cost": {"train seconds": 2.5, "answer ms": 0.5},
        },
        {"model": "popular", "figures": {"ndcg@10": 0.1}, "intervals": {}, "cost": {}},
    ],
}


def version(name: str, **fields) -> ModelVersion:
    given = {"best": "ease", "path": "", "digest": "", **fields}
    window = {"events": 5, "users": 2, "items": 3, "first": 0, "last": 0, **given.pop("window", {})}
    return ModelVersion.objects.create(name=name, window=window, **given)


@pytest.fixture
def candidate(trained):
    """A version beside the live one."""
    return train(models=["popular"], evaluate=False, promote=False)


def test_list_without_versions_says_so(owner):
    text = tree_of(owner.get(VERSIONS)).text
    assert "There is no version yet." in text
    assert "Roll back" not in text


def test_list_has_the_newest_first_with_stage_and_measure(owner):
    version("v1", stage="retired", table=TABLE, measures={"ease": {"ndcg@10": 0.25}})
    version("v2", stage="live", window={"events": 1234})
    version("v3")
    rows = rows_of(tree_of(owner.get(VERSIONS)).one("section", id="versions"))
    assert [row["Version"] for row in rows] == ["v3", "v2", "v1"]
    assert [row["Stage"] for row in rows] == ["candidate", "live", "retired"]
    assert [row["Measure"] for row in rows] == ["–", "–", "0.25"]
    assert rows[1]["Events"] == "1,234"


@pytest.mark.parametrize(
    ("role", "buttons"),
    [("see", []), ("edit", ["Train a new version"]),
     ("administer", ["Train a new version", "Roll back"])],
)  # fmt: skip
def test_list_offers_each_role_what_it_may(trained, candidate, member, role, buttons):
    ModelVersion.objects.filter(name=candidate.name).update(stage="retired")
    page = tree_of(member(role).get(VERSIONS))
    offered = [each.text for each in page.one("div", class_="actions").every("button")]
    assert set(offered) <= set(buttons)
    assert ("Train a new version" in offered) is ("Train a new version" in buttons)


def test_train_asks_for_a_version_that_stays_a_candidate(owner):
    response = owner.post(f"{VERSIONS}train")
    (job,) = jobs(kind="train")
    assert response["Location"] == f"/console/jobs/{job.id}/"
    assert job.parameters["promote"] == "never"


def test_train_while_one_is_asked_for_is_said_in_words(owner):
    for _ in range(2):
        page = owner.post(f"{VERSIONS}train", follow=True)
    assert messages_of(page)[0][0] in ("success", "error")
    assert 1 <= len(jobs(kind="train")) <= 2


def test_version_that_there_is_not_is_a_404_of_the_console(owner):
    page = owner.get(f"{VERSIONS}one?name=nope")
    assert page.status_code == 404
    assert "No version 'nope'" in tree_of(page).text


def test_version_shows_what_it_learnt_from(owner):
    window = {"events": 1234, "users": 12, "items": 34, "first": 1_600_000_000, "last": 0}
    version("v1", window=window)
    facts = facts_of(section_of(owner.get(f"{VERSIONS}one?name=v1"), "How it came about"))
    assert (facts["Events"], facts["People"], facts["Items"]) == ("1,234", "12", "34")
    assert (facts["Events from"], facts["to"]) == ("2020-09-13 12:26", "–")
    assert facts["Promoted"] == "–"


def test_version_shows_the_knobs_of_its_model(owner):
    version("v1", recipe={"model": "ease", "knobs": {"l2": 1.5, "items": 3}})
    page = tree_of(owner.get(f"{VERSIONS}one?name=v1"))
    assert "Knobs of ease" in page.text
    facts = facts_of(page)
    assert (facts["l2"], facts["items"]) == ("1.5", "3")


def test_version_shows_a_line_for_each_of_its_models(owner):
    version("v1", table=TABLE)
    page = owner.get(f"{VERSIONS}one?name=v1")
    section = section_of(page, "Its models")
    assert "Judged on the newest events of 1,234 people, lists of 10." in section.text
    assert rows_of(section) == [
        {"Model": "ease", "ndcg": "0.5", "recall": "0.25", "Catalog": "0.125",
         "ndcg@10 95 %": "0.4 – 0.6" if "0.4 – 0.6" in section.text else "0.4–0.6",
         "Seconds to train": "2.5", "ms": "0.5"},
        {"Model": "popular", "ndcg": "0.1", "recall": "–", "Catalog": "–", "ndcg@10 95 %": "",
         "Seconds to train": "–", "ms": "–"},
    ]  # fmt: skip
    (best,) = section.every("tr", class_="best")
    assert best.one("th").text == "ease"


def test_version_that_was_not_compared_has_no_table(owner):
    version("v1")
    text = tree_of(owner.get(f"{VERSIONS}one?name=v1")).text
    assert "Its models" not in text
    assert "It was not judged beside a live version." in text


@pytest.mark.parametrize(("language", "words"), [("en", "It is better."), ("ko", "더 낫습니다.")])
def test_version_says_the_verdict_in_the_pages_language(owner, language, words):
    version("v1", verdict={"words": {"en": ["It is better."], "ko": ["더 낫습니다."]}})
    page = owner.get(f"{VERSIONS}one?name=v1", headers={"Accept-Language": language})
    assert words in tree_of(page).text


def test_version_shows_its_remarks_as_texts(owner):
    version("v1", remarks=["<b>few</b> events"])
    page = owner.get(f"{VERSIONS}one?name=v1")
    assert "<b>few</b> events" in tree_of(page).text


@pytest.mark.parametrize(
    ("withheld", "button", "force"),
    [("", "Promote", None), ("it is worse", "Promote all the same", "yes")],
)
def test_version_that_is_withheld_is_promoted_by_another_button(owner, withheld, button, force):
    version("v1", withheld=withheld)
    page = tree_of(owner.get(f"{VERSIONS}one?name=v1"))
    assert [each.text for each in page.one("div", class_="actions").every("button")] == [button]
    (form,) = forms_of(page, f"{VERSIONS}promote")
    assert form.get("force") == force
    assert ("It is withheld: it is worse" in page.text) is bool(withheld)


@pytest.mark.parametrize(
    ("role", "stage", "number"),
    [("edit", "candidate", 0), ("administer", "live", 0), ("administer", "retired", 1)],
)
def test_version_may_be_promoted_by_administrators_where_it_is_not_live(
    member, role, stage, number
):
    version("v1", stage=stage)
    assert len(forms_of(member(role).get(f"{VERSIONS}one?name=v1"), f"{VERSIONS}promote")) == number


def test_version_is_set_beside_the_live_one_by_a_link(owner):
    version("v1", stage="live")
    version("v 2")
    page = tree_of(owner.get(f"{VERSIONS}one", {"name": "v 2"}))
    (link,) = [each for each in page.every("a") if each.text == "Beside the live one"]
    assert link.attributes["href"] == f"{VERSIONS}compare?left=v1&right=v%202"
    assert "Beside the live one" not in tree_of(owner.get(f"{VERSIONS}one?name=v1")).text


def test_promote_of_what_is_withheld_takes_a_word_more(trained, candidate, owner):
    ModelVersion.objects.filter(name=candidate.name).update(withheld="it is worse")
    page = owner.post(f"{VERSIONS}promote", {"name": candidate.name}, follow=True)
    assert messages_of(page)[0][0] == "error"
    assert live_version() == trained.name
    page = owner.post(f"{VERSIONS}promote", {"name": candidate.name, "force": "yes"}, follow=True)
    assert messages_of(page) == [("success", f"Version {candidate.name} answers now.")]
    assert live_version() == candidate.name


def test_roll_back_without_a_version_before_is_refused(trained, owner):
    page = owner.post(f"{VERSIONS}roll-back", follow=True)
    assert messages_of(page)[0][0] == "error"
    assert live_version() == trained.name


def test_roll_back_names_the_version_that_answers_again(trained, candidate, owner):
    owner.post(f"{VERSIONS}promote", {"name": candidate.name})
    page = owner.post(f"{VERSIONS}roll-back", follow=True)
    assert messages_of(page)[-1] == ("success", f"Version {trained.name} answers again.")


def test_compare_without_versions_is_a_form_alone(trained, owner):
    page = tree_of(owner.get(f"{VERSIONS}compare"))
    assert page.every("div", class_="two") == []
    assert chosen_in(page.one("select", name="left")) == trained.name


def test_compare_marks_what_is_in_one_list_alone(trained, candidate, owner):
    query = {"left": trained.name, "right": candidate.name, "user": "u01"}
    page = tree_of(owner.get(f"{VERSIONS}compare", query))
    sides = page.one("div", class_="two").every("section")
    assert [side.one("h2").text for side in sides] == [trained.name, candidate.name]
    lists = [
        {item.every("span")[1].text: "new" in (item.attributes.get("class") or "")
         for item in side.every("li")}
        for side in sides
    ]  # fmt: skip
    for own, other in (lists, lists[::-1]):
        assert own == {title: title not in other for title in own}
    shared = len(set(lists[0]) & set(lists[1]))
    assert f"{shared} items are in both lists; the others are marked." in page.text


def test_compare_of_a_version_with_itself_marks_nothing(trained, owner):
    query = {"left": trained.name, "right": trained.name, "user": "u01"}
    page = tree_of(owner.get(f"{VERSIONS}compare", query))
    assert page.every("li", class_="new") == []
    assert "only here" not in page.text


def test_compare_for_nobody_says_for_whom_the_lists_are(trained, owner):
    query = {"left": trained.name, "right": trained.name}
    assert (
        "These are lists for somebody new" in tree_of(owner.get(f"{VERSIONS}compare", query)).text
    )


@pytest.mark.parametrize("side", ["left", "right"])
def test_compare_with_a_version_that_there_is_not_is_refused_as_a_page(trained, owner, side):
    query = {"left": trained.name, "right": trained.name, side: "nope"}
    page = owner.get(f"{VERSIONS}compare", query)
    assert page.status_code == 404
    assert "nope" in tree_of(page).text
