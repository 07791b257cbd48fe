"""The language of the spacecraft: on-board time, parameters, packets and PUS-C services. Pure, no I/O."""
