"""What failed at other scheduling products in the wild, as acceptance cases over HTTP; each bears its number."""
