"""What is answered about a person's time: free times, why not, what if, the agenda."""
