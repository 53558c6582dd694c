"""What the operator's keys do to the lane, one file for each kind of act.  Pure."""
