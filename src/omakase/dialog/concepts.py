"""What people ask for whatever the catalog calls it: diets, ingredients, company, qualities."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

ConceptKind = Literal["diet", "ingredient", "company", "quality"]

_TABLE: Final = """
diet vegan | 비건 | vegan | 비건 비간 vegan vegans 완전채식 plant-based
diet vegetarian | 채식 | vegetarian | 채식 베지테리언 베지터리언 채식주의 vegetarian vegetarians veggie meatless
diet halal | 할랄 | halal | 할랄 halal
diet kosher | 코셔 | kosher | 코셔 kosher
diet gluten_free | 글루텐프리 | gluten-free | 글루텐프리 글루텐-프리 gluten-free glutenfree
diet lactose_free | 락토프리 | lactose-free | 락토프리 유당없는 lactose-free
diet low_carb | 저탄수 | low-carb | 저탄수 키토 low-carb keto
ingredient shrimp | 새우 | shrimp | 새우 대하 shrimp shrimps prawn prawns
ingredient crab | 게 | crab | 게 꽃게 대게 게살 crab crabs
ingredient shellfish | 조개 | shellfish | 조개 조개류 갑각류 해산물 해물 바지락 굴 꼬막 홍합 전복 가리비 새우 shellfish seafood clam clams oyster oysters mussel mussels cockle abalone scallop shrimp prawn crab lobster
ingredient fish | 생선 | fish | 생선 회 고등어 참치 연어 어묵 명란 동태 멸치 fish mackerel tuna salmon pollock anchovy
ingredient squid | 오징어 | squid | 오징어 낙지 문어 주꾸미 squid octopus
ingredient peanut | 땅콩 | peanut | 땅콩 peanut peanuts
ingredient nut | 견과류 | nuts | 견과 견과류 호두 아몬드 캐슈 잣 땅콩 nut nuts walnut almond cashew pistachio hazelnut peanut
ingredient milk | 유제품 | dairy | 우유 유제품 유당 치즈 크림 버터 milk dairy lactose cheese cream butter yogurt
ingredient cheese | 치즈 | cheese | 치즈 cheese
ingredient egg | 계란 | egg | 계란 달걀 에그 egg eggs
ingredient gluten | 밀가루 | gluten | 밀가루 글루텐 gluten wheat flour
ingredient soy | 콩 | soy | 대두 두부 된장 soy soya tofu
ingredient pork | 돼지고기 | pork | 돼지고기 돼지 삼겹살 목살 제육 돈까스 햄 차슈 돈코츠 pork bacon ham
ingredient beef | 소고기 | beef | 소고기 쇠고기 한우 차돌 갈비 등심 불고기 beef steak brisket
ingredient chicken | 닭고기 | chicken | 닭고기 닭 치킨 통닭 찜닭 닭갈비 chicken
ingredient lamb | 양고기 | lamb | 양고기 양꼬치 lamb mutton
ingredient meat | 고기 | meat | 고기 육류 돼지 소고기 닭 삼겹살 갈비 불고기 곱창 햄 순대 제육 차돌 치킨 meat pork beef chicken lamb bacon ham steak
ingredient coriander | 고수 | coriander | 고수 coriander cilantro
ingredient garlic | 마늘 | garlic | 마늘 garlic
ingredient onion | 양파 | onion | 양파 대파 onion onions
ingredient cucumber | 오이 | cucumber | 오이 cucumber cucumbers
ingredient mushroom | 버섯 | mushroom | 버섯 mushroom mushrooms
ingredient sesame | 참깨 | sesame | 참깨 들깨 sesame
ingredient peach | 복숭아 | peach | 복숭아 peach peaches
ingredient tomato | 토마토 | tomato | 토마토 tomato tomatoes
ingredient offal | 내장 | offal | 내장 곱창 막창 순대 선지 offal tripe
ingredient alcohol | 술 | alcohol | 알코올 주류 alcohol booze
company alone | 혼자 | alone | 혼자 혼밥 혼자서 나혼자 1인 alone solo by-myself
company family | 가족 | family | 가족 부모님 엄마 아빠 어머니 아버지 family families parents mom dad
company children | 아이와 함께 | children | 아이 아이들 애들 아기 어린이 유아 키즈 children child kids kid toddler baby
company date | 데이트 | date | 데이트 애인 여자친구 남자친구 여친 남친 연인 커플 기념일 소개팅 date dates girlfriend boyfriend wife husband romantic anniversary couple
company group | 단체 | group | 단체 회식 동료 회사사람 모임 group groups coworkers colleagues team company-dinner
company friends | 친구 | friends | 친구 친구들 friend friends
company elders | 어르신 | elders | 어르신 할머니 할아버지 elders grandparents grandma grandpa
company pets | 반려동물 | pets | 반려동물 강아지 애견 반려견 고양이 pets pet dog dogs
quality quiet | 조용한 | quiet | 조용 조용한 조용하 한적 차분 quiet quieter calm peaceful
quality cosy | 아늑한 | cosy | 아늑 아늑한 cosy cozy
quality spacious | 넓은 | spacious | 넓은 넓고 spacious roomy
quality spicy | 매운 | spicy | 매운 매콤 매콤한 얼큰 얼큰한 맵 매워 칼칼 spicy hot spicier
quality mild | 담백한 | mild | 담백 담백한 순한 삼삼 mild light
quality sweet | 달콤한 | sweet | 달콤 달콤한 달달 달달한 단 sweet
quality healthy | 건강한 | healthy | 건강 건강한 웰빙 healthy healthier
quality friendly | 친절한 | friendly | 친절 친절한 friendly
quality lively | 활기찬 | lively | 왁자지껄 활기 시끌벅적 lively
quality noisy | 시끄러운 | noisy | 시끄러 시끄럽 시끄러운 noisy loud crowded
quality parking | 주차 | parking | 주차 주차장 parking
quality generous | 푸짐한 | generous | 푸짐 푸짐한 양많은 generous
quality funny | 웃긴 | funny | 웃긴 재밌는 재미있는 코미디 funny comedy hilarious
quality scary | 무서운 | scary | 무서운 무섭 공포 호러 scary horror
quality sad | 슬픈 | sad | 슬픈 눈물 sad
quality violent | 잔인한 | violent | 잔인 잔인하 폭력 violent gory violence
quality oily | 기름진 | greasy | 기름진 느끼 느끼한 greasy oily
quality salty | 짠 | salty | 짠 짜지 salty
"""


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that people ask for or keep away from.

    Attributes:
        korean, english: what it is called to people.
        words: by which messages and items name it; a hyphen stands for a space or nothing.
    """

    name: str
    kind: ConceptKind
    korean: str
    english: str
    words: tuple[str, ...]


