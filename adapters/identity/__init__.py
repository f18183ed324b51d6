"""Microsoft's identity platform, over msal: signing in (ports.Identity) and tokens (ports.TokenSource)."""
