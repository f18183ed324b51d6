"""Pictures of every sample card, drawn by Microsoft's renderer as Teams would draw it."""
