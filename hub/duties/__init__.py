"""Who owes what to whom by when? The rules, and the obligations that follow from the events."""
