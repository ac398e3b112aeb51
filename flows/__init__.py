"""When things run: the composition root, the night, the command line."""
