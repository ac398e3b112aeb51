"""What each page shows, read under grants from this installation."""
