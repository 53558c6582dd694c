"""The gate's pages: everything shown comes from the desk's view, everything pressed goes to its lane."""
