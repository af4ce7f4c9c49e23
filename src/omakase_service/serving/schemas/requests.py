"""What may be asked for, as JSON and as a query string."""

from functools import cached_property
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AliasChoices, BaseModel

from omakase_service.platform.strict_schema import Strict
from omakase_service.platform.text import Id, Word
from omakase_service.serving.contracts import Language, ListRequest, Mode, RequestContext
from omakase_settings import Placement, settings

N = Annotated[int, Field(ge=1, le=settings().serving.max_n, description="length of the list")]
Ids = Annotated[list[Id], Field(max_length=1000)]
Fields = Annotated[
    list[Word],
    Field(
        max_length=40,
        description="more to tell of each item, under `attributes`: its free attributes, or tags, "
        "description, stock, discount_rate, quality_flags, opening_hours, created, expires, "
        "district",
    ),
]
Rule = Annotated[Word, Field(max_length=1000)]
DEFAULT_N = settings().serving.default_n

TRACED = ("trace", "trace_item", "fields")
"""Wanted of an answer beside its list."""


class RequestContextIn(Strict):
    """Where and how somebody asks."""

    device: Word = Field(default="", description="mobile, desktop, …")
    page: Word = Field(default="", description="home, cart, …")
    channel: Word = Field(
        default="", description="web, mobile, email, …: figures are counted by it"
    )
    hour: int | None = Field(default=None, ge=0, le=23, description="where the person is")
    weekday: int | None = Field(default=None, ge=0, le=6, description="0: Monday, there")
    diet: Word = Field(default="", description="a tag of what caters for it: vegan, halal, …")
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    budget: float | None = Field(default=None, ge=0, le=1e15, allow_inf_nan=False)
    mode: Mode = Field(default="", description="exploration: more new; precision: more certain")


class PolicyRequest(Strict):
    """A policy to be judged by the log before anybody sees it."""

    at: Word = Field(default="", description="placement whose logged lists are looked at")
    version: Word = Field(default="", description="a saved version; the live one by itself")
    placement: Placement | None = Field(
        default=None, description="what would hold there; what holds now by itself"
    )
    days: float = Field(default=14.0, gt=0, le=3650, description="how far to look back")
    answers: int = Field(default=1000, ge=1, le=20_000, description="newest lists to look at")
    draws: int = Field(
        default=50, ge=2, le=1000, description="lists drawn for each, where the policy draws"
    )
    language: Language = "en"


class ListOptions(Strict):
    """What every form of the question may hold."""

    user_id: Id | None = None
    session_id: Id | None = Field(default=None, description="of somebody without an account")
    history: Ids | None = Field(
        default=None, description="item ids, oldest first, instead of the stored events"
    )
    n: N = DEFAULT_N
    num_recommendations: N | None = Field(default=None, description="another name of n")
    top_k: N | None = Field(default=None, description="another name of n")
    model: Word | None = Field(default=None, description="by itself the best of the live version")
    strategy: Word | None = Field(
        default=None, description="how models are put together, instead of one; auto: by the person"
    )
    placement: Word = Field(
        default="", description="where the list is shown; what was saved for that name holds there"
    )
    exclude: Ids = Field(default=[], description="items that must not come back")
    filter: Rule = Field(
        default="", description='every item passes it: item.price < 30000 and "vegan" in item.tags'
    )
    diversity: float | None = Field(
        default=None, ge=0, le=1, description="0: by score alone; 1: as varied as can be"
    )
    explain: bool = Field(default=False, description="say why each item is there")
    refresh: bool = Field(default=False, description="do not answer from the cache")
    language: Language = Field(default="en", description="of the reasons")
    paged: bool = Field(default=False, description="hold the list; `next` gives its further parts")
    trace: bool = Field(
        default=False, description="tell every stage, of a list computed anew; for admin only"
    )
    trace_item: Id | None = Field(
        default=None, description="tell what became of this item too; for admin only"
    )
    cursor: Word = Field(default="", description="the `next` of the part before")
    fields: Fields = Field(default=[])

    def list_fields(self) -> dict[str, Any]:
        """What the service is asked with, by name, and the context where it lies flat."""
        values = self.model_dump(exclude={"context", *TRACED})
        lengths = values.pop("num_recommendations"), values.pop("top_k")
        if "n" not in self.model_fields_set:
            values["n"] = next(filter(None, lengths), values["n"])
        return values


class RecommendationRequest(ListOptions):
    """Who asks, and for what. Name a user, a session or a history; nobody gets what is popular."""

    context: RequestContextIn = Field(default_factory=RequestContextIn)

    @cached_property
    def question(self) -> ListRequest:
        """The same for the service."""
        fields = self.list_fields()
        if "context" not in self.model_fields_set:
            return ListRequest(**fields)
        return ListRequest(**fields, context=RequestContext(**self.context.model_dump()))


class RecommendationQuery(ListOptions, RequestContextIn):
    """The same in a query string: `exclude=a&exclude=b`."""

    @cached_property
    def question(self) -> ListRequest:
        """The same for the service."""
        fields = self.list_fields()
        context = RequestContext(
            **{name: fields.pop(name) for name in RequestContextIn.model_fields}
        )
        return ListRequest(**fields, context=context)


class ShortQuery(Schema):
    """What a list that is nobody's own may be asked with."""

    n: N = DEFAULT_N
    fields: Fields = Field(default=[])


class SimilarQuery(ShortQuery):
    """What goes with an item, and who says so."""

    model: Word | None = Field(
        default=None, description="by itself models of items: neighbours and content"
    )


class ComparisonQuery(Schema):
    """What two versions are compared on."""

    beside: Word = Field(default="", description="another version; the live one by itself")
    placement: Word = Field(default="", description="whose logged lists are asked for again")
    answers: int = Field(
        default=200,
        ge=1,
        le=500,
        description="newest lists to look at; of more, by the job `shadow`",
    )
    user_id: Id | None = Field(default=None, description="whose lists stand side by side")
    n: N = DEFAULT_N


class ExplanationQuery(Schema):
    """Which answer: its request, or a user and an item of their newest that showed it."""

    request_id: Id | None = None
    user_id: Id | None = None
    item_id: Id | None = None
    language: Language = "en"


class BriefRequest(BaseModel):
    """Who asks, and which model."""

    user_id: Id
    model: Word | None = None
    n: N = Field(
        default=DEFAULT_N, validation_alias=AliasChoices("n", "num_recommendations", "top_k")
    )

    @cached_property
    def question(self) -> ListRequest:
        """The same for the service."""
        return ListRequest(user_id=self.user_id, model=self.model, n=self.n)
