"""Who are the agencies, and what do their files and words mean? The models of mappings/agencies, notices and codes."""
