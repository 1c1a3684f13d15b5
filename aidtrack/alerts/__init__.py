"""What people are told: the inbox, mail, digests."""
