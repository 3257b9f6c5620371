"""The parts of the film's screen."""
