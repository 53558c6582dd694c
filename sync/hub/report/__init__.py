"""The daily reports: of each gate as the hub counts it, and of a unit."""
