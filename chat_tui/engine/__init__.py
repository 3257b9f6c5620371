"""Application logic: exchanges with a service and the session workbench, written against ports."""
