"""A guide to the street."""

import pytest
from tests.omakase.dialog.street import NAMES, ROWS

from omakase.dialog.guide import Guide


@pytest.fixture(scope="module")
def guide():
    rows = [dict(zip(NAMES, row, strict=True)) | {"longitude": 127.0} for row in ROWS]
    return Guide.of_rows(rows, way="words")
