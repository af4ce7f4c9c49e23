"""Members of staff: made with a role, changed, shut out."""

from itertools import pairwise

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group, Permission

from omakase_service.platform.exceptions import Conflict, Invalid, NotFound
from omakase_service.platform.roles import SCOPES, Role, role_of
from omakase_service.platform.staff import change_staff, create_staff, ensure_groups, staff

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough one"


@pytest.mark.parametrize("role", list(Role))
def test_create_staff_gives_the_role_and_lets_them_in(role):
    card = create_staff(login="ada", password=PASSWORD, role=role)
    assert (card.login, card.role, card.active) == ("ada", role, True)
    assert authenticate(username="ada", password=PASSWORD).is_staff
    assert [each.role for each in staff()] == [role]


def test_create_staff_twice_is_refused():
    create_staff(login="ada", password=PASSWORD, role=Role.SEE)
    with pytest.raises(Conflict, match="omakase staff change"):
        create_staff(login=" ada ", password=PASSWORD, role=Role.EDIT)


@pytest.mark.parametrize(
    ("login", "password"), [("", PASSWORD), ("ada", "short"), ("a" * 151, PASSWORD)]
)
def test_create_staff_without_a_name_or_a_good_password_is_refused(login, password):
    with pytest.raises(Invalid):
        create_staff(login=login, password=password, role=Role.SEE)
    assert not staff()


def test_change_staff_takes_the_earlier_role_away():
    create_staff(login="ada", password=PASSWORD, role=Role.ADMINISTER)
    assert change_staff(login="ada", role=Role.SEE).role is Role.SEE


def test_change_staff_of_a_name_that_there_is_not_is_refused():
    with pytest.raises(NotFound, match="no login 'bob'"):
        change_staff(login="bob", role=Role.SEE)


def test_change_staff_shuts_out_and_lets_in():
    create_staff(login="ada", password=PASSWORD, role=Role.SEE)
    change_staff(login="ada", active=False)
    assert authenticate(username="ada", password=PASSWORD) is None
    change_staff(login="ada", active=True, password="another long one")
    assert authenticate(username="ada", password="another long one")


def test_a_superuser_has_the_highest_role(django_user_model):
    assert role_of(django_user_model.objects.create_superuser("ada")) is Role.ADMINISTER


def test_somebody_with_the_permission_who_is_not_staff_has_no_role(django_user_model):
    ensure_groups()
    user = django_user_model.objects.create_user("ada")
    user.groups.add(Group.objects.get(name=Role.SEE.group))
    assert role_of(user) is None


def test_each_role_includes_those_below():
    assert Role.ADMINISTER.included == tuple(Role)
    assert Role.SEE.included == (Role.SEE,)
    scopes = [SCOPES[role] for role in (None, *Role)]
    assert all(low < high for low, high in pairwise(scopes))


def test_staff_are_listed_in_as_many_queries_whatever_their_number(django_assert_num_queries):
    for name, role in zip("abcdef", 2 * list(Role), strict=True):
        create_staff(login=name, password=PASSWORD, role=role)
    with django_assert_num_queries(5):
        assert [each.role for each in staff()] == 2 * list(Role)


def test_a_permission_of_somebodys_own_is_a_role_too(django_user_model):
    user = django_user_model.objects.create_user("ada", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="edit"))
    assert [each.role for each in staff()] == [role_of(user)] == [Role.EDIT]


def test_groups_of_the_roles_are_there_before_anybody_is():
    assert {each.group for each in Role} <= set(Group.objects.values_list("name", flat=True))
    for role in Role:
        given = Group.objects.get(name=role.group).permissions
        assert set(given.values_list("codename", flat=True)) == {*role.included}
