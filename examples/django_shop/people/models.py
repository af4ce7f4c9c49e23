"""Customers, who log in by their e-mail address and have a code in every system of the shop."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models


class CustomerManager(UserManager):
    """Makes customers without a user name."""

    def create_customer(self, email: str, password: str) -> "Customer":
        """A customer who may log in."""
        customer = self.model(email=self.normalize_email(email))
        customer.set_password(password)
        customer.save(using=self._db)
        return customer


class Customer(AbstractUser):
    """Known to Omakase by the code alone: no name and no address reaches it."""

    username = None
    email = models.EmailField(unique=True)
    code = models.UUIDField(default=uuid4, unique=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ()
    objects = CustomerManager()
