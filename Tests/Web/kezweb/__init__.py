"""What the tests of the web client stand on: the system, browsers with people in them, and the pages as people see them."""
