"""The shop with Omakase inside: its users, its mount, its second database."""

import json
from typing import Any
from unittest.mock import patch

from django.core.management import call_command
from django.db import connections
from django.test import Client, TransactionTestCase
from people.models import Customer

from omakase_service.embed.views import forget, recommend_to
from omakase_service.events.models import Event
from omakase_service.events.pruning import remove_old
from omakase_service.events.services import record
from omakase_service.platform.exceptions import NotFound
from omakase_service.platform.services import create_key
from omakase_service.serving import live_version
from omakase_service.training.services import train

ITEMS, PEOPLE = 12, 10


class ShopTests(TransactionTestCase):
    """Two tribes: even and odd people take even and odd items."""

    databases = {"default", "omakase"}

    def setUp(self) -> None:
        live_version.forget()
        events = [
            {"user_id": f"u{u}", "item_id": f"i{i:02}", "type": "view", "time": 1_700_000_000 + i}
            for u in range(PEOPLE)
            for i in range(ITEMS)
            if u % 2 == i % 2 and (u + i) % 5
        ]
        record(events=events)
        train(models={"ease": {"l2": 1.0}}, evaluate=False)
        self.customer = Customer.objects.create_customer("ann@shop.example", "a long secret")
        self.code = str(self.customer.code)

    def post(self, path: str, body: Any, client: Client | None = None) -> Any:
        return (client or self.client).post(
            f"/shop/rec/api/{path}", json.dumps(body), content_type="application/json"
        )

    def test_tables_of_omakase_lie_in_the_second_database_and_those_of_the_shop_in_the_first(self):
        ours = set(connections["omakase"].introspection.table_names())
        theirs = set(connections["default"].introspection.table_names())
        self.assertTrue(any(name.startswith("omakase_") for name in ours))
        self.assertFalse(any(name.startswith("omakase_") for name in theirs))
        self.assertIn("people_customer", theirs)
        self.assertNotIn("people_customer", ours)

    def test_list_stands_on_the_page_and_a_view_of_an_item_counts_for_it(self):
        self.client.force_login(self.customer)
        page = self.client.get("/shop/")
        self.assertContains(page, "<li>", count=5)
        found = page.context["found"]
        seen = self.client.get(f"/shop/items/i02/?list={found.request_id}")
        self.assertEqual(seen.status_code, 200)
        self.assertEqual(Event.objects.filter(user_id=self.code).count(), 1)
        after = [item.card.item_id for item in recommend_to(self.customer, n=3).items]
        self.assertTrue(all(int(name[1:]) % 2 == 0 for name in after), after)

    def test_visitor_without_a_login_has_a_list_and_a_history_of_the_visit(self):
        self.assertContains(self.client.get("/shop/"), "<li>", count=5)
        self.client.get("/shop/items/i03/")
        visit = self.client.session.session_key
        self.assertEqual(Event.objects.filter(session_id=visit).count(), 1)

    def test_page_of_the_shop_asks_the_api_as_whoever_is_logged_in(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.customer)
        own = client.get("/shop/rec/api/recommendations?n=3")
        self.assertEqual(own.status_code, 200)
        self.assertIn("X-Request-ID", own.headers)
        other = client.get("/shop/rec/api/recommendations?n=3&user_id=u1")
        self.assertEqual(other.status_code, 403)
        event = {"item_id": "i02", "type": "click"}
        self.assertEqual(self.post("events", event, client).status_code, 403)
        client.cookies["csrftoken"] = client.defaults["HTTP_X_CSRFTOKEN"] = "a" * 32
        self.assertEqual(self.post("events", event, client).json()["stored"], 1)
        self.assertEqual(client.get("/shop/rec/api/items").status_code, 403)

    def test_server_key_asks_for_anybody_and_errors_are_problems_under_the_mount(self):
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {create_key(name='shop').secret}"
        listed = self.post("recommendations", {"user_id": "u1", "n": 3})
        self.assertEqual(len(listed.json()["items"]), 3)
        missing = self.client.get("/shop/rec/api/nothing-here")
        self.assertEqual(missing.status_code, 404)
        self.assertEqual(missing.headers["Content-Type"], "application/problem+json")
        self.assertEqual(self.post("items/bulk", {"items": [{"item_id": "new"}]}).status_code, 200)
        self.assertEqual(self.client.get("/shop/rec/api/items/bulk").status_code, 404)

    def test_pages_of_the_shop_are_left_as_they_are(self):
        self.assertNotIn("X-Request-ID", self.client.get("/login/").headers)
        self.assertNotIn("Content-Security-Policy", self.client.get("/login/").headers)

    def test_nobody_is_let_in_without_a_login_or_a_key(self):
        self.assertEqual(self.client.get("/shop/rec/api/recommendations").status_code, 401)

    def test_health_console_and_admin_answer_at_their_places(self):
        self.assertEqual(self.client.get("/shop/rec/health/ready").status_code, 200)
        boss = Customer.objects.create_customer("boss@shop.example", "a long secret")
        boss.is_staff = boss.is_superuser = True
        boss.save()
        self.client.force_login(boss)
        self.assertEqual(self.client.get("/shop/rec/console/").status_code, 200)
        self.assertEqual(self.client.get("/admin/omakase_catalog/item/").status_code, 200)

    def test_customer_who_leaves_is_forgotten(self):
        self.client.force_login(self.customer)
        self.client.get("/shop/items/i02/")
        forget(self.customer)
        self.assertFalse(Event.objects.filter(user_id=self.code).exists())
        with self.assertRaises(NotFound):
            forget(self.customer)

    def test_old_events_go_from_the_second_database(self):
        before = Event.objects.count()
        with patch("omakase_service.events.pruning.read_by_all", return_value=10**9):
            self.assertEqual(remove_old(1_700_000_004, 1_000), before - Event.objects.count())
        self.assertFalse(Event.objects.filter(time__lt=1_700_000_004).exists())

    def test_tables_need_no_migration_of_the_project(self):
        call_command("makemigrations", "--check", "--dry-run", verbosity=0)
