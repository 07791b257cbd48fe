"""Detectors for the OPS-SAT-AD benchmark: one sample is one segment of telemetry, told by its features."""
