"""A CubeSat's attitude determination and control system (ADCS), simulated from physics.

The satellite is like skCube: 505 km, sun-synchronous, two magnetometers, gyroscopes, irradiance, sun and
earth sensors and temperatures, 27 parameters in all (the DCLOP paper, section 5.2).
"""
