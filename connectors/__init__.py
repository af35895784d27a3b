"""How do bytes travel to and from an agency, and what do they hold?"""
