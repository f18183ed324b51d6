"""The control API of tests and of the demo, on a port of its own."""
