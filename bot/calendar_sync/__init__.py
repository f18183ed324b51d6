"""What a change seen in Outlook means for a booking: noticed, verified, applied, told."""
