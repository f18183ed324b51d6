"""The Microsoft identity platform (v2.0 endpoints): sign-in pages, consent and tokens."""
