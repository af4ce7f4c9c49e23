"""Every layout with every file of it damaged: read without it, or one clear sentence."""

import io

import polars as pl
import pytest

from omakase.data.readers import LAYOUTS, load
from omakase.errors import EmptyData, OmakaseError

from .folders import folder, pairs
from .test_movielens import FLAGS
from .test_restaurants import PLACE
from .test_retail import NEW


def parquet(**columns) -> bytes:
    raw = io.BytesIO()
    pl.DataFrame(columns).write_parquet(raw)
    return raw.getvalue()


SOUND: dict[str, dict[str, str | bytes]] = {
    "ml-100k": {
        "u__data": "196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
        "u__item": f"242|Kolya (1996)|24-Jan-1997||http://x|{FLAGS}\n",
        "u__user": "196|49|M|writer|55105\n",
    },
    "ml-1m": {
        "ratings__dat": "1::1193::5::978300760\n2::1193::4::978298413\n",
        "movies__dat": "1193::Misérables, Les (1975)::Drama\n".encode("latin-1"),
        "users__dat": "1::F::1::10::48067\n",
    },
    "ml-1m-ordered": {
        "ratings_ordered__parquet": parquet(
            user_id=[1, 2], movie_id=[9, 9], rating=[5, 4], rank_in_user=[0, 0]
        ),
        "movies__dat": "9::Heat (1995)::Action|Crime\n",
        "users__dat": "1::F::1::10::48067\n",
    },
    "ml-csv": {
        "ratings__csv": "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n",
        "movies__csv": "movieId,title,genres\n31,Heat (1995),Action\n",
        "tags__csv": "userId,movieId,tag,timestamp\n1,31,noir,1260759144\n",
    },
    "atomic": {
        "x__inter": "user_id:token\titem_id:token\trating:float\n1\t9\t3.5\n",
        "x__item": "item_id:token\tmovie_title:token_seq\n9\tHeat\n",
        "x__user": "user_id:token\tage:token\n1\t30\n",
    },
    "s3rec": {
        "Toys__txt": "1 5 3\n2 3\n",
        "Toys_item2attributes__json": '{"5": [1], "3": []}',
    },
    "lightgcn": {"train__txt": "0 10 11\n1 10\n", "test__txt": "0 12\n"},
    "jd": {f"{n}__txt": "1 5 6\n" for n in ("trn_pv", "trn_fav", "trn_buy", "vld_buy", "tst_buy")},
    "online-retail": {
        "online_retail_new__parquet": parquet(
            **{
                name: [value]
                for name, value in zip(
                    NEW,
                    ("1", "A", "MUG", 6, "2010-12-01 08:26:00", 2.5, 17.0, "UK"),
                    strict=True,
                )
            }
        )
    },
    "dunnhumby": {
        "transactions_1__csv": "household_id,product_id,quantity,sales_value,"
        "transaction_timestamp\n7,40,2.0,5.0,2017-01-28 19:06:53\n",
        "products__csv": "product_id,manufacturer_id,department,brand,product_category,"
        "product_type,package_size\n40,2,GROCERY,National,ICE,ICE CUBES,22 LB\n",
        "demographics__csv": "household_id,age\n7,65+\n",
    },
    "uci-restaurants": {
        "rating_final__csv": "userID,placeID,rating,food_rating,service_rating\nU1,135,2,1,0\n",
        "geoplaces2__csv": PLACE.encode("latin-1"),
        "chefmozcuisine__csv": "placeID,Rcuisine\n135,Spanish\n",
        "chefmozaccepts__csv": "placeID,Rpayment\n135,cash\n",
        "chefmozparking__csv": "placeID,parking_lot\n135,none\n",
        "chefmozhours4__csv": "placeID,hours,days\n135,09:00-18:00;,Mon;\n",
        "userprofile__csv": "userID,latitude,longitude,birth_year,weight,height\n"
        "U1,22,-1,1989,69,2\n",
        "usercuisine__csv": "userID,Rcuisine\nU1,Thai\n",
        "userpayment__csv": "userID,Upayment\nU1,cash\n",
    },
}
DAMAGE = {
    "empty": lambda raw: b"",
    "noise": lambda raw: bytes(range(1, 256)) * 20 + b"\n",
    "cut": lambda raw: raw[: len(raw) // 2],
    "other columns": lambda raw: raw.replace(b"e", b"3").replace(b"t", b"7").replace(b"d", b"0"),
    "a web page": lambda raw: b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n",
    "json of another shape": lambda raw: b'[{"a": [1, {"b": null}]}]\n',
}
FILES = [(layout, name) for layout, files in SOUND.items() for name in files]


def test_every_layout_is_here():
    assert set(SOUND) == set(LAYOUTS)


@pytest.mark.parametrize("layout", SOUND)
def test_sound_folders_are_recognised(tmp_path, layout):
    assert load(folder(tmp_path, **SOUND[layout])).layout == layout


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize(("layout", "name"), FILES)
def test_a_damaged_file_is_one_clear_sentence_or_does_no_harm(tmp_path, layout, name, damage):
    whole = SOUND[layout][name]
    raw = whole if isinstance(whole, bytes) else whole.encode()
    folder(tmp_path, **{**SOUND[layout], name: DAMAGE[damage](raw)})
    try:
        loaded = load(tmp_path, format=layout)
    except EmptyData as error:
        assert damage in {"empty", "cut"} or name.replace("__", ".") in str(error)
    except OmakaseError as error:
        assert tmp_path.name in str(error) or name.replace("__", ".") in str(error)
        assert len(str(error)) < 1000
        assert "\n" not in str(error)
    else:
        assert pairs(loaded)


@pytest.mark.parametrize(("layout", "name"), FILES)
def test_a_missing_file_is_one_clear_sentence_or_does_no_harm(tmp_path, layout, name):
    files = {each: raw for each, raw in SOUND[layout].items() if each != name}
    try:
        loaded = load(folder(tmp_path, **files), format=layout)
    except OmakaseError as error:
        assert tmp_path.name in str(error)
    else:
        assert pairs(loaded)
