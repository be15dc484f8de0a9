"""The controls of the replay: slider, play, speed, and where in time the window is."""
