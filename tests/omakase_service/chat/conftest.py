"""A street of restaurants that a live version has learnt of."""

import pytest

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.chat.services.guides import forget_guide
from omakase_service.events.services import record
from omakase_service.serving import live_version
from omakase_service.training.services import train

STREET = (
    ("r1", "할매 김치찌개", "한식 > 찌개", 9000, ["혼밥"], "오래된 찌개 집. 돼지고기를 넣어요."),
    ("r2", "달빛 순두부찌개", "한식 > 찌개", 8000, ["조용한"], "조용한 골목. 새우를 넣어요."),
    ("r3", "초록 비빔밥", "한식 > 비빔밥", 12000, ["채식"], "나물만 씁니다."),
    ("r4", "바다 파스타", "양식 > 파스타", 19000, ["데이트"], "조용한 창가. 새우와 조개."),
    ("r5", "토마토 파스타", "양식 > 파스타", 15000, ["데이트", "채식"], "토마토와 바질."),
    ("r6", "왕 삼겹살", "고기 > 구이", 21000, ["회식"], "왁자지껄한 돼지고기 집."),
    ("r7", "새봄 칼국수", "한식 > 국수", 8500, ["가족"], "바지락 칼국수."),
    ("r8", "라온 피자", "양식 > 피자", 17000, ["가족"], "치즈를 듬뿍 올려요."),
)


@pytest.fixture
def street(db, settings_with):
    """Eight restaurants, twelve people, a live version."""
    settings_with(serving={"refresh_seconds": 0}, chat={"refresh_seconds": 0})
    live_version.forget()
    forget_guide()
    upsert_items(
        items=[
            ItemIn(
                item_id=key,
                title=title,
                category=category,
                price=price,
                tags=tags,
                description=text,
                district="종로",
                latitude=37.57 + 0.01 * at,
                longitude=126.98,
            )
            for at, (key, title, category, price, tags, text) in enumerate(STREET)
        ]
    )
    record(
        events=[
            {
                "user_id": f"u{u}",
                "item_id": STREET[(u + k) % 8][0],
                "kind": "purchase",
                "time": 1_700_000_000 + 9 * u + k,
            }
            for u in range(12)
            for k in range(3)
        ]
    )
    yield train(models={"ease": {"l2": 1.0}}, evaluate=False)
    live_version.forget()
    forget_guide()


@pytest.fixture
def say(street, post):
    """Say something; the conversation goes on where an earlier reply is given."""

    def send(message: str, reply: dict | None = None, **fields) -> dict:
        body = {"message": message, **fields}
        if reply:
            body["conversation_id"] = reply["conversation_id"]
        answer = post("/api/chat", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return send


def ids_of(reply: dict) -> list[str]:
    """Item ids of a reply's list."""
    return [each["item_id"] for each in reply["recommendations"]["items"]]
