"""How well and how fast are three lists linked, the hub beside its peers, on data whose truth is known?"""
