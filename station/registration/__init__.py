"""Registering somebody the gate does not know: questions, answers, open forms, and what is written of it."""
