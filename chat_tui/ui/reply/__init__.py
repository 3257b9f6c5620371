"""Facts about a reply, as rows for the panel's Reply tab."""
