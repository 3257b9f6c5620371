"""Images as small pictures: a process of its own decodes them, within bounds."""
