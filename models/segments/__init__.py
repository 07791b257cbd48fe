"""Detectors of odd segments: windows of one channel, described by features that do not tell their length."""
