"""The lineage: references, image versions, bases and containers at the cursor's moment."""
