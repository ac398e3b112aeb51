"""Ways out: each takes a clearance, redeems it itself, and gives back what became of the text."""
