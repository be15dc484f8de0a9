"""The command or the compose file that gives a container again, also one that is long gone."""
