"""The parts of the film screen."""
