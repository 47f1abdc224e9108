"""Somebody who has never seen the project, and follows only what it prints."""
