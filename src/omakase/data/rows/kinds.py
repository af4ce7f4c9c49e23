"""Kinds of events as files call them: renamed where only the word differs, otherwise understood."""

from collections.abc import Mapping

KIND_ALIASES: Mapping[str, str] = {
    "pv": "view",
    "pageview": "view",
    "page_view": "view",
    "detail": "view",
    "view_item": "view",
    "viewitem": "view",
    "item_view": "view",
    "product_view": "view",
    "productview": "view",
    "view_product": "view",
    "detail_view": "view",
    "addtocart": "cart",
    "add_to_cart": "cart",
    "add-to-cart": "cart",
    "add to cart": "cart",
    "cart_add": "cart",
    "addcart": "cart",
    "basket": "cart",
    "add_to_basket": "cart",
    "removefromcart": "remove_from_cart",
    "remove-from-cart": "remove_from_cart",
    "remove from cart": "remove_from_cart",
    "cart_remove": "remove_from_cart",
    "cartremove": "remove_from_cart",
    "delete_from_cart": "remove_from_cart",
    "buy": "purchase",
    "order": "purchase",
    "transaction": "purchase",
    "sale": "purchase",
    "buy_item": "purchase",
    "select_item": "click",
    "item_click": "click",
    "clk": "click",
    "fav": "bookmark",
    "favorite": "bookmark",
    "favourite": "bookmark",
    "wish": "bookmark",
    "add_to_wishlist": "bookmark",
    "addtowishlist": "bookmark",
    "wishlist": "bookmark",
    "rate": "rating",
    "impressions": "impression",
    "show": "impression",
    "view_item_list": "impression",
    "조회": "view",
    "상품조회": "view",
    "클릭": "click",
    "장바구니": "cart",
    "장바구니담기": "cart",
    "장바구니 담기": "cart",
    "장바구니삭제": "remove_from_cart",
    "장바구니 삭제": "remove_from_cart",
    "구매": "purchase",
    "주문": "purchase",
    "결제": "purchase",
    "찜": "bookmark",
    "찜하기": "bookmark",
    "즐겨찾기": "bookmark",
    "좋아요": "like",
    "싫어요": "dislike",
    "평가": "rating",
    "별점": "rating",
    "노출": "impression",
    "취소": "cancel",
    "주문취소": "cancel",
    "환불": "refund",
    "반품": "return",
}
"""Words of files that are stored as a kind of ours."""

KIND_MEANINGS: Mapping[str, str] = {
    "views": "view",
    "clicks": "click",
    "carts": "cart",
    "orders": "purchase",
    "purchases": "purchase",
    "purchased": "purchase",
    "transactions": "purchase",
    "likes": "like",
    "liked": "like",
    "shares": "share",
    "product viewed": "view",
    "product clicked": "click",
    "product added": "cart",
    "product removed": "remove_from_cart",
    "product added to wishlist": "bookmark",
    "product shared": "share",
    "product reviewed": "review",
    "order completed": "purchase",
    "checkout": "purchase",
    "read": "view",
    "play": "view",
    "watch": "view",
    "listen": "view",
    "star": "like",
    "favori": "bookmark",
    "fork": "share",
    "comment": "review",
    "reply": "review",
    "follow": "bookmark",
    "save": "bookmark",
    "refunded": "refund",
    "order refunded": "refund",
    "chargeback": "refund",
    "cancelled": "cancel",
    "canceled": "cancel",
    "order cancelled": "cancel",
    "voided": "cancel",
    "returned": "return",
    "begin_checkout": "cart",
    "add_payment_info": "cart",
    "add_shipping_info": "cart",
    "page": "view",
    "session_start": "impression",
    "scroll": "impression",
}
"""Kinds that keep their name and count like one of ours."""

OURS = (
    *("view", "click", "share", "like", "bookmark", "cart", "review", "rating", "purchase"),
    *("dislike", "not_interested", "inappropriate", "impression", "remove_from_cart", "return"),
    *("cancel", "refund"),
)

FILE_WORDS: Mapping[str, tuple[str, ...]] = {
    "purchase": (
        *("purchase", "purchases", "order", "orders", "buy", "buys", "sale", "sales"),
        *("transaction", "transactions", "invoice", "invoices", "주문", "구매", "주문내역"),
        "구매내역",
    ),
    "cart": ("cart", "carts", "basket", "baskets", "addtocart", "장바구니"),
    "click": ("click", "clicks", "clk", "클릭"),
    "like": ("like", "likes", "좋아요"),
    "dislike": ("dislike", "dislikes"),
    "bookmark": (
        *("bookmark", "bookmarks", "wishlist", "wishlists", "favorite", "favorites"),
        *("favourite", "favourites", "fav", "favs", "찜"),
    ),
    "impression": ("impression", "impressions"),
    "view": ("view", "views", "pageview", "pageviews", "조회"),
    "remove_from_cart": (),
}
"""Words in the names of files that tell what kind of events they hold."""


def known_kind(word: str) -> str | None:
    """Our kind that a word in lower case stands for, None where nobody knows it."""
    if word in OURS:
        return word
    return KIND_ALIASES.get(word) or KIND_MEANINGS.get(word)


def kind_in_name(stem: str) -> str | None:
    """What kind of events a file of that name holds, where its words agree on one."""
    words = "".join(c.lower() if c.isalnum() else " " for c in stem).split()
    matches = {kind for kind, names in FILE_WORDS.items() for word in words if word in names}
    return next(iter(matches)) if len(matches) == 1 else None
