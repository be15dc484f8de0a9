"""Everything that is known of the selected object."""
