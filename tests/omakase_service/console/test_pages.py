"""What pages show is what the services say, and what forms do is what the services do."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from omakase_service.alerts.contracts import AlertFinding
from omakase_service.alerts.services import open_incident
from omakase_service.analytics.models import DailyFigures
from omakase_service.catalog.selectors import item_by_id
from omakase_service.console import days
from omakase_service.console.experiment_form import DEFAULTS
from omakase_service.events.selectors import kinds
from omakase_service.events.services import record
from omakase_service.experiments.contracts import ExperimentState
from omakase_service.experiments.selectors import experiment_by_name, experiments
from omakase_service.jobs.contracts import JobState
from omakase_service.jobs.selectors import job_by_id, jobs
from omakase_service.jobs.services import queue
from omakase_service.platform.selectors import living_keys
from omakase_service.platform.services import create_key
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.selectors import recent_answers
from omakase_service.serving.selectors import placements
from omakase_service.serving.services import recommend
from omakase_service.training.selectors import live_version
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def figures_of(back: int, placement: str, **figures: int) -> None:
    DailyFigures.objects.create(
        day=days.today() - timedelta(days=back),
        algorithm="ease",
        version="v",
        placement=placement,
        figures={"requests": 10, "shown": 100, **figures},
    )


def test_an_empty_house_says_what_to_do_first(owner):
    text = text_of(owner.get("/console/"))
    assert "Bring in your data." in text
    assert "No version is live." in text


def test_events_without_a_version_say_to_train(tribes, owner):
    assert "Train a first version." in text_of(owner.get("/console/"))


def test_pages_that_need_a_version_say_so_where_none_is_live(tribes, owner):
    response = owner.get("/console/people/one?id=u01")
    assert response.status_code == 503
    assert "Nothing answers yet" in text_of(response)


def test_overview_tells_of_open_alerts_first(trained, owner):
    open_incident(AlertFinding("clicks", "clicks fell by half", "look at the list"))
    text = text_of(owner.get("/console/"))
    assert text.index("clicks fell by half") < text.index("The last seven days")


def test_tiles_compare_with_as_many_days_before(trained):
    figures_of(1, "home", clicks=30)
    figures_of(8, "home", clicks=20)
    tiles = {tile.title: tile for tile in days.tiles(days.span(days.today(), 7))}
    clicks = tiles["Clicks"]
    assert (clicks.value, clicks.before, clicks.change, clicks.is_better) == (30, 20, 0.5, True)
    assert len(clicks.series) == 7
    assert tiles["Answers"].is_better is None


def test_tiles_without_days_before_say_nothing_of_a_change(trained):
    figures_of(0, "home", clicks=3)
    clicks = days.tiles(days.span(days.today(), 7))[2]
    assert (clicks.value, clicks.before, clicks.change) == (3, None, None)


def test_figures_show_yesterdays_clicks_by_placement(trained, owner):
    figures_of(1, "home", clicks=3)
    figures_of(1, "cart", clicks=5)
    figures_of(2, "home", clicks=90)
    page = owner.get("/console/figures/").content.decode()
    cells = r'scope="row">(\w+)</th>(?:<td class="n">[^<]*</td>){2}<td class="n">(\d+)'
    rows = re.findall(cells, page.split('id="yesterday"')[1])
    assert dict(rows) == {"home": "3", "cart": "5"}


def test_promote_and_roll_back_change_what_answers(trained, owner):
    other = train(models=["popular"], evaluate=False, promote=False)
    owner.post("/console/versions/promote", {"name": other.name})
    assert live_version() == other.name
    owner.post("/console/versions/roll-back")
    assert live_version() == trained.name


def test_promote_of_what_there_is_not_says_so(trained, owner):
    response = owner.post("/console/versions/promote", {"name": "nope"}, follow=True)
    assert "No version 'nope'." in text_of(response).replace("&#x27;", "'")


def test_a_job_is_cancelled_and_asked_for_again(trained, owner):
    number = queue.enqueue(kind="roll_up")
    owner.post(f"/console/jobs/{number}/cancel")
    assert job_by_id(job_id=number).state == JobState.CANCELLED
    response = owner.post(f"/console/jobs/{number}/retry")
    assert jobs(limit=1)[0].id == number + 1
    assert response["Location"] == f"/console/jobs/{number + 1}/"


def test_a_job_that_needs_parameters_is_not_offered_by_its_name_alone(owner):
    offered = re.findall(r'<option value="(\w+)"', owner.get("/console/jobs/").content.decode())
    assert {"train", "roll_up", "shadow"} <= set(offered)
    assert {"import_sql", "import_upload"}.isdisjoint(offered)


def test_an_experiment_is_begun_by_a_form(trained, owner):
    fields = {**DEFAULTS, "name": "shelf-test", "place": "shelf", "diversity": "0.4"}
    response = owner.post("/console/experiments/new", {**fields, "do": "start"}, follow=True)
    card = experiment_by_name(name="shelf-test")
    assert card.state == ExperimentState.ACTIVE
    assert card.design.place == "shelf"
    control, new = card.design.variants
    assert (control.weight, new.weight, new.placement.diversity) == (0.5, 0.5, 0.4)
    assert new.placement.model_fields_set == {"diversity"}
    assert [(each.name, each.role) for each in card.design.metrics] == [
        ("clicks", "primary"), ("conversions", "guardrail"),
    ]  # fmt: skip
    assert "The experiment shelf-test is written down." in text_of(response)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Give the experiment a name."),
        ("place", "", "Name the placement"),
        ("diversity", "", "Say what the new variant changes"),
        ("diversity", "7", "is no share; write a number from 0 to 1"),
        ("share", "100", "Share of the new variant, %: write a number from 1 to 99."),
        ("days", "soon", "Planned length, days"),
    ],
)
def test_an_experiment_that_makes_no_sense_is_shown_again_with_the_reason(
    trained, owner, field, value, words
):
    fields = {**DEFAULTS, "name": "odd", "place": "shelf", "diversity": "0.4", field: value}
    response = owner.post("/console/experiments/new", fields)
    assert words in text_of(response)
    assert 'value="new"' in response.content.decode()
    assert experiments() == []


def test_a_preview_saves_nothing_and_save_does(trained, owner):
    rules = {"name": "home", "filters": "item.category == 'Even'", "wishes": "yes"}
    page = owner.post("/console/placements/one", {**rules, "do": "preview", "person": "u01"})
    assert "places change" in text_of(page)
    assert "home" not in placements()
    owner.post("/console/placements/one", {**rules, "do": "save"})
    assert placements()["home"].filters == ("item.category == 'Even'",)


def test_rules_that_do_not_fit_are_shown_again_with_the_reason(trained, owner):
    rules = {"name": "home", "filters": "item.categry == 'Even'", "do": "save"}
    page = owner.post("/console/placements/one", rules)
    assert "categry" in text_of(page)
    assert "item.categry" in page.content.decode()
    assert "home" not in placements()


def test_who_may_only_see_gets_no_preview_by_post(trained, member):
    response = member("see").post("/console/placements/one", {"name": "home", "do": "save"})
    assert response.status_code == 403
    assert "home" not in placements()


def test_a_person_shows_what_they_were_shown_and_clicked(trained, owner):
    answer = recommend(user_id="u01", n=3, placement="home", explain=True)
    writer.flush()
    item = answer.items[0].card.item_id
    click = {"user_id": "u01", "item_id": item, "kind": "click", "request_id": answer.request_id}
    record(events=[click])
    text = text_of(owner.get("/console/people/one?id=u01"))
    lately = text.split("Shown lately")[1]
    assert answer.request_id in lately
    assert all(each.card.title in lately for each in answer.items)
    assert answer.items[0].why.text in lately
    assert not recent_answers(user_id="u02", limit=5)


def test_why_not_names_the_stage_that_lost_an_item(trained, owner):
    item = "i03"
    text = text_of(owner.get(f"/console/people/one?id=u01&why={item}"))
    assert "lost here" in text


def test_why_not_of_what_there_is_not_says_so(trained, owner):
    assert "No item" in text_of(owner.get("/console/people/one?id=u01&why=nope"))


def test_an_item_that_is_hidden_says_why_it_is_not_shown(trained, owner):
    owner.post("/console/items/hide", {"id": "i03", "hidden": "yes"})
    assert item_by_id(item_id="i03").hidden
    assert "It is hidden" in text_of(owner.get("/console/items/one?id=i03"))


def test_an_item_that_there_is_not_is_a_404_of_the_console(trained, owner):
    response = owner.get("/console/items/one?id=nope")
    assert response.status_code == 404
    assert "nope" in text_of(response)


def test_a_weight_is_changed_and_the_rest_of_the_kind_stays(trained, owner):
    before = kinds()["rating"]
    owner.post("/console/kinds/save", {"name": "rating", "weight": "0.7", "from_value": "yes"})
    after = kinds()["rating"]
    assert (after.weight, after.from_value) == (0.7, True)
    assert (after.lowest, after.highest, after.cap) == (before.lowest, before.highest, before.cap)
    owner.post("/console/kinds/reset", {"name": "rating"})
    assert kinds()["rating"] == before


@pytest.mark.parametrize("weight", ["-1", "much", "1e9"])
def test_a_weight_that_makes_no_sense_is_refused(trained, owner, weight):
    response = owner.post("/console/kinds/save", {"name": "click", "weight": weight}, follow=True)
    assert "Weight:" in text_of(response)
    assert kinds()["click"].weight == 1


def test_a_key_is_shown_once_and_revoked(owner):
    made = owner.post("/console/keys/create", {"name": "shop", "scopes": ["read"]})
    (secret,) = re.findall(r'id="secret">(omk_[^<]+)<', made.content.decode())
    assert made["Cache-Control"] == "private, no-store"
    assert secret not in owner.get("/console/keys/").content.decode()
    owner.post("/console/keys/revoke", {"prefix": secret.split("_")[1]})
    assert living_keys() == []


def test_a_key_without_scopes_is_refused(owner):
    assert "needs a scope" in text_of(owner.post("/console/keys/create", {"name": "shop"}))


def test_a_file_is_looked_at_before_anything_is_stored(tribes, owner):
    file = SimpleUploadedFile("more.csv", b"user_id,item_id,kind\nann,i01,view\nann,,view\n")
    response = owner.post("/console/data/upload", {"file": file}, follow=True)
    assert "1 events can be stored, 1 rows are refused." in text_of(response)
    assert not jobs(kind="import_upload")


def test_a_file_that_is_too_large_names_the_command(tribes, owner, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    file = SimpleUploadedFile("more.csv", b"user_id,item_id,kind\n" + b"ann,i01,view\n" * 100)
    response = owner.post("/console/data/upload", {"file": file}, follow=True)
    assert "larger than 1000 B" in text_of(response)
    assert "omakase data import" in text_of(response)


def test_settings_never_show_a_secret(owner, settings_with):
    settings_with(web={"secret_key": "x" * 50}, database_url="postgresql://u:hush@h/n")
    page = owner.get("/console/settings/").content.decode()
    assert "hush" not in page
    assert "x" * 50 not in page


def test_a_schedule_that_cannot_be_read_is_refused_in_words(owner):
    response = owner.post("/console/jobs/schedule", {"name": "train", "cron": "often"}, follow=True)
    assert "cannot be read" in text_of(response)


def test_names_from_outside_are_escaped(trained, owner):
    create_key(name="<script>alert(1)</script>")
    page = owner.get("/console/keys/").content.decode()
    assert "<script>alert" not in page


def test_pages_are_korean_for_who_asks_for_it(trained, owner):
    page = owner.get("/console/", headers={"Accept-Language": "ko"}).content.decode()
    assert '<html lang="ko">' in page
    assert "다음에 할 일" in page


def test_pages_are_kept_by_no_cache(trained, owner):
    assert owner.get("/console/")["Cache-Control"] == "private, no-store"
