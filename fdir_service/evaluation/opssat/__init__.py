"""Evaluation on OPS-SAT-AD: detectors of segments, cross-validated or judged on the official test split."""
