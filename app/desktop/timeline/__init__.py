"""The timeline: lanes of states and events over time, computed by numpy, painted by QPainter."""
