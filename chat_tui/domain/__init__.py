"""Pure domain model of a chat: messages, conversation tree, parameters and rules, stream events, response merging."""
