"""Writes of the catalog."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.db.models import F

from omakase_service.catalog.contracts import (
    PATH,
    ItemFields,
    ItemIn,
    UpsertReport,
    UserFields,
    UserIn,
)
from omakase_service.catalog.models import LONGEST_PATH, Category, DeletedItem, Item, Revision, User
from omakase_service.catalog.selectors import (
    deleted_items,
    item_by_id,
    known_items,
    known_users,
    user_by_id,
)
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import DELETIONS, user_key
from omakase_service.platform.database import connection, transaction
from omakase_service.platform.exceptions import Invalid, NotFound

CHUNK = 5000


@transaction.atomic
def upsert_items(*, items: Sequence[ItemIn]) -> UpsertReport:
    """Store items, new or known by id; fields that are left out keep their values.

    Of an id that comes twice, the last one counts where both name a field. One statement for each
    different set of fields, however many items.

    Raises:
        Invalid: a category's path is too long.
    """
    distinct = _merge(items, "item_id")
    existing = known_items(item_ids=list(distinct))
    number = _next_revision()
    category_of = _categories(row["category"] for row in distinct.values() if "category" in row)
    rows = [_with_category(row, category_of) | {"revision": number} for row in distinct.values()]
    _upsert(Item, rows, "item_id")
    _bring_back(list(distinct))
    return UpsertReport(created=len(distinct) - len(existing), updated=len(existing))


def upsert_users(*, users: Sequence[UserIn]) -> UpsertReport:
    """Store users, new or known by id; fields that are left out keep their values.

    Raises:
        Invalid: somebody's lowest price would be above their highest.
    """
    distinct = _merge(users, "user_id")
    priced = [key for key, row in distinct.items() if row.keys() & {"price_min", "price_max"}]
    with _telling(distinct), transaction.atomic():
        existing = _locked_users(list(distinct))
        _upsert(User, list(distinct.values()), "user_id")
        _check_prices(priced)
    return UpsertReport(created=len(distinct) - len(existing), updated=len(existing))


def patch_item(*, item_id: str, fields: ItemFields) -> Item:
    """Change the fields that are named, and no other.

    Raises:
        NotFound: no such item.
    """
    item_by_id(item_id=item_id)
    upsert_items(items=[ItemIn(item_id=item_id, **fields.model_dump(exclude_unset=True))])
    return item_by_id(item_id=item_id)


def patch_user(*, user_id: str, fields: UserFields) -> User:
    """Change the fields that are named, and no other.

    Raises:
        NotFound: no such user.
    """
    user_by_id(user_id=user_id)
    upsert_users(users=[UserIn(user_id=user_id, **fields.model_dump(exclude_unset=True))])
    return user_by_id(user_id=user_id)


@transaction.atomic
def delete_item(*, item_id: str) -> None:
    """Take an item out of the catalog; its events stay in the log.

    No list shows it any more once that is committed. Whatever event names it later, it stays away
    until its owner stores it again.

    Raises:
        NotFound: no such item.
    """
    deleted, _ = Item.objects.filter(item_id=item_id).delete()
    if not deleted:
        raise NotFound(f"no item {item_id!r}")
    DeletedItem.objects.get_or_create(item_id=item_id)
    announce_all()
    _tell_deletions()


@transaction.atomic
def announce_all() -> None:
    """Let running processes read the whole catalog again."""
    number = _next_revision()
    Revision.objects.filter(number=number).update(whole_since=number)


def delete_user(*, user_id: str) -> None:
    """Forget what a user said. Their events are the events app's to forget.

    Raises:
        NotFound: no such user.
    """
    with _telling([user_id]):
        deleted, _ = User.objects.filter(user_id=user_id).delete()
    if not deleted:
        raise NotFound(f"no user {user_id!r}")


def erase_profile(user_id: str, session_ids: Collection[str] = ()) -> int:
    """Erase a user's profile, if there is one; how many rows went. Sessions have none."""
    try:
        delete_user(user_id=user_id)
    except NotFound:
        return 0
    return 1


def touch_user(*, user: User) -> None:
    """Store a user that a form changed, so that the next answer knows it."""
    with _telling([user.user_id]):
        user.save()


