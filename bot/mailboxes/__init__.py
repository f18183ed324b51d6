"""Reading the connected mailboxes live, and what is remembered and told of them."""
