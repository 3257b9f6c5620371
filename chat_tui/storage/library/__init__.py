"""The session library: lists, indexes, searches, labels and trashes sessions; its index is a disposable cache."""