@cache
def concepts() -> dict[str, Concept]:
    """All concepts by name."""
    found = {}
    for line in _TABLE.strip().splitlines():
        head, korean, english, words = (part.strip() for part in line.split("|"))
        kind, name = head.split()
        found[name] = Concept(name, kind, korean, english, tuple(words.split()))  # type: ignore[arg-type]
    return found


def concept_named(word: str) -> Concept | None:
    """The concept that a word names: by its own name first, then by any of its words."""
    low = word.lower()
    every = concepts().values()
    own = (c for c in every if low in (c.korean, c.english, c.name, c.words[0]))
    return next(own, None) or next((c for c in every if low in c.words), None)


def mentions(text: str, word: str) -> list[tuple[int, int]]:
    """Where a text names a word: Latin as a whole word, Hangul from the beginning of one."""
    return [match.span() for match in _pattern(word).finditer(text.lower())]


@cache
def _pattern(word: str) -> re.Pattern[str]:
    loose = re.escape(word.lower()).replace(r"\-", r"[\s-]?")
    if word.isascii():
        return re.compile(rf"\b{loose}\b")
    if len(word) == 1:
        return re.compile(rf"(?<![가-힣]){loose}(?=(?:은|는|이|가|을|를|도|만|랑|하고|와|과)?(?:\s|$|[,.!?]))")
    return re.compile(rf"(?<![가-힣]){loose}")
