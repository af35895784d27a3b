"""What the hub can be asked to do; each use case is handed its transports, the instant and the settings."""
