"""The middle of Seoul and its restaurants."""

import numpy as np
import polars as pl

from omakase.worlds.dice import Dice, Positions
from omakase.worlds.seoul import places, quarter_names
from omakase.worlds.spec import Leaf, Spec, Step, Style, Texts, pairs
from omakase.worlds.words import picked

KOREAN, NOODLES, GRILL = ("한식", "Korean"), ("면", "Noodles"), ("고기", "Meat")
ABROAD, CAFE = ("세계 음식", "World food"), ("카페", "Café")

LEAVES = (
    Leaf(
        KOREAN,
        ("찌개", "Stew"),
        pairs(
            "김치찌개=kimchi stew, 된장찌개=soybean paste stew, 부대찌개=army stew, "
            "순두부찌개=soft tofu stew, 청국장찌개=rich soybean stew, 동태찌개=pollock stew, "
            "만두전골=dumpling hot pot, 곱창전골=tripe hot pot"
        ),
        pairs(
            "돼지고기=pork, 묵은지=aged kimchi, 두부=tofu, 바지락=clam, 차돌박이=brisket, "
            "버섯=mushroom, 햄=ham, 애호박=courgette"
        ),
        9_000,
    ),
    Leaf(
        KOREAN,
        ("국밥", "Soup with rice"),
        pairs(
            "국밥=soup with rice, 설렁탕=ox bone soup, 해장국=morning-after soup, "
            "갈비탕=short rib soup, 육개장=spicy beef soup, 삼계탕=ginseng chicken"
        ),
        pairs(
            "돼지=pork, 소고기=beef, 순대=blood sausage, 콩나물=bean sprout, "
            "우거지=cabbage leaf, 선지=ox blood, 굴=oyster, 전복=abalone"
        ),
        10_000,
    ),
    Leaf(
        KOREAN,
        ("분식", "Snacks"),
        pairs(
            "떡볶이=rice cakes in chilli, 김밥=rice rolls, 순대=blood sausage, 튀김=fritters, "
            "라면=instant noodles, 쫄면=chewy noodles"
        ),
        pairs(
            "치즈=cheese, 참치=tuna, 어묵=fish cake, 매운=hot, 국물=soupy, 로제=rosé, "
            "새우=prawn, 고구마=sweet potato"
        ),
        6_000,
    ),
    Leaf(
        KOREAN,
        ("백반·비빔밥", "Set meals"),
        pairs(
            "비빔밥=rice with vegetables, 백반=home-style set meal, 쌈밥=rice in leaves, "
            "보리밥=barley rice, 정식=full table"
        ),
        pairs(
            "산채=mountain herb, 나물=greens, 고등어=mackerel, 제육=hot pork, 꼬막=cockle, "
            "불고기=bulgogi, 강된장=thick soybean paste"
        ),
        9_500,
    ),
    Leaf(
        NOODLES,
        ("칼국수·냉면", "Korean noodles"),
        pairs(
            "칼국수=knife-cut noodles, 냉면=cold noodles, 수제비=torn noodles, "
            "막국수=buckwheat noodles, 잔치국수=feast noodles, 콩국수=soy noodles"
        ),
        pairs(
            "바지락=clam, 닭=chicken, 들깨=perilla, 해물=seafood, 물=broth, 비빔=mixed, "
            "팥=red bean, 멸치=anchovy"
        ),
        9_000,
    ),
    Leaf(
        NOODLES,
        ("라멘·우동", "Japanese noodles"),
        pairs(
            "라멘=ramen, 우동=udon, 소바=soba, 츠케멘=dipping ramen, 마제소바=mixed noodles, "
            "카레우동=curry udon"
        ),
        pairs(
            "돈코츠=pork bone, 미소=miso, 새우튀김=prawn tempura, 유부=fried tofu, "
            "차슈=braised pork, 매운=hot, 해산물=seafood"
        ),
        11_000,
    ),
    Leaf(
        GRILL,
        ("고기구이", "Grilled meat"),
        pairs(
            "삼겹살=pork belly, 갈비=ribs, 목살=pork neck, 곱창=tripe, 등심=sirloin, "
            "닭갈비=spicy chicken, 불고기=bulgogi"
        ),
        pairs(
            "숙성=aged, 생=fresh, 양념=marinated, 한우=Korean beef, "
            "제주흑돼지=Jeju black pork, 숯불=charcoal, 볏짚=straw-smoked"
        ),
        18_000,
    ),
    Leaf(
        GRILL,
        ("치킨", "Fried chicken"),
        pairs(
            "치킨=fried chicken, 통닭=whole chicken, 닭강정=sweet crisp chicken, "
            "닭발=chicken feet, 찜닭=braised chicken"
        ),
        pairs(
            "마늘=garlic, 간장=soy, 양념=sweet chilli, 파=spring onion, 옛날=old-time, "
            "매운=hot, 치즈=cheese"
        ),
        19_000,
    ),
    Leaf(
        ABROAD,
        ("중식", "Chinese"),
        pairs(
            "짜장면=black bean noodles, 짬뽕=seafood noodles, 탕수육=sweet and sour pork, "
            "마라탕=mala soup, 양꼬치=lamb skewers, 딤섬=dim sum"
        ),
        pairs(
            "해물=seafood, 삼선=three-delicacy, 유니=minced pork, 굴=oyster, 사천=Sichuan, "
            "차돌=brisket, 찹쌀=glutinous rice"
        ),
        10_000,
    ),
    Leaf(
        ABROAD,
        ("이탈리안", "Italian"),
        pairs(
            "파스타=pasta, 피자=pizza, 리조또=risotto, 라자냐=lasagne, 뇨끼=gnocchi, 스테이크=steak"
        ),
        pairs(
            "봉골레=clam, 트러플=truffle, 토마토=tomato, 바질=basil, 까르보나라=carbonara, "
            "고르곤졸라=gorgonzola, 명란=pollock roe"
        ),
        19_000,
    ),
    Leaf(
        ABROAD,
        ("동남아", "South-East Asian"),
        pairs(
            "쌀국수=rice noodle soup, 팟타이=pad thai, 분짜=grilled pork noodles, "
            "반미=bánh mì, 나시고렝=nasi goreng, 똠얌꿍=tom yum"
        ),
        pairs(
            "소고기=beef, 새우=prawn, 닭고기=chicken, 고수=coriander, 코코넛=coconut, "
            "레몬그라스=lemongrass, 땅콩=peanut"
        ),
        12_000,
    ),
    Leaf(
        CAFE,
        ("디저트", "Dessert"),
        pairs(
            "빙수=shaved ice, 케이크=cake, 크루아상=croissant, 커피=coffee, "
            "호떡=filled pancakes, 떡=rice cakes, 와플=waffles"
        ),
        pairs(
            "팥=red bean, 딸기=strawberry, 녹차=green tea, 인절미=soy flour, "
            "초콜릿=chocolate, 흑임자=black sesame, 쑥=mugwort, 망고=mango"
        ),
        8_000,
    ),
)

