"""Fever cases: their steps, their record, and the symptoms that open one.  Pure."""
