"""ST[12] on-board monitoring: parameter monitoring (PMON) and functional monitoring (FMON).

Definitions are frozen values, compiled once into arrays (`checks`); what happened so far is separate
state. ECSS-E-ST-70-41C clause 6.12.
"""