@transaction.atomic
def store_ratings(*, means: Mapping[str, tuple[float, int]]) -> int:
    """Write the mean rating and its count on the items where they differ; how many did."""
    changed = [
        item
        for item in Item.objects.only("item_id", "rating", "ratings").iterator(chunk_size=CHUNK)
        if (item.rating, item.ratings) != means.get(item.item_id, (None, 0))
    ]
    if not changed:
        return 0
    number = _next_revision()
    for item in changed:
        item.rating, item.ratings = means.get(item.item_id, (None, 0))
        item.revision = number
    Item.objects.bulk_update(changed, ("rating", "ratings", "revision"), batch_size=CHUNK // 10)
    return len(changed)


@transaction.atomic
def touch_item(*, item: Item) -> None:
    """Store an item that a form changed, so that running processes see it."""
    item.revision = _next_revision()
    item.save()
    _bring_back([item.item_id])


@transaction.atomic(savepoint=False)
def ensure_exist(*, item_ids: Iterable[str], user_ids: Iterable[str]) -> None:
    """Bare items and users for the ids that are not known yet. Two queries where all are.

    An item that was deleted is not made again.
    """
    missing = _missing(item_ids, lambda ids: known_items(item_ids=ids))
    if missing := _missing(missing, lambda ids: deleted_items(item_ids=ids)):
        number = _next_revision()
        _insert_bare(Item(item_id="", revision=number), "item_id", missing)
    if missing := _missing(user_ids, lambda ids: known_users(user_ids=ids)):
        _insert_bare(User(user_id=""), "user_id", missing)


def _insert_bare(bare: models.Model, key: str, ids: Iterable[str]) -> None:
    """Rows alike but for their id, one statement for all: no object and no adaptation a row."""
    fields = [field for field in bare._meta.concrete_fields if not field.primary_key]
    row = [field.get_db_prep_save(field.pre_save(bare, True), connection) for field in fields]
    index = [field.attname for field in fields].index(key)
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    placeholders = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(bare._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) VALUES ({placeholders}) ON CONFLICT DO NOTHING"  # noqa: S608
    with connection.cursor() as cursor:
        # an iterator, which both databases take: no row is held twice
        rows: Any = ([*row[:index], item_id, *row[index + 1 :]] for item_id in ids)
        cursor.executemany(sql, rows)


NOT_SAID = ("item_id", "user_id", "rating", "ratings", "revision")
"""Columns that hold nothing an owner or a person said of themselves."""


@transaction.atomic
def remove_unused(
    *,
    item_ids: Iterable[str],
    described_items: Collection[str],
    user_ids: Iterable[str],
    described_users: Collection[str],
) -> tuple[int, int]:
    """Take items and people out that nobody needs: those that are bare, and those described.

    Of what is bare nobody ever said anything: a person who switched e-mails off stays.

    Args:
        item_ids, user_ids: those without events.
        described_items, described_users: those of them that go whatever is known of them.
    """
    items = _remove(Item, "item_id", item_ids, described_items)
    ids = list(user_ids)
    with _telling(ids):
        users = _remove(User, "user_id", ids, described_users)
    if items:
        announce_all()
    return items, users


def _chunks(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


def _remove(
    table: type[models.Model], key: str, ids: Iterable[str], described: Collection[str]
) -> int:
    removed, bare = 0, _bare(table)
    for chunk in _chunks(sorted(ids), CHUNK // 10):
        wholly = [item_id for item_id in chunk if item_id in described]
        rows = table._default_manager.filter(**{f"{key}__in": chunk})
        unused = rows.filter(models.Q(**{f"{key}__in": wholly}) | models.Q(**bare))
        removed += unused.delete()[0]
    return removed


def _bare(table: type[models.Model]) -> dict[str, Any]:
    """What the catalog holds of ids of which nobody ever said anything."""
    fields = [field for field in table._meta.concrete_fields if not field.primary_key]
    return {field.name: field.get_default() for field in fields if field.name not in NOT_SAID}


def _bring_back(item_ids: Sequence[str]) -> None:
    """Items that their owner stores are deleted no more."""
    if gone := deleted_items(item_ids=item_ids):
        DeletedItem.objects.filter(item_id__in=gone).delete()
        _tell_deletions()


def _tell_deletions() -> None:
    """Have every process look what was deleted, before its next list; whoever deletes around us."""
    transaction.on_commit(lambda: online.invalidate([DELETIONS]))


@contextmanager
def _telling(user_ids: Iterable[str]) -> Iterator[None]:
    """Around a change of users: what is at hand of them is old from now on."""
    keys = [user_key(user_id) for user_id in user_ids]
    online.changing(keys)
    try:
        yield
    finally:
        online.invalidate(keys)


def _locked_users(user_ids: Sequence[str]) -> set[str]:
    """Those that are known, ours until the transaction ends.

    In one order, whatever order they were sent in: two who want the same rows meet at the first.
    """
    rows = User.objects.select_for_update().filter(user_id__in=user_ids).order_by("user_id")
    return set(rows.values_list("user_id", flat=True))


def _missing(ids: Iterable[str], known: Callable[[Sequence[str]], set[str]]) -> list[str]:
    """Those of the ids that are not known, in order; asked for in chunks."""
    distinct = sorted(set(ids))
    chunks = (distinct[at : at + CHUNK] for at in range(0, len(distinct), CHUNK))
    return [
        key for chunk in chunks for present in [known(chunk)] for key in chunk if key not in present
    ]


def _next_revision() -> int:
    """The next number; holds the counter's row until the transaction ends."""
    if not Revision.objects.filter(pk=1).update(number=F("number") + 1):
        Revision.objects.get_or_create(pk=1)
        Revision.objects.filter(pk=1).update(number=F("number") + 1)
    return Revision.objects.values_list("number", flat=True).get(pk=1)


def _merge(rows: Sequence[ItemIn] | Sequence[UserIn], key: str) -> dict[str, dict[str, Any]]:
    """The named fields of each id, later rows over earlier ones."""
    merged: dict[str, dict[str, Any]] = {}
    for row in rows:
        merged.setdefault(getattr(row, key), {}).update(row.model_dump(exclude_unset=True))
    return merged


def _upsert(table: type[models.Model], rows: Sequence[dict[str, Any]], key: str) -> None:
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[key]):
        shapes[tuple(sorted(row))].append(row)
    for names, alike in shapes.items():
        changed = [name for name in names if name != key]
        table._default_manager.bulk_create(
            [table(**row) for row in alike],
            batch_size=CHUNK,
            update_conflicts=bool(changed),
            ignore_conflicts=not changed,
            update_fields=changed or None,
            unique_fields=[key] if changed else None,
        )


def _with_category(row: dict[str, Any], places: dict[str, Category]) -> dict[str, Any]:
    if "category" not in row:
        return row
    return row | {"category": places.get(_path(row["category"]))}


def _path(text: str) -> str:
    return PATH.join(name.strip() for name in text.split(PATH.strip()) if name.strip())


def _categories(texts: Iterable[str]) -> dict[str, Category]:
    """The categories of these paths, made with their parents where they are new.

    Raises:
        Invalid: a path that is longer than the table keeps.
    """
    paths = {path for text in texts if (path := _path(text))}
    if longest := next((path for path in paths if len(path) > LONGEST_PATH), ""):
        raise Invalid(f"the category {longest[:40]!r}… has more than {LONGEST_PATH} characters")
    lines = {path: _line(path) for path in paths}
    levels = sorted(
        {level for line in lines.values() for level in line}, key=lambda p: (len(p.split(PATH)), p)
    )
    stored = {c.path: c for c in Category.objects.filter(path__in=levels)}
    for path in levels:
        if path not in stored:
            *above, name = path.split(PATH)
            parent = stored.get(PATH.join(above))
            stored[path], _ = Category.objects.get_or_create(
                path=path, defaults={"name": name, "parent": parent, "level": len(above)}
            )
    return stored


def _line(path: str) -> list[str]:
    """The path of each ancestor and its own."""
    names = path.split(PATH)
    return [PATH.join(names[: depth + 1]) for depth in range(len(names))]


def _check_prices(user_ids: Sequence[str]) -> None:
    """Looked at after the write, because the other end of a range may have been stored before."""
    wrong = User.objects.filter(user_id__in=user_ids, price_min__gt=F("price_max")).first()
    if wrong is not None:
        raise Invalid(
            f"user {wrong.user_id!r}: price_min {wrong.price_min} "
            f"is above price_max {wrong.price_max}"
        )
