"""The workbench in a browser: a page behind a token, and a workbench process for each tab."""
