"""Places, hours and people."""

from omakase.data.readers import load

from .folders import folder, item, pairs, user

PLACE = (
    "placeID,latitude,longitude,name,city,state,country,alcohol,smoking_area,dress_code,"
    "accessibility,price,Rambience,franchise,area,other_services\n"
    "135,18.9,-99.1,Café Uno,?,Morelos,Mexico,none,none,informal,none,high,"
    "familiar,f,open,none\n"
)


def test_uci(tmp_path):
    folder(
        tmp_path,
        rating_final__csv="userID,placeID,rating,food_rating,service_rating\nU1,135,2,1,0\n",
        geoplaces2__csv=PLACE.encode("latin-1"),
        chefmozcuisine__csv="placeID,Rcuisine\n135,Spanish\n135,Bar\n999,Thai\n",
        chefmozaccepts__csv="placeID,Rpayment\n135,cash\n",
        chefmozparking__csv="placeID,parking_lot\n135,none\n",
        chefmozhours4__csv="placeID,hours,days\n135,09:00-18:00;,Mon;Tue;\n"
        "135,10:00-12:00;13:00-15:00;,Sat;\n",
        userprofile__csv="userID,latitude,longitude,birth_year,weight,height,budget\n"
        "U1,22.1,-100.9,1989,69,1.77,?\n",
        usercuisine__csv="userID,Rcuisine\nU1,Thai\nU1,Bar\n",
        userpayment__csv="userID,Upayment\nU1,cash\n",
    )
    loaded = load(tmp_path)
    assert loaded.layout == "uci-restaurants"
    assert pairs(loaded) == [("U1", "135")]
    assert loaded.dataset.n_items == 1
    place = item(loaded, "135")
    assert place["title"] == "Café Uno"
    assert place["category"] == ["Spanish", "Bar"]
    assert place["price"] == 3.0
    assert place["latitude"] == 18.9
    assert place["city"] is None
    assert place["opening_hours"] == "Mo,Tu 09:00-18:00; Sa 10:00-12:00,13:00-15:00"
    assert user(loaded, "U1")["categories"] == ["Thai", "Bar"]
    assert user(loaded, "U1")["budget"] is None
