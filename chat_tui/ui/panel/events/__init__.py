"""The Events tab: a stream's events and comments, its gaps, a filter, one event in detail."""
