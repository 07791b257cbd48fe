"""A satellite's imager: scenes, what its camera makes of them, payload faults, and the live vehicle."""
