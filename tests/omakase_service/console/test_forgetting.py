"""People are forgotten and items deleted by a button, and not by mistake."""

import pytest
from tests.omakase_service.console.test_pages import text_of

from omakase_service.catalog.selectors import item_by_id
from omakase_service.events.selectors import recent_of_user
from omakase_service.platform.exceptions import NotFound
from omakase_service.training.services import train

pytestmark = pytest.mark.django_db


def test_forget_takes_the_id_once_more(trained, owner):
    form = {"id": "u01", "again": "u10"}
    response = owner.post("/console/people/forget", form, follow=True)
    assert "Write the id of the person once more" in text_of(response)
    assert recent_of_user(user_id="u01", limit=1)


def test_forget_leaves_nothing_of_a_person(trained, owner):
    response = owner.post("/console/people/forget", {"id": "u01", "again": "u01"}, follow=True)
    assert "Nothing is left of u01." in text_of(response)
    assert not recent_of_user(user_id="u01", limit=1)
    assert owner.get("/console/people/one?id=u01").status_code == 404


def test_forget_is_offered_to_administrators_alone(trained, member):
    assert "Forget this person" not in text_of(member("edit").get("/console/people/one?id=u01"))


def test_delete_takes_an_item_out_of_the_catalog(trained, owner):
    response = owner.post("/console/items/delete", {"id": "i03"}, follow=True)
    assert "The item i03 is out of the catalog" in text_of(response)
    with pytest.raises(NotFound):
        item_by_id(item_id="i03")


def test_people_alike_are_named_where_a_model_compares_people(trained, owner):
    train(models={"user_knn": {}}, evaluate=False)
    page = owner.get("/console/people/one?id=u01&alike=yes").content.decode()
    alike = page.split('id="alike"')[1].split("</section>")[0]
    assert "?id=u03" in alike
    assert "?id=u01" not in alike


def test_people_alike_where_no_model_compares_people_say_so(trained, owner):
    page = owner.get("/console/people/one?id=u01&alike=yes").content.decode()
    assert '<p class="calm">' in page.split('id="alike"')[1]
