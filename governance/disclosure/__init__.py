"""Disclosure control: what may leave as a table, and what has to stay hidden in it."""
