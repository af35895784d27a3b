"""How are three long lists linked a column at a time? What hub.link does record by record, for millions of rows."""
