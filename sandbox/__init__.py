"""An emulated Microsoft identity platform and Microsoft Graph, a process of its own, for the demo and the tests."""
