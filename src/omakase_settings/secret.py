"""What must stay secret."""

from typing import Annotated

from pydantic import BeforeValidator, SecretStr

Secret = Annotated[SecretStr | None, BeforeValidator(lambda given: given or None)]
"""Something that no log shows; an empty text is none."""
