"""The screens: chat, sessions, editors, help, first run."""
