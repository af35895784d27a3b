"""Which letters and notices does the mechanism ask for, and what must stand in each?"""
