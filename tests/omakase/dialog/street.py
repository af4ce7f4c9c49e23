"""A street of restaurants and a film, and what a plan lets pass of them."""

from omakase.dialog.state import DialogState, update_state
from omakase.rules.columns import columns_of, schema_of
from omakase.rules.rule import Rule

ROWS = [
    ("a", "할매 김치찌개", "한식 > 찌개", "할매", ["혼밥"], "돼지고기와 두부", "종로구", 9000.0,
    37.570),
    ("b", "달빛 순두부찌개", "한식 > 찌개", "달빛", ["조용한"], "새우와 두부", "종로구", 8000.0,
    37.571),
    ("c", "초록 비빔밥", "한식 > 백반·비빔밥", "초록", ["채식"], "나물", "강남구", 12000.0, 37.500),
    ("d", "바다 파스타", "양식 > 이탈리안", "바다", ["데이트"], "조개와 새우", "강남구",
    19000.0, 37.501),
    ("e", "Green Garden Pasta", "양식 > 이탈리안", "Garden", ["vegetarian"],
    "quiet place with tomato", "이태원동", 15000.0, 37.530),
    ("f", "Heat (1995)", "Film > Crime", "Mann", [], "a thief and a detective", "", None, None),
]  # fmt: skip
NAMES = (
    "item_id",
    "title",
    "category",
    "brand",
    "tags",
    "description",
    "district",
    "price",
    "latitude",
)


def met(guide, message, state=None, shown=(), location=None):
    heard = guide.understand(message)
    state = update_state(
        state or DialogState(), heard, [guide.shown(key, location) for key in shown]
    )
    return state, guide.plan(state, location=location)


def passing(guide, plan):
    """Item ids that the filter and the words of a plan let pass, by the rules language itself."""
    columns = columns_of(guide.items)
    ids = guide.items.get_column("item_id").to_list()
    if plan.filter:
        rule = Rule.of(plan.filter, columns, len(ids), item_schema=schema_of(columns))
        ids = [key for key, holds in zip(ids, rule.holds(), strict=True) if holds]
    return set(ids) if plan.include is None else set(ids) & set(plan.include)
