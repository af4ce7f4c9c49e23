"""Which of a table's columns is which: named by the caller, or guessed from the usual names."""

from collections.abc import Mapping, Sequence

from omakase.data.rows.names import guess
from omakase.errors import MissingColumns

USERS = (
    *("userid", "user", "uid", "userno", "usercode", "userkey", "usernum", "userhash"),
    *("customerid", "customer", "customerno", "customernumber", "customercode", "custid", "custno"),
    *("memberid", "member", "memberno", "mbrno", "membercode", "membershipno"),
    *("clientid", "client", "accountid", "account", "householdid", "household", "householdkey"),
    *("buyerid", "buyer", "purchaserid", "shopperid", "shopper", "consumerid", "consumer"),
    *("reviewerid", "reviewer", "raterid", "rater", "authoruserid", "personid", "person"),
    *("visitorid", "visitor", "fullvisitorid", "userpseudoid", "playerid", "player", "steamid"),
    *("listenerid", "listener", "viewerid", "viewer", "readerid", "subscriberid", "patronid"),
    *("patientid", "studentid", "learnerid", "guestid", "msno", "profileid", "loginid"),
    *("username", "usersha1", "profilename", "useremail", "customeremail", "billingemail"),
    *(
        "email",
        "emailaddress",
        "emailbilling",
        "buyeremail",
        "visitid",
        "cookieid",
        "anonymousid",
        "deviceid",
    ),
    *(
        "회원번호",
        "회원id",
        "회원아이디",
        "회원코드",
        "회원",
        "사용자번호",
        "사용자id",
        "사용자아이디",
    ),
    *("사용자코드", "사용자", "유저번호", "유저id", "유저아이디", "유저", "고객번호", "고객id"),
    *(
        "고객아이디",
        "고객코드",
        "고객",
        "이용자번호",
        "이용자id",
        "이용자",
        "구매자번호",
        "구매자id",
    ),
    *("구매자", "주문자id", "주문자", "작성자id", "작성자", "리뷰어", "평가자", "방문자", "아이디"),
    *("닉네임", "고객명", "회원명"),
    *("kunde", "kundenid", "kundennr", "kundennummer", "benutzer", "benutzerid", "nutzerid"),
    *("idclient", "utilisateur", "idutilisateur", "utilisateurid", "usuario", "usuarioid"),
    *("idusuario", "cliente", "clienteid", "idcliente", "utente", "ユーザーid", "ユーザid"),
    *("ユーザー", "会員id", "会員番号", "顧客id", "顧客番号", "用户id", "用户编号", "用户"),
    *("会员id", "客户id", "客户编号"),
)
ITEMS = (
    *(
        "itemid",
        "item",
        "iid",
        "itemno",
        "itemcode",
        "itemkey",
        "productid",
        "product",
        "productno",
    ),
    *("productcode", "prodid", "productkey", "goodsid", "goodsno", "goods", "skuid", "sku"),
    *("variantsku", "lineitemsku", "parentasin", "asin", "stockcode", "articleid", "article"),
    *("articleno", "movieid", "movie", "filmid", "film", "showid", "titleid", "songid", "song"),
    *("trackid", "track", "artistid", "artistmbid", "albumid", "workid", "bookid", "book"),
    *("isbn", "isbn13", "isbn10", "animeid", "mangaid", "anime", "gameid", "appid", "game"),
    *("videoid", "video", "photoid", "newsid", "contentid", "contentsid", "contentsno", "content"),
    *("postid", "storyid", "docid", "documentid", "aid", "cateid", "businessid", "business"),
    *("placeid", "place", "restaurantid", "restaurant", "venueid", "venue", "poiid", "poi"),
    *("locationid", "shopid", "storeid", "hotelid", "propertyid", "listingid", "recipeid"),
    *("courseid", "jobid", "offerid", "adid", "adgroupid", "targetentityid", "entityid"),
    *("objectid", "pinid", "beerid", "wineid", "podcastid", "paperid", "merchantid"),
    *("lineitemname", "producttitle", "productname", "itemname", "movietitle", "booktitle"),
    *("gamename", "artistname", "trackname", "artist"),
    *(
        "상품번호",
        "상품코드",
        "상품id",
        "상품아이디",
        "상품",
        "제품번호",
        "제품코드",
        "제품id",
        "제품",
    ),
    *("품목코드", "품목번호", "품목", "품번", "아이템번호", "아이템코드", "아이템id", "아이템"),
    *("영화id", "영화번호", "영화코드", "영화", "도서번호", "도서코드", "도서id", "도서", "책"),
    *("곡id", "곡번호", "노래id", "콘텐츠id", "콘텐츠번호", "컨텐츠id", "콘텐츠", "게시물번호"),
    *("업소번호", "업소코드", "업소id", "업체번호", "업체코드", "매장번호", "매장코드", "매장id"),
    *("가게번호", "가게id", "식당번호", "식당id", "음식점번호", "음식점id", "장소id", "메뉴번호"),
    *("메뉴코드", "메뉴id", "상품명", "제품명", "품명", "품목명", "영화명", "영화제목", "도서명"),
    *("곡명", "업소명", "업소", "업체명", "업체", "매장명", "매장", "가게명", "가게", "식당명"),
    *("식당", "음식점명", "음식점", "상호명", "상호", "장소명", "장소", "메뉴명", "메뉴"),
    *("artikelid", "artikelnr", "artikelnummer", "artikel", "produktid", "produktnr", "produkt"),
    *("idproduit", "produitid", "produit", "productoid", "idproducto", "producto", "artículo"),
    *("prodotto", "produtoid", "idproduto", "produto", "商品id", "商品番号", "商品コード"),
    *("商品编号", "商品编码", "商品", "品番", "产品id", "产品编号", "物品id", "电影id"),
)
EVENT_NAMES: Mapping[str, tuple[str, ...]] = {
    "user_id": USERS,
    "item_id": ITEMS,
    "kind": (
        *("kind", "eventtype", "event", "eventname", "actiontype", "action", "behaviortype"),
        *("behaviourtype", "behavior", "behaviour", "feedbacktype", "interactiontype"),
        *("interaction", "activitytype", "activity", "feedback", "verb", "eventkind", "type"),
        *("eventcategory", "이벤트유형", "이벤트종류", "이벤트타입", "이벤트명", "이벤트"),
        *("행동유형", "행동종류", "행동", "행위", "활동유형", "활동", "구분", "유형", "종류"),
        *("行为类型", "行为", "事件类型", "イベント種別", "行動"),
    ),
    "value": (
        *("value", "rating", "ratings", "score", "stars", "star", "overall", "bookrating"),
        *("userrating", "ratingvalue", "ratingscore", "reviewscore", "reviewrating", "starrating"),
        *("grade", "myrating", "userscore", "평점", "별점", "점수", "평가점수", "평가", "리뷰점수"),
        *("quantity", "qty", "amount", "plays", "playcount", "playscount", "numplays", "listens"),
        *("listencount", "watchratio", "hoursplayed", "hours", "playtime", "playtimeforever"),
        *("lineitemquantity", "itemquantity", "orderquantity", "units", "weight", "strength"),
        *("count", "수량", "구매수량", "주문수량", "개수", "횟수", "재생횟수", "liked", "isliked"),
        *("islike", "like", "recommended", "isrecommended", "votedup", "vote", "thumbs"),
        *("좋아요", "추천여부", "추천"),
        *("bewertung", "calificación", "puntuación", "valutazione", "avaliação", "評価", "评分"),
        *("打分", "menge", "anzahl", "quantité", "cantidad", "quantità", "数量"),
    ),
    "time": (
        *("time", "timestamp", "ts", "datetime", "eventtime", "eventtimestamp", "timestampms"),
        *("createdat", "created", "createdtime", "creationtime", "createtime", "creationdate"),
        *("unixreviewtime", "reviewtime", "reviewdate", "reviewedat", "ratingtime"),
        *("ratingtimestamp", "ratedat", "ratingdate", "invoicedate", "orderdate", "orderedat"),
        *("ordertime", "orderdatetime", "orderts", "purchasedate", "purchasedat", "purchasetime"),
        *("purchasets", "transactiondate", "transactiontime", "transactiontimestamp", "tdat"),
        *("occurredat", "when", "date", "eventdate", "viewtime", "viewedat", "viewdate"),
        *("clicktime", "clickedat", "visittime", "visitdate", "visitedat", "dateadded"),
        *("addedat", "dateread", "readat", "listenedat", "playedat", "playdate", "watchedat"),
        *("watchdate", "watchtime", "paidat", "processedat", "datecreated", "datecreatedgmt"),
        *("actiontime", "actiondate", "behaviortime", "logtime", "logdate", "loggedat"),
        *("interactiontime", "insertedat", "servertime", "receivedat", "originaltimestamp"),
        *("checkintime", "utctime", "localtime", "unixtime", "epoch", "timems", "dateutc"),
        *("시각", "시간", "일시", "날짜", "일자", "방문일시", "방문일자", "방문일", "주문일시"),
        *("zeitstempel", "zeitpunkt", "datum", "bestelldatum", "kaufdatum", "fechahora", "fecha"),
        *("datecommande", "datahora", "日時", "日付", "購入日時", "購入日", "注文日時", "注文日"),
        *("时间戳", "时间", "日期", "下单时间", "购买时间", "评论时间"),
        *(
            "주문일자",
            "주문일",
            "주문시간",
            "주문날짜",
            "구매일시",
            "구매일자",
            "구매일",
            "구매날짜",
        ),
        *(
            "결제일시",
            "결제일자",
            "결제일",
            "작성일시",
            "작성일자",
            "작성일",
            "작성시간",
            "등록일시",
        ),
        *(
            "등록일자",
            "등록일",
            "이용일시",
            "이용일",
            "평가일시",
            "평가일자",
            "평가일",
            "리뷰작성일",
        ),
        *("거래일시", "거래일자", "거래일", "생성일시", "생성일", "접속일시", "시청일시", "시청일"),
        *("클릭일시", "조회일시", "발생일시", "발생시각", "이벤트일시", "이벤트시각", "타임스탬프"),
    ),
    "order_id": (
        *(
            "orderid",
            "orderno",
            "ordernumber",
            "invoiceno",
            "invoice",
            "invoiceid",
            "transactionid",
        ),
        *(
            "transactionno",
            "basketid",
            "receiptid",
            "receiptno",
            "receipt",
            "ticketid",
            "checkoutid",
        ),
        *("주문번호", "주문id", "영수증번호", "거래번호", "결제번호"),
    ),
    "session_id": ("sessionid", "session", "usersession", "gasessionid", "세션id", "세션"),
    "device": ("device", "devicetype", "기기", "디바이스"),
    "source": ("source", "channel", "유입경로", "채널"),
    "page": ("page", "pageurl", "url"),
    "duration": ("duration", "dwelltime", "durationseconds", "playduration", "체류시간"),
    "request_id": ("requestid",),
    "position": ("position", "rank"),
}
"""Our columns of events, and what files call them; the likeliest name first."""

