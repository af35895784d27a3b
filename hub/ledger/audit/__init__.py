"""Does everything that the tables hold agree with what was sealed?"""