STYLES = (
    Style(
        ("노포", "Old house"),
        pairs("오래된=long-standing, 정겨운=homely, 투박한=plain and honest"),
        pairs("혼밥=alone, 어르신=elders, 단골=regulars"),
        0.8,
    ),
    Style(
        ("데이트", "For two"),
        pairs("아늑한=cosy, 조용한=quiet, 분위기 좋은=candle-lit"),
        pairs("데이트=dates, 기념일=anniversaries, 창가 자리=window seats"),
        1.4,
    ),
    Style(
        ("회식", "For groups"),
        pairs("넓은=spacious, 왁자지껄한=lively, 푸짐한=generous"),
        pairs("회식=company dinners, 단체=groups, 주차=parking"),
        1.1,
    ),
    Style(
        ("가족", "For families"),
        pairs("깔끔한=tidy, 친절한=friendly, 따뜻한=warm"),
        pairs("가족=families, 아이=children, 반려동물=pets"),
    ),
    Style(
        ("채식", "Plant-based"),
        pairs("건강한=healthy, 담백한=light, 산뜻한=fresh"),
        pairs("채식=vegetarians, 비건=vegans, 글루텐프리=gluten-free eaters"),
        1.1,
    ),
)

MAKERS = pairs(
    "할매=Grandma's, 이모=Auntie's, 삼대=Third Generation, 달빛=Moonlight, 온기=Warmth, "
    "라온=Raon, 대박=Jackpot, 왕=King, 큰집=Big House, 오늘=Today, 행복=Happy, "
    "우리집=Our House, 초록=Green, 들꽃=Wildflower, 새봄=New Spring"
)