WEAK = ("type", "event", "action", "activity", "feedback", "eventcategory", "구분", "유형", "종류")
"""Names that tell the kind of event only where kinds of events stand below them."""

FALLBACK_USERS = ("sessionid", "session", "usersession", "세션id", "세션")
"""Who acts, where a file knows nobody."""

DATES = (
    "date",
    "eventdate",
    "날짜",
    "일자",
    "orderdate",
    "visitdate",
    "주문일자",
    "주문일",
    "방문일",
)
CLOCKS = (
    "time",
    "eventtime",
    "hour",
    "clock",
    "시간",
    "시각",
    "ordertime",
    "visittime",
    "주문시간",
)
"""Names of two columns that together say when."""

QUANTITIES = (
    *("quantity", "qty", "lineitemquantity", "itemquantity", "orderquantity", "units"),
    *("수량", "구매수량", "주문수량"),
    *("menge", "anzahl", "quantité", "cantidad", "quantità", "数量"),
)
RATINGS = (
    *("rating", "ratings", "score", "stars", "star", "overall", "bookrating", "userrating"),
    *("ratingvalue", "ratingscore", "reviewscore", "reviewrating", "starrating", "grade"),
    *("myrating", "userscore", "평점", "별점", "점수", "평가점수", "평가", "리뷰점수"),
    *(
        "bewertung",
        "calificación",
        "puntuación",
        "valutazione",
        "avaliação",
        "評価",
        "评分",
        "打分",
    ),
)
FLAGS = (
    *("liked", "isliked", "islike", "like", "recommended", "isrecommended", "votedup", "thumbs"),
    *("vote", "좋아요", "추천여부", "추천"),
)

