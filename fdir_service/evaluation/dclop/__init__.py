"""Evaluation of DCLOP beside plain detectors on simulated ADCS telemetry: where sim and models meet."""
