"""When does a legal period end? The working calendar, and the arithmetic in words."""
