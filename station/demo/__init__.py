"""A whole gate, its hub and the road between them on one machine, with simulated devices and a scripted day.

The devices are played in the demo's own process and speak their real bytes; desk, drivers, road and hub are the
real programs.  Keys are made for the occasion and thrown away.
"""
