"""How bytes travel: event streams, error bodies, retries, the HTTP client."""
