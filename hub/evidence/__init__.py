"""How is a matter proved to someone who trusts neither the hub nor its people?"""
