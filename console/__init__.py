"""What people see: the web pages."""
