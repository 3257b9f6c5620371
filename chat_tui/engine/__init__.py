"""What the app does: exchanges and the workbench, over ports."""
