"""What do the agencies' own systems do? Their servers, folders and answers, simulated for real.

The other side of the exchange: written from the agencies' interface notices alone, it imports
nothing of the hub.
"""
