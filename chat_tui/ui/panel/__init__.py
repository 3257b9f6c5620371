"""The side panel: parameters with their controls, the live request, the reply and its events."""
