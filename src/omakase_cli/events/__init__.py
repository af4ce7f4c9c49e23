"""Events that no person made: put aside, brought back."""
