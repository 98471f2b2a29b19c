"""What rules about secrets share: names that speak of them, and what tells a secret from other texts."""
