"""Good or not, photo by photo: what all formats that serve anomaly detection have in common."""
