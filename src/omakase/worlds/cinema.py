"""A cinema."""

import polars as pl

from omakase.worlds.dice import Dice, Positions
from omakase.worlds.spec import Leaf, Spec, Step, Style, Texts, pairs
from omakase.worlds.words import picked

DRAMA, THRILL = ("드라마", "Drama"), ("스릴러", "Thriller")
FUN, WONDER = ("코미디", "Comedy"), ("판타지", "Fantasy")

LEAVES = (
    Leaf(
        DRAMA,
        ("멜로", "Romance"),
        pairs(
            "첫사랑=first love, 편지=letter, 약속=promise, 이별=farewell, 고백=confession, "
            "재회=reunion"
        ),
        pairs(
            "바다=sea, 첫눈=first snow, 기차역=railway station, 여름=summer, 골목=alley, "
            "우산=umbrella, 피아노=piano"
        ),
    ),
    Leaf(
        DRAMA,
        ("가족", "Family"),
        pairs(
            "밥상=table, 귀향=homecoming, 아버지=father, 자매=sisters, 유산=inheritance, "
            "생일=birthday"
        ),
        pairs(
            "시골집=country house, 김장=kimchi day, 항구=harbour, 감나무=persimmon, "
            "장독대=jars, 설날=New Year"
        ),
    ),
    Leaf(
        DRAMA,
        ("역사", "History"),
        pairs(
            "왕=king, 전쟁=war, 밀사=secret envoy, 반란=uprising, 장군=general, 화공=court painter"
        ),
        pairs(
            "조선=Joseon, 궁궐=palace, 남한산성=mountain fortress, 만주=Manchuria, "
            "개성=Kaesong, 독립=independence"
        ),
    ),
    Leaf(
        THRILL,
        ("범죄", "Crime"),
        pairs(
            "형사=detective, 추격=chase, 사기꾼=swindlers, 배신=betrayal, 거래=deal, 인질=hostage"
        ),
        pairs(
            "부산=Busan, 밤거리=night streets, 은행=bank, 검은돈=dirty money, 부두=docks, "
            "마약=drugs"
        ),
    ),
    Leaf(
        THRILL,
        ("미스터리", "Mystery"),
        pairs(
            "목격자=witness, 실종=disappearance, 비밀=secret, 일기장=diary, 그림자=shadow, "
            "쌍둥이=twins"
        ),
        pairs(
            "안개=fog, 저수지=reservoir, 산장=mountain lodge, 아파트=apartment, "
            "도서관=library, 빈집=empty house"
        ),
    ),
    Leaf(
        THRILL,
        ("공포", "Horror"),
        pairs("귀신=ghost, 저주=curse, 인형=doll, 무당=shaman, 장례식=funeral, 악몽=nightmare"),
        pairs(
            "폐교=abandoned school, 병원=hospital, 우물=well, 지하실=cellar, 거울=mirror, 숲=forest"
        ),
    ),
    Leaf(
        FUN,
        ("로맨틱 코미디", "Romantic comedy"),
        pairs(
            "맞선=blind date, 결혼식=wedding, 룸메이트=flatmates, 전 남친=ex-boyfriend, "
            "계약 연애=contract romance"
        ),
        pairs(
            "사무실=office, 제주도=Jeju, 빵집=bakery, 옥탑방=rooftop room, "
            "동물병원=animal clinic, 편의점=corner shop"
        ),
    ),
    Leaf(
        FUN,
        ("소동극", "Farce"),
        pairs(
            "사장님=boss, 복권=lottery ticket, 동창회=class reunion, 도둑=burglars, "
            "변장=disguise, 할머니=grandmothers"
        ),
        pairs(
            "시장=market, 마을회관=village hall, 치킨집=chicken shop, 버스=bus, "
            "예식장=wedding hall, 섬=island"
        ),
    ),
    Leaf(
        WONDER,
        ("SF", "Science fiction"),
        pairs(
            "우주선=spaceship, 로봇=robot, 시간여행=time travel, 복제인간=clone, "
            "외계인=alien, 신호=signal"
        ),
        pairs("화성=Mars, 2099년=2099, 심해=deep sea, 달=moon, 기억=memory, 인공지능=machine mind"),
    ),
    Leaf(
        WONDER,
        ("모험", "Adventure"),
        pairs("보물=treasure, 용=dragon, 지도=map, 마법사=wizard, 해적=pirates, 탐험대=expedition"),
        pairs(
            "사막=desert, 잃어버린 섬=lost island, 얼음=ice, 정글=jungle, 하늘=sky, "
            "백두산=Mount Baekdu"
        ),
    ),
    Leaf(
        WONDER,
        ("애니메이션", "Animation"),
        pairs("호랑이=tiger, 도깨비=goblin, 고양이=cat, 꼬마=little one, 장난감=toys, 토끼=rabbit"),
        pairs(
            "숲속=woods, 달나라=moonland, 골동품 가게=curiosity shop, 구름=clouds, "
            "무지개=rainbow, 시장=market"
        ),
    ),
)

