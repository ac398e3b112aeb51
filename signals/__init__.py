"""What agencies tell us: feeds, intake, the sealed store, linkage, households."""
