"""Findings for people and for programs: one format a file, each a function of findings that returns text."""
