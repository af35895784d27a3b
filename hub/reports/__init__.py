"""How does the exchange go? Figures over a month or quarter, and what the periodic reports say; pure, sealed matters left out."""
