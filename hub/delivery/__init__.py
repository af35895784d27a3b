"""What must each agency be told, in which form, and what did it answer?"""
