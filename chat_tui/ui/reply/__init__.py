"""What is known of a reply, as rows for the panel's Reply tab."""