STYLES = (
    Style(
        ("작가주의", "Art house"),
        pairs("잔잔한=quiet, 느린=slow-burning, 시적인=poetic"),
        pairs("영화제=festivals, 롱테이크=long takes, 여운=lingering endings"),
    ),
    Style(
        ("흥행작", "Blockbuster"),
        pairs("거대한=huge, 화려한=dazzling, 박진감 넘치는=breathless"),
        pairs("대형 화면=big screens, 특수효과=effects, 속편=sequels"),
    ),
    Style(
        ("독립", "Independent"),
        pairs("거친=raw, 솔직한=frank, 엉뚱한=quirky"),
        pairs("신인 배우=new faces, 손에 든 카메라=hand-held cameras, 청춘=youth"),
    ),
    Style(
        ("고전풍", "Classic"),
        pairs("우아한=graceful, 흑백의=black-and-white, 그리운=nostalgic"),
        pairs("재개봉=revivals, 명대사=famous lines, 옛 극장=old cinemas"),
    ),
)

MAKERS = pairs(
    "한서윤=Han Seoyun, 마르코 벨리=Marco Belli, 이도현=Lee Dohyun, 제임스 카버=James Carver, "
    "박준서=Park Junseo, 루시 그랜트=Lucy Grant, 최아람=Choi Aram, 정하늘=Jung Haneul, "
    "노라 베커=Nora Becker, 김무영=Kim Muyoung, 아키라 모리=Akira Mori, "
    "안나 레예스=Anna Reyes"
)

KO = Texts(
    (
        *(
            "{material}의 {noun}",
            "{noun:과} {material}",
            "{adjective} {noun}",
            "{material}에서 온 {noun}",
        ),
        "그해 {material}, {noun}",
    ),
    (
        "{material:을} 배경으로 한 {adjective} {category} 영화. "
        "어느 날 나타난 {noun:이} 모든 것을 바꾼다.",
        "{maker} 감독의 {category}. {noun:을} 둘러싼 사람들의 이야기가 "
        "{material:과} {other}에서 펼쳐진다.",
        "{noun:은} 돌아오지 않았다. {material:으로} 떠난 이들을 따라가는 {adjective} 두 시간.",
        "{tag:으로} 사랑받은 작품. {material:이나} {other:을} 좋아한다면 {noun:을} 놓치지 말 것.",
    ),
)
EN = Texts(
    (
        *("The {noun} of {material}", "{noun} and {material}", "A {adjective} {noun}"),
        *("{noun} from {material}", "That Year, {material}, {noun}"),
    ),
    (
        "A {adjective} {category} set around {material}: one day a {noun} changes everything.",
        "{category} by {maker}. A story about a {noun}, between {material} and {other}.",
        "The {noun} never came back. Two {adjective} hours with those who left for {material}.",
        "Loved for its {tag}. If you like {material} or {other}, do not miss this {noun}.",
    ),
)
OLDEST = 1975


def beside(dice: Dice, numbers: Positions, known: pl.DataFrame) -> dict[str, pl.Series]:
    """The year, how long it runs, and who made it in English."""
    recent = dice.uniform("year", numbers) ** 0.5
    english = [english for _, english in MAKERS]
    korean = [korean for korean, _ in MAKERS]
    makers = known.get_column("brand").replace_strict(korean, english)
    return {
        "year": pl.Series((OLDEST + recent * (2025 - OLDEST)).astype("int64")),
        "minutes": pl.Series(80 + dice.whole("minutes", numbers, 80)),
        "director": known.get_column("brand").alias("director"),
        "director_en": makers,
        "age_limit": picked(("all", "12", "15", "18"), dice.whole("limit", numbers, 4)),
    }


CINEMA = Spec(
    name="cinema",
    prefix="M",
    leaves=LEAVES,
    styles=STYLES,
    makers=MAKERS,
    korean=KO,
    english=EN,
    steps=(
        Step(("view",), ("view",)),
        Step(("rating", "rating", "bookmark", "like"), ("rating", "dislike", "view")),
        Step(("rating", "share"), ("rating",)),
        Step(("review", "like"), ("review", "view")),
    ),
    beside=beside,
)
