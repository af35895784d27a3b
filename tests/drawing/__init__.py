"""What would the agencies of another county-year deliver, and what is true about it? See `draw`."""

from tests.drawing.draw import Drawing, draw

__all__ = ["Drawing", "draw"]
