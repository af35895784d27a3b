"""How fast is the hub, beside its peers, in one run?"""