ITEM_NAMES: Mapping[str, tuple[str, ...]] = {
    "item_id": (*ITEMS, "id", "번호", "코드"),
    "title": (
        *("title", "name", "itemname", "productname", "prodname", "producttitle", "movietitle"),
        *("booktitle", "originaltitle", "goodsname", "itemtitle", "trackname", "songname"),
        *("gamename", "appname", "businessname", "shopname", "storename", "restaurantname"),
        *("placename", "venuename", "recipename", "coursename", "artistname", "headline"),
        *("posttitle", "label", "상품명", "제목", "이름", "영화명", "영화제목", "도서명", "책제목"),
        *("업소명", "업체명", "식당명", "음식점명", "가게명", "상호명", "상호", "매장명", "장소명"),
        *("메뉴명", "곡명", "품명", "품목명", "제품명", "명칭"),
    ),
    "category": (
        *("category", "categories", "genre", "genres", "class", "categoryname", "categorycode"),
        *("maincategory", "producttypename", "producttype", "productcategory", "itemcategory"),
        *("itemtype", "listedin", "cuisine", "cuisines", "departmentname", "department"),
        *("productgroupname", "categoryid", "subject", "분류", "카테고리", "장르", "업종"),
        *("음식종류", "상품분류", "품목분류"),
    ),
    "brand": (
        *("brand", "brandname", "manufacturer", "maker", "vendor", "publisher"),
        *("브랜드", "브랜드명", "제조사", "출판사"),
    ),
    "price": (
        *("price", "unitprice", "saleprice", "sellingprice", "listprice", "currentprice"),
        *(
            "regularprice",
            "itemprice",
            "variantprice",
            "가격",
            "판매가",
            "판매가격",
            "단가",
            "정가",
        ),
    ),
    "tags": ("tags", "tag", "keywords", "태그", "키워드", "해시태그"),
    "description": (
        *("description", "desc", "summary", "text", "overview", "detaildesc", "synopsis"),
        *("bodyhtml", "plot", "abstract", "설명", "상세설명", "소개", "줄거리", "내용"),
    ),
    "year": (
        *("year", "releaseyear", "yearofpublication", "publicationyear"),
        *("originalpublicationyear", "연도", "개봉연도", "출판연도", "출시연도"),
    ),
    "latitude": ("latitude", "lat", "위도"),
    "longitude": ("longitude", "lon", "lng", "long", "경도"),
    "image_url": ("imageurl", "image", "imgurl", "picture", "imageurll", "poster", "이미지"),
    "created": ("created", "createdat", "released", "releasedate", "등록일", "출시일", "개봉일"),
    "expires": (
        *("expires", "expiresat", "expireson", "expiry", "expirydate", "expiration"),
        *("expirationdate", "expiredate", "availableuntil", "validuntil", "validto"),
        *("validthrough", "saleenddate", "판매종료일", "판매종료일시", "만료일", "만료일시"),
        *("유효기간", "게시종료일", "상영종료일"),
    ),
}
"""Our columns of items, and what files call them."""

USER_NAMES: Mapping[str, tuple[str, ...]] = {
    "user_id": (*USERS, "id", "번호"),
    "age": ("age", "나이", "연령"),
    "age_range": ("agerange", "agegroup", "ageband", "연령대"),
    "gender": ("gender", "sex", "성별"),
    "location": ("location", "지역", "거주지"),
}
"""Our columns of people, and what files call them."""

LISTS = ("category", "tags")
RANGES = {
    "price": (0.0, 1e12),
    "year": (0.0, 3000.0),
    "latitude": (-90.0, 90.0),
    "longitude": (-180.0, 180.0),
}
"""Columns of numbers, and what is believed."""


def event_columns(
    place: str, present: Sequence[str], told: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The columns of events; at least a user and an item.

    Raises:
        MissingColumns: no column for the user or for the item, or a told one is not there.
    """
    absent = [column for column in (told or {}).values() if column not in present]
    mapping = guess(EVENT_NAMES, present, told)
    missing = absent or [name for name in ("user_id", "item_id") if name not in mapping]
    if missing:
        raise MissingColumns(place, missing, present)
    return mapping


def free(name: str) -> str:
    """A file's column by a name that it can have beside "line", the number of its line."""
    return "line_" if name == "line" else name
