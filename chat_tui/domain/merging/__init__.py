"""How the fragments of a streamed answer become one answer, member by member."""
