"""Evaluation on the AtMonSat days: committed or freshly trained detectors, counted as the authors count."""
