"""Names of fields, paths and models that other systems have work here, too."""

import pytest


@pytest.mark.parametrize("name", ["n", "num_recommendations", "top_k"])
def test_length_of_a_list_by_its_other_names(trained, api, post, name):
    asked = {"user_id": "zoe", name: 3}
    assert len(post("/api/recommendations", asked).json()["items"]) == 3
    assert len(post("/api/recommend/", asked).json()["recommendations"]) == 3
    assert len(api.get("/api/recommendations", asked).json()["items"]) == 3


def test_own_name_of_a_field_goes_before_the_other(trained, post):
    answer = post("/api/recommendations", {"user_id": "zoe", "top_k": 3, "n": 2})
    assert len(answer.json()["items"]) == 2


def test_slip_in_a_name_is_still_refused(trained, post):
    answer = post("/api/recommendations", {"user_id": "zoe", "top_kk": 3})
    assert (answer.status_code, "top_kk" in answer.text) == (422, True)


@pytest.mark.parametrize("path", ["/api/events", "/api/interactions"])
def test_event_by_its_other_names(trained, post, path):
    told = {"user_id": "zoe", "product_id": "i03", "interaction_type": "view"}
    assert post(path, told).json()["stored"] == 1


def test_feedback_by_its_other_names(trained, post):
    said = {"user_id": "zoe", "product_id": "i03", "feedback_type": "like"}
    assert post("/api/feedback", said).status_code == 200


def test_paths_by_their_other_names(trained, api):
    similar = api.get("/api/products/i03/similar", {"n": 3}).json()
    assert similar["items"] == api.get("/api/items/i03/similar", {"n": 3}).json()["items"]
    assert api.get("/api/model/status").json() == api.get("/api/models/status").json()


@pytest.mark.parametrize(
    ("name", "algorithm"), [("collaborative", "ease"), ("ease", "ease"), ("popular", "popular")]
)
def test_model_by_its_other_name_is_told_by_its_own(trained, post, name, algorithm):
    answer = post("/api/recommendations", {"user_id": "u00", "n": 2, "model": name})
    assert answer.json()["algorithm"] == algorithm


def test_family_of_which_there_is_no_model_is_unknown(trained, post):
    answer = post("/api/recommendations", {"user_id": "u00", "model": "ncf"})
    assert (answer.status_code, "ncf" in answer.text) == (404, True)
