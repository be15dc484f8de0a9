"""The tables of what was there at the cursor's moment."""
