"""How does a parcel become rows, and which version of a row stands?"""
