"""What a text claims: promises, requests, doubts, progress; and through whose words it is known."""
