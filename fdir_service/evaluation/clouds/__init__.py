"""Detectors of clouds side by side on tiles of scenes that they have not seen."""
