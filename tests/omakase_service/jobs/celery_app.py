"""A Celery of an owner's, whose broker is this process's memory."""

from celery import Celery

app = Celery("owner", broker="memory://", backend="cache+memory://")
