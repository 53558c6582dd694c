"""The lane: one queue of people at one gate.  Pure: calls and the time go in, effects come out."""
