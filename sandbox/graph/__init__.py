"""The calendar slice of Microsoft Graph v1.0."""
