"""The few pages a person sees in the browser while connecting an account."""
