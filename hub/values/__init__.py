"""What does one cell say? Strict readers of single values: they read, or they say why not; they never guess."""
