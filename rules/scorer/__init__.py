"""What the numbers say together: a glass-box model, trained and tested in time, and its words."""
