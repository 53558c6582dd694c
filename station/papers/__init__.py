"""Reports as files: one layout of words and figures, and a writer for each format."""
