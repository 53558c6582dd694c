"""What the hub can be told on its own machine, one module for each thing."""
