"""One training loop, and what each deep model hands to it. Only here and in `nn` is torch."""