KO = Texts(
    (
        *("{place} {maker}{noun}", "{maker} {material}{noun}", "{place} {adjective} {noun}집"),
        *("{maker}네 {noun}집", "{place} {material}{noun}"),
    ),
    (
        "{material:을} 듬뿍 넣은 {noun:이} 맛있는 {place}의 {adjective} 식당입니다. "
        "{tag} 손님이 많습니다.",
        "{place}에서 {material}{noun:으로} 이름난 집입니다. {other:과} 함께 먹으면 더욱 좋고, "
        "{adjective} 자리라 {tag} 모임에 알맞습니다.",
        "매일 아침 손질한 {material:으로} 끓이고 굽고 버무립니다. {noun:은} 점심마다 줄을 서며, "
        "{other}{noun}도 찾는 분이 많습니다.",
        "{adjective} {category}집. {noun}에 {material:이} 넉넉히 들어가고 {tag} 손님을 반깁니다.",
    ),
)
EN = Texts(
    (
        *("{maker} {noun}, {place}", "{maker} {material} {noun}", "The {adjective} {noun} place"),
        *("{maker} {noun} house", "{place} {material} {noun}"),
    ),
    (
        "A {adjective} place in {place} for {noun} with plenty of {material}. Loved by {tag}.",
        "Known in {place} for {material} {noun}; good with {other} too. "
        "{adjective} and right for {tag}.",
        "{material} prepared every morning. People queue for the {noun} at noon; "
        "the one with {other} sells out as well.",
        "{category}, {adjective}: {noun} with generous {material}. Welcomes {tag}.",
    ),
)

HOURS = (
    *("Mo-Su 11:00-22:00", "Mo-Fr 11:00-15:00,17:00-22:00; Sa 12:00-22:00", "Tu-Su 11:30-21:00"),
    *("Mo-Sa 17:00-02:00", "Mo-Su 00:00-24:00", "Mo-Fr 07:00-15:00", "We-Su 12:00-20:00"),
)
CHEAP = 0.8
"""A good-price shop asks less than this share of what is usual for its category."""


def beside(dice: Dice, numbers: Positions, known: pl.DataFrame) -> dict[str, pl.Series]:
    """Where and when, and whether it is a good-price shop."""
    found = places(dice, "place", numbers)
    usual = np.asarray([leaf.price for leaf in LEAVES])[numbers % len(LEAVES)]
    cheap = known.get_column("price").to_numpy() <= CHEAP * usual
    return {
        "district": picked(quarter_names(0), found.quarters),
        "district_en": picked(quarter_names(1), found.quarters),
        "latitude": found.latitude,
        "longitude": found.longitude,
        "opening_hours": picked(HOURS, dice.whole("hours", numbers, len(HOURS))),
        "good_price": pl.Series(cheap & (dice.uniform("marked", numbers) < 0.7)),
        "dietary": pl.Series(_diets(dice, numbers)),
    }


def _diets(dice: Dice, numbers: Positions) -> pl.Series:
    """What special diets are catered for; a plant-based place caters for all."""
    diets = pl.Series([[], ["vegetarian"], ["halal"], ["vegetarian", "vegan", "gluten_free"]])
    green = numbers // len(LEAVES) % len(STYLES) == len(STYLES) - 1
    throw = dice.uniform("diet", numbers)
    return diets.gather(np.where(green, 3, np.where(throw < 0.15, 1, np.where(throw > 0.95, 2, 0))))


RESTAURANTS = Spec(
    name="restaurants",
    prefix="R",
    leaves=LEAVES,
    styles=STYLES,
    makers=MAKERS,
    korean=KO,
    english=EN,
    steps=(
        Step(("view",), ("view",)),
        Step(("click", "click", "like"), ("view", "view", "dislike")),
        Step(("bookmark", "share", "purchase"), ("view",)),
        Step(("purchase", "rating"), ("rating", "view")),
        Step(("rating", "review"), ("rating",)),
    ),
    beside=beside,
)
