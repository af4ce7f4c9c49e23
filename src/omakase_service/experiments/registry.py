"""Where the app that shows lists offers to let a winner's placement hold."""

from collections.abc import Callable

from omakase_service.platform.registry import Registry
from omakase_settings import Placement

WinnerAdopter = Callable[[str, Placement], None]
"""Lets what a variant says hold at a placement, by its name, from now on. Called within the
transaction that ends the experiment; what it raises keeps the experiment from ending."""

winner_adopters: Registry[WinnerAdopter] = Registry("winner adopter")
