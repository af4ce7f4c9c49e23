"""A shop of everything."""

import numpy as np
import polars as pl

from omakase.worlds.dice import Dice, Positions
from omakase.worlds.spec import Leaf, Spec, Step, Style, Texts, pairs

CLOTHES, HOME = ("패션", "Fashion"), ("생활", "Home")
DIGITAL, BEAUTY = ("디지털", "Electronics"), ("뷰티", "Beauty")
FOOD, LEISURE = ("식품", "Food"), ("취미", "Leisure")

LEAVES = (
    Leaf(
        CLOTHES,
        ("상의", "Tops"),
        pairs(
            "티셔츠=T-shirt, 맨투맨=sweatshirt, 셔츠=shirt, 니트=jumper, 가디건=cardigan, "
            "블라우스=blouse"
        ),
        pairs(
            "면=cotton, 린넨=linen, 캐시미어=cashmere, 울=wool, 줄무늬=striped, 체크=checked, "
            "기모=brushed"
        ),
        29_000,
    ),
    Leaf(
        CLOTHES,
        ("신발", "Shoes"),
        pairs(
            "운동화=trainers, 구두=dress shoes, 샌들=sandals, 장화=boots, 슬리퍼=slippers, "
            "등산화=hiking boots"
        ),
        pairs(
            "가죽=leather, 캔버스=canvas, 방수=waterproof, 스웨이드=suede, 통굽=platform, "
            "초경량=featherweight"
        ),
        69_000,
    ),
    Leaf(
        CLOTHES,
        ("가방", "Bags"),
        pairs(
            "배낭=rucksack, 손가방=handbag, 어깨가방=shoulder bag, 지갑=wallet, 여행가방=suitcase"
        ),
        pairs(
            "가죽=leather, 나일론=nylon, 캔버스=canvas, 노트북=laptop, 방수=waterproof, "
            "접이식=folding"
        ),
        59_000,
    ),
    Leaf(
        HOME,
        ("주방용품", "Kitchen"),
        pairs(
            "냄비=pot, 프라이팬=frying pan, 칼=knife, 도마=chopping board, 머그컵=mug, "
            "접시=plate, 밥솥=rice cooker"
        ),
        pairs(
            "스테인리스=stainless steel, 무쇠=cast iron, 도자기=porcelain, 나무=wooden, "
            "유리=glass, 뚝배기=earthen"
        ),
        32_000,
    ),
    Leaf(
        HOME,
        ("침구", "Bedding"),
        pairs("이불=duvet, 베개=pillow, 매트리스=mattress, 담요=blanket, 침대커버=bed cover"),
        pairs(
            "거위털=goose down, 모달=modal, 메모리폼=memory foam, 면=cotton, "
            "알러지방지=anti-allergy, 냉감=cooling"
        ),
        79_000,
    ),
    Leaf(
        HOME,
        ("조명", "Lighting"),
        pairs(
            "스탠드=desk lamp, 무드등=mood light, 전구=bulb, 샹들리에=chandelier, 벽등=wall light"
        ),
        pairs(
            "무선=cordless, 원목=solid wood, 한지=paper, 유리=glass, 스마트=smart, "
            "충전식=rechargeable"
        ),
        39_000,
    ),
    Leaf(
        DIGITAL,
        ("음향기기", "Audio"),
        pairs(
            "이어폰=earphones, 헤드폰=headphones, 스피커=speaker, 마이크=microphone, "
            "사운드바=sound bar"
        ),
        pairs(
            "무선=wireless, 블루투스=Bluetooth, 소음차단=noise-cancelling, 방수=waterproof, "
            "게이밍=gaming, 골전도=bone-conduction"
        ),
        99_000,
    ),
    Leaf(
        DIGITAL,
        ("컴퓨터", "Computing"),
        pairs(
            "키보드=keyboard, 마우스=mouse, 모니터=monitor, 노트북=laptop, 태블릿=tablet, "
            "외장하드=external drive"
        ),
        pairs(
            "기계식=mechanical, 무선=wireless, 게이밍=gaming, 휴대용=portable, "
            "인체공학=ergonomic, 저소음=silent"
        ),
        149_000,
    ),
    Leaf(
        BEAUTY,
        ("스킨케어", "Skin care"),
        pairs(
            "크림=cream, 세럼=serum, 토너=toner, 선크림=sunscreen, 마스크팩=face mask, "
            "클렌징폼=cleanser"
        ),
        pairs(
            "수분=hydrating, 히알루론산=hyaluronic, 녹차=green tea, 쌀=rice, 비타민=vitamin, "
            "병풀=centella, 인삼=ginseng"
        ),
        24_000,
    ),
    Leaf(
        BEAUTY,
        ("메이크업", "Make-up"),
        pairs(
            "립스틱=lipstick, 쿠션=cushion foundation, 아이섀도=eye shadow, 마스카라=mascara, "
            "블러셔=blusher"
        ),
        pairs(
            "매트=matte, 촉촉=dewy, 코랄=coral, 장밋빛=rose, 지속력=long-lasting, 반짝이=glitter"
        ),
        19_000,
    ),
    Leaf(
        FOOD,
        ("간식", "Snacks"),
        pairs(
            "과자=crisps, 초콜릿=chocolate, 젤리=jellies, 약과=honey biscuits, 견과=nuts, "
            "육포=jerky"
        ),
        pairs(
            "고구마=sweet potato, 꿀=honey, 아몬드=almond, 김=seaweed, 딸기=strawberry, "
            "저당=low-sugar"
        ),
        9_000,
    ),
    Leaf(
        FOOD,
        ("커피·차", "Coffee and tea"),
        pairs(
            "원두=coffee beans, 드립백=drip bags, 녹차=green tea, 홍차=black tea, "
            "대추차=jujube tea, 콜드브루=cold brew"
        ),
        pairs(
            "디카페인=decaffeinated, 유기농=organic, 에티오피아=Ethiopian, 보성=Boseong, "
            "제주=Jeju, 진한=dark"
        ),
        16_000,
    ),
    Leaf(
        LEISURE,
        ("캠핑", "Camping"),
        pairs(
            "텐트=tent, 침낭=sleeping bag, 의자=chair, 랜턴=lantern, 버너=stove, 화로대=fire pit"
        ),
        pairs(
            "접이식=folding, 초경량=ultralight, 방수=waterproof, 사계절=four-season, "
            "백패킹=backpacking"
        ),
        89_000,
    ),
    Leaf(
        LEISURE,
        ("운동", "Fitness"),
        pairs(
            "요가매트=yoga mat, 아령=dumbbells, 폼롤러=foam roller, 줄넘기=skipping rope, "
            "레깅스=leggings, 자전거=bicycle"
        ),
        pairs(
            "미끄럼방지=non-slip, 가정용=home, 무게조절=adjustable, 압박=compression, "
            "접이식=folding"
        ),
        35_000,
    ),
)

