"""The AtMonSat system: data, counters, detectors, thresholds and the protocol that judges them."""
