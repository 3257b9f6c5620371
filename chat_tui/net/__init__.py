"""Network layer: event streams, error bodies, retries and the HTTP client."""
