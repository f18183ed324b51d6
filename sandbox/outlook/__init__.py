"""The page that looks like Outlook."""
