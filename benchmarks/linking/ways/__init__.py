"""How do others link the three lists? One module for each way; each runs in a process of its own."""
