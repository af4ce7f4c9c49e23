"""What is wrong with values, in a line."""

import pytest
from pydantic import ValidationError

from omakase_service.catalog.contracts import ItemIn
from omakase_service.platform.validation import reason_of


def test_reason_of_names_each_field_and_what_is_wrong_with_it():
    with pytest.raises(ValidationError) as caught:
        ItemIn.model_validate({"price": "dear"})
    fields = [part.partition(": ")[0] for part in reason_of(caught.value).split("; ")]
    assert sorted(fields) == ["item_id", "price"]
