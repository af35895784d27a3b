"""How fast does a large workbook become rows of a ledger, the hub beside its peers, all in one run?"""
