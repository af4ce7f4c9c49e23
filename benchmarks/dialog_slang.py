"""Words of people in a world of restaurants that no catalog has, and how such people talk."""

from collections.abc import Mapping, Sequence

SLANG: Mapping[tuple[str, str], Sequence[str]] = {
    ("category", "찌개"): ("짜글이", "보글보글이"),
    ("category", "국밥"): ("국빱", "뜨끈이"),
    ("category", "분식"): ("떡튀순", "학교앞밥"),
    ("category", "백반·비빔밥"): ("집밥", "묵은밥상"),
    ("category", "칼국수·냉면"): ("국시", "후루룩이"),
    ("category", "라멘·우동"): ("멘야", "니뽄면"),
    ("category", "고기구이"): ("괴기", "불판이"),
    ("category", "치킨"): ("치느님", "닭강이"),
    ("category", "중식"): ("청요리", "불맛이"),
    ("category", "이탈리안"): ("스빠게리", "양스타일"),
    ("category", "동남아"): ("쏨땀누들", "더운나라밥"),
    ("category", "디저트"): ("당충전", "달다구리"),
    ("district", "을지로"): ("힙지로",),
    ("district", "명동"): ("밍똥",),
    ("district", "광화문"): ("이순신앞",),
    ("district", "익선동"): ("한옥거리",),
    ("brand", "할매"): ("할무이네",),
    ("brand", "대박"): ("대바기네",),
    ("brand", "달빛"): ("문라이또",),
    ("brand", "초록"): ("풀빛네",),
    ("tag", "반려동물"): ("댕댕이",),
    ("tag", "회식"): ("부장님턱",),
    ("tag", "데이트"): ("썸타기",),
    ("tag", "아이"): ("얼라",),
}
"""By kind and name in the catalog: dialect, slang, nicknames, and words of one shop's people."""

FIRST: Sequence[str] = (
    "{} 좀 골라주이소", "{} 묵고 싶데이", "{} 땡기네",
    "{} 어디 좋노", "오늘은 {} 각이다", "{} 가즈아",
)  # fmt: skip
"""How a talk begins: by the category."""

THEN: Mapping[str, Sequence[str]] = {
    "district": ("{} 쪽으로", "{}에서 찾아주이소", "{} 근방이면 됩니더"),
    "brand": ("{} 걸로 하입시더", "{} 있능교", "{} 아니면 안 갑니더"),
    "tag": ("{} 되는 데로", "{} 할라고요", "{} 괜찮은 데예"),
    "budget": ("{} 이하로요", "{} 안 넘게예", "{}까지만예"),
}
"""How it goes on."""

PLAIN: Mapping[str, Sequence[str]] = {
    "category": ("아니, {} 말이에요", "{}요 {}"),
    "district": ("{}에서요", "{} 쪽이요"),
    "brand": ("{} 걸로요",),
    "tag": ("{} 하기 좋은 데요", "{} 생각하고 있어요"),
}
"""The same once more, by the catalog's own word, where the list did not show that it was heard."""
