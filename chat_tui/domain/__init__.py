"""What a chat is: messages, conversation, parameters and rules, events, the one fold, problems. Pure."""
