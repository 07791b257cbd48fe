"""The simulated spacecraft: trajectories, sensors, redundant units, faults, scenarios and the publisher."""