STYLES = (
    Style(
        ("알뜰", "Thrifty"),
        pairs("가성비 좋은=good-value, 실속 있는=no-nonsense, 든든한=dependable"),
        pairs("자취생=students, 신혼부부=newly-weds, 대가족=big families"),
        0.6,
    ),
    Style(
        ("고급", "Premium"),
        pairs("고급스러운=luxurious, 우아한=elegant, 장인이 만든=hand-crafted"),
        pairs("은사님=teachers, 부모님=parents, 수집가=collectors"),
        2.2,
    ),
    Style(
        ("친환경", "Green"),
        pairs("친환경=sustainable, 재활용=recycled, 자연스러운=natural"),
        pairs("채식인=vegans, 환경 운동가=campaigners, 아기=babies"),
        1.2,
    ),
    Style(
        ("감성", "Pretty"),
        pairs("감성적인=dreamy, 귀여운=cute, 파스텔=pastel"),
        pairs("조카=nieces, 친구=friends, 십대=teenagers"),
    ),
)

MAKERS = pairs(
    "다온=Daon, 하루상점=Haru Store, 바른살림=Barun, 오렌지박스=Orange Box, "
    "아틀리에 한=Atelier Han, 서울공방=Seoul Works, 르누아=Renoir, 청담=Cheongdam, "
    "숲결=Soopgyeol, 초록손=Green Hand, 지구상점=Earth Shop, 흙과 볕=Soil & Sun, "
    "몽글=Monggle, 달토끼=Moon Rabbit, 보송=Bosong, 솜사탕=Candyfloss"
)

KO = Texts(
    (
        *(
            "{maker} {material} {noun}",
            "{adjective} {material}{noun}",
            "{material} {noun} {category}",
        ),
        "[{maker}] {adjective} {noun}",
    ),
    (
        "{material:으로} 만든 {adjective} {noun}입니다. {tag}에게 선물하기 좋습니다.",
        "{maker:이} 내놓은 {noun:은} {material} 느낌을 살려 {adjective} 멋이 있습니다. "
        "{other}{noun:과} 견주어 보세요.",
        "{noun:을} 찾으신다면 {material}{noun:이} 답입니다. {tag:을} 위한 {category} 추천 상품.",
        "매일 쓰는 {noun}, {material:이라} 더 오래갑니다. {adjective} 빛깔 다섯 가지.",
    ),
)
EN = Texts(
    (
        *(
            "{maker} {material} {noun}",
            "{adjective} {material} {noun}",
            "{material} {noun} · {category}",
        ),
        "[{maker}] {adjective} {noun}",
    ),
    (
        "A {adjective} {noun}, {material}. A fine present for {tag}.",
        "The {noun} by {maker}: {material}, {adjective}. Compare it with the {other} {noun}.",
        "Looking for a {noun}? The {material} one is the answer. Chosen in {category} for {tag}.",
        "A {noun} for every day; {material}, so it lasts. In five {adjective} colours.",
    ),
)
DISCOUNTS = np.asarray([0, 0, 0, 5, 10, 15, 20, 30, 50])


def beside(dice: Dice, numbers: Positions, known: pl.DataFrame) -> dict[str, pl.Series]:
    """What it cost before, and how many are left."""
    percent = DISCOUNTS[dice.whole("discount", numbers, len(DISCOUNTS))]
    before = known.get_column("price").to_numpy() / (1 - percent / 100)
    return {
        "original_price": pl.Series(np.rint(before / 100) * 100),
        "stock": pl.Series(dice.whole("stock", numbers, 200)),
    }


SHOP = Spec(
    name="shop",
    prefix="P",
    leaves=LEAVES,
    styles=STYLES,
    makers=MAKERS,
    korean=KO,
    english=EN,
    steps=(
        Step(("view",), ("view",)),
        Step(("click", "click", "like"), ("view", "view", "dislike")),
        Step(("cart", "cart", "bookmark", "share"), ("view", "click")),
        Step(("purchase",), ("view", "cart")),
        Step(("rating", "review"), ("rating",)),
    ),
    beside=beside,
)
