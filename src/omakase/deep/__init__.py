"""Neural networks: their modules (`nn`) and how they are trained (`train`). Needs torch."""
