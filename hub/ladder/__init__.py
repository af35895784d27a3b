"""What happens, step by step, when a due time passes, and who decides it?"""
